"""Valid inequalities that lift the bound of the production model: runs and departures that sales cannot do without."""
