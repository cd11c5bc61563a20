"""The allocation planner: which product goes to which store, in how many pieces, from which centre."""
