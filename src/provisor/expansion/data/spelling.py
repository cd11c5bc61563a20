"""One spelling for the types of shelf, which files write ``Pallet``, ``Pallets`` and ``bins``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from provisor.expansion.data.context import counted
from provisor.tables.grid import ROW, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.expansion.data.context import Context
    from provisor.expansion.rules import Rules
    from provisor.tables.grid import Sheet

_COLUMN = "storage_type"


def bare(name: str) -> str:
    """A name without case, signs and the s of the plural.

    >>> bare("Pallets") == bare("pallet"), bare("Bins") == bare("Boxes")
    (True, False)
    """
    return plain(name).rstrip("s")


def kinds_as_spelt(rules: Rules, kinds: Iterable[str]) -> Rules:
    """The rules with kinds of suppliers spelt as the suppliers' table spells them, upper and lower case aside."""
    spelt = {kind.casefold(): kind for kind in kinds}

    def known(kind: str) -> str:
        return spelt.get(kind.casefold(), kind)

    policy = rules.policy and {known(kind): days for kind, days in rules.policy.items()}
    exempt = tuple(known(kind) for kind in rules.truck_exempt_kinds)
    return rules.model_copy(update={"policy": policy, "truck_exempt_kinds": exempt})


@dataclass
class Spelling:
    """Types of shelf by bare name; the first table read that names one says how it is spelt."""

    names: dict[str, str] = field(default_factory=dict)

    def learn(self, names: Iterable[str | None]) -> None:
        """Take over the spelling of names not known yet."""
        for name in names:
            if name:
                self.names.setdefault(bare(name), name)

    def respell(self, context: Context, sheet: Sheet) -> Sheet:
        """The sheet with its types of shelf in the one spelling; differences are told."""
        self.learn(sheet.frame[_COLUMN])
        spelt = {name: self.names[bare(name)] for name in sheet.frame[_COLUMN].drop_nulls().unique()}
        odd = sheet.frame.filter(
            pl.col(_COLUMN) != pl.col(_COLUMN).replace_strict(spelt, default=None, return_dtype=pl.String)
        )
        for (name,), rows in odd.group_by(_COLUMN, maintain_order=True):
            place = sheet.place(_COLUMN, rows[ROW][0], name)
            found = counted(rows.height, "cell")
            message = f"{name} is taken as {spelt[str(name)]}, as other tables spell it, in {found}"
            context.tell("spelling", message, place)
        column = pl.col(_COLUMN).replace_strict(spelt, default=None, return_dtype=pl.String)
        return sheet.of(sheet.frame.with_columns(column))
