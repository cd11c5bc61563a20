"""Reading the data of an allocation case: files found, tables typed, and all that is wrong told at once."""

from provisor.allocation.data.read import read

__all__ = ["read"]
