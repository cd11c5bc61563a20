"""What is known of solvers' packages without importing them."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any, TypeAlias

Foreign: TypeAlias = Any
"""An object of a solver's package, which tells no types."""


def package_version(name: str) -> str | None:
    """Version of an installed Python package, none if it is not there."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
