"""Decisions that two plans take differently, grouped by what in the inputs they have to do with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from provisor.wording import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from provisor.explaining import Decision
    from provisor.plan import Plan
    from provisor.questions.inputs import InputDifferences, TableDifference

ROUNDING = 1e-4
"""Amount that is no difference."""

UNKNOWN = "inputs not known"
NOWHERE = "no input differs"
EVERYWHERE = "rules or prices that touch everything"
ELSEWHERE = "by other moves"


@dataclass(frozen=True)
class Moved:
    """One decision that two plans take differently."""

    decision: str
    where: Mapping[str, str]
    before: float
    after: float
    unit: str
    cause: str
    words: str

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**self.__dict__, "where": dict(self.where)}


@dataclass(frozen=True)
class Moves:
    """The decisions of one kind in two plans.

    Attributes:
        decision: The kind.
        taken: Decisions that either plan takes.
        amount: Sum over all decisions of the larger of both amounts.
        shared: Sum of the smaller.
        table: Those they take differently: the key, ``before``, ``after``, ``rank`` and ``cause``, the
            weightiest first.
    """

    decision: Decision
    taken: int
    amount: float
    shared: float
    table: pl.DataFrame

    @property
    def kept(self) -> int:
        """Decisions that both take alike."""
        return self.taken - self.table.height

    @property
    def by_cause(self) -> dict[str, int]:
        """Number of moved decisions by cause."""
        counts = self.table.group_by("cause").len().sort("len", "cause", descending=[True, False])
        return dict(counts.iter_rows())

    def first(self, most: int) -> list[tuple[float, Moved]]:
        """The weightiest moves with their rank."""
        return [
            (float(row["rank"]), _moved(self.decision, row))
            for row in self.table.head(most).iter_rows(named=True)
        ]


def moves(a: Plan, b: Plan, decision: Decision, inputs: InputDifferences | None) -> Moves:
    """How the decisions of one kind differ from one plan to another; ``inputs`` are none where not known."""
    key = list(decision.key)
    before, after = (_amounts(plan, decision, name) for plan, name in ((a, "before"), (b, "after")))
    both = before.join(after, on=key, how="full", coalesce=True).with_columns(
        pl.col("before", "after").fill_null(0.0)
    )
    change = (pl.col("after") - pl.col("before")).abs()
    moved = both.filter(change > ROUNDING).with_columns(rank=change * decision.worth)
    moved = moved.with_columns(cause=_cause(decision, inputs)).sort(
        "rank", *key, descending=[True, *(False for _ in key)]
    )
    sizes = both.select(
        amount=pl.max_horizontal("before", "after").sum(), shared=pl.min_horizontal("before", "after").sum()
    )
    return Moves(decision, both.height, float(sizes["amount"][0]), float(sizes["shared"][0]), moved)


def _amounts(plan: Plan, decision: Decision, name: str) -> pl.DataFrame:
    key = list(decision.key)
    table = plan.table(decision.table).drop_nulls(key)
    summed = table.group_by(key).agg(pl.col(decision.amount).cast(pl.Float64).sum().alias(name))
    return summed.filter(pl.col(name).abs() > ROUNDING)


def _cause(decision: Decision, inputs: InputDifferences | None) -> pl.Expr:
    """What of the inputs a decision has to do with: changed just there, or at the same node, product and so on."""
    if inputs is None:
        return pl.lit(UNKNOWN)
    if not inputs.tables and not inputs.switches:
        return pl.lit(NOWHERE)
    shared = [(table, [name for name in decision.key if name in table.touched]) for table in inputs.tables]
    wide = [f"{table.table} changed" for table, names in shared if not names]
    cause = pl.lit(EVERYWHERE if inputs.switches else wide[0] if wide else ELSEWHERE)
    for table, names in reversed(shared):
        for name in reversed([name for name in names if name not in ("date", "period", "month")]):
            cause = (
                pl.when(_inside(table, name))
                .then(pl.lit(f"{table.table} changed for the same {name}"))
                .otherwise(cause)
            )
    for table, names in reversed(shared):
        if names:
            here = pl.all_horizontal([_inside(table, name) for name in names])
            cause = pl.when(here).then(pl.lit(f"{table.table} changed there")).otherwise(cause)
    return cause


def _inside(table: TableDifference, name: str) -> pl.Expr:
    return pl.col(name).is_in(sorted(table.touched[name], key=str))


def _moved(decision: Decision, row: Mapping[str, Any]) -> Moved:
    before, after = float(row["before"]), float(row["after"])
    where = {name: str(row[name]) for name in decision.key}
    said = decision.more if after > before else decision.less
    size = amount(abs(after - before), decision.unit)
    words = said.format(amount=size, are="is" if size.startswith("1 ") else "are", **where)
    return Moved(decision.name, where, before, after, decision.unit, str(row["cause"]), words)


def amount(value: float, unit: str) -> str:
    """An amount with its unit.

    >>> amount(1200.0, "unit"), amount(1.0, "pallet"), amount(2.5, "h"), amount(3.0, "shelf")
    ('1,200 units', '1 pallet', '2.5 h', '3 shelves')
    """
    shown = f"{value:,.0f}" if abs(value - round(value)) < 1e-6 or abs(value) >= 1000 else f"{value:,.1f}"
    return f"{shown} {unit if shown == '1' else plural(unit)}".strip()


def ranked(all_moves: Sequence[Moves], most: int) -> tuple[Moved, ...]:
    """The weightiest moves of all kinds."""
    found = [item for kind in all_moves for item in kind.first(most)]
    return tuple(moved for _, moved in sorted(found, key=lambda item: -item[0])[:most])
