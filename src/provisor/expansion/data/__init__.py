"""Reading an expansion case: from the files its user has to the typed tables of the planner."""

from provisor.expansion.data.read import read

__all__ = ["read"]
