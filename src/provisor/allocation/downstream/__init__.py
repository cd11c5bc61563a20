"""A plan in the form that merchandising systems take: the workbook of product mixes, and its reconciliation."""

from provisor.allocation.downstream.write import write

__all__ = ["write"]
