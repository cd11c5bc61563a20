"""Names that a change gives: whether the case has them, the rows they choose, and how they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from provisor.tables.document import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from provisor.case import Case

FEW = 15
"""Names that are listed in full."""


def names(case: Case, table: str, column: str) -> list[str]:
    """Codes of a table of the case."""
    return case.table(table)[column].unique(maintain_order=True).to_list()


def unknown(case: Case, table: str, column: str, given: Iterable[str] | None) -> Iterator[str]:
    """A sentence for each given name that the case does not have."""
    known = case.table(table)[column].drop_nulls().unique(maintain_order=True).to_list()
    for name in given or ():
        if name not in known:
            mend = nearest(name, known) or (f"known: {', '.join(known)}" if 0 < len(known) <= FEW else "")
            yield f"there is no {column} {name}{f'; {mend}' if mend else ''}"


def chosen(column: str, given: Iterable[str] | None) -> pl.Expr:
    """Rows of some names; of all where none are given."""
    return pl.lit(value=True) if given is None else pl.col(column).is_in(list(given))


def listed(given: Iterable[str] | None, everything: str) -> str:
    """Names for people; ``everything`` where none are given."""
    return everything if given is None else ", ".join(given)
