"""The currency of a case: a key of every planner's ``case.yaml``, and how units are said in it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

MONEY = "$"
"""Unit by which schemas, key figures, certificates and findings mean the case's currency, whatever it is."""

Currency = Annotated[
    str,
    Field(
        min_length=1,
        max_length=12,
        pattern=r"^[^\s\d](.*[^\s\d])?$",
        description="currency of all amounts, as it is to be written after them",
    ),
]
"""A currency as users write it, such as ``EUR``, ``RMB`` or ``$``; figures in it would be read as amounts."""


def said_in(unit: str, currency: str) -> str:
    """A unit with the case's currency in the place of :data:`MONEY`.

    >>> said_in("$/unit", "RMB"), said_in("$", "EUR"), said_in("unit", "EUR")
    ('RMB/unit', 'EUR', 'unit')
    """
    return unit.replace(MONEY, currency)
