"""Reading a production case: from the files its user has to the typed tables of the planner."""

from provisor.production.data.read import read

__all__ = ["read"]
