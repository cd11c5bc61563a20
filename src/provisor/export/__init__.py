"""From a plan to files for people and for other systems."""

from provisor.export.files import export_plan

__all__ = ["export_plan"]
