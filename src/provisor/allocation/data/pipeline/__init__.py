"""Reading the outputs of a fashion retailer's planning pipeline as the tables of a case."""

from provisor.allocation.data.pipeline.imports import import_pipeline

__all__ = ["import_pipeline"]
