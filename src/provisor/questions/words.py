"""Answers as sentences, each made from the figures it tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.wording import figure, headline, money, percent, plain, way_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from provisor.certificate import Certificate
    from provisor.plan import Plan
    from provisor.questions.compare import Comparison
    from provisor.questions.inputs import InputDifferences, SwitchDifference, TableDifference
    from provisor.questions.repair import Repair
    from provisor.questions.what_if import WhatIf
    from provisor.questions.why import Answer

TOLD = 5
"""Limits, causes and places that are told one by one."""

CENT = 0.005
"""Money that is none."""


def comparison_words(comparison: Comparison) -> list[str]:
    """A comparison: costs first, then what differs in the inputs, what moved, and key figures."""
    currency = comparison.currency
    return [
        *cost_words(comparison),
        *input_words(comparison),
        *move_words(comparison),
        *[
            f"{plain(step.name)}: {figure(step.before, step.unit, currency)} before, "
            f"{figure(step.after, step.unit, currency)} after."
            for step in comparison.kpis
            if abs(step.change) > 1e-9
        ],
    ]


def cost_words(comparison: Comparison) -> list[str]:
    """The difference of the totals, whether it is proven, and the components it is made of."""
    total, sense, currency = comparison.total, comparison.certificates[0].sense, comparison.currency
    verb = "costs" if sense == "min" else "earns"
    if abs(total.change) < CENT:
        said = f"Both plans {verb[:-1]} the same: {money(total.before, currency)}."
    else:
        more = "more" if total.change > 0 else "less"
        said = (
            f"The second plan {verb} {money(abs(total.change), currency)} {more} than the first: "
            f"{money(total.after, currency)} against {money(total.before, currency)}."
        )
    steps = sorted(comparison.costs, key=lambda step: -abs(step.change))
    parts = [f"{plain(s.name).lower()} {signed(s.change, currency)}" for s in steps if abs(s.change) >= CENT]
    return [
        said,
        range_words(*comparison.certificates, currency),
        *([f"Made up of: {', '.join(parts)}."] if parts else []),
    ]


def range_words(a: Certificate, b: Certificate, currency: str) -> str:
    """How far the proofs of two plans narrow down the difference of the best plans."""
    if a.objective is None or b.objective is None or a.bound is None or b.bound is None:
        return "Nothing is proven about how the best plans of both differ: a bound is missing."
    least, most = sorted((b.bound - a.objective, b.objective - a.bound))
    return (
        f"Proven for the best plans of both: the difference lies between {signed(least, currency)} and "
        f"{signed(most, currency)}."
    )


def input_words(comparison: Comparison) -> list[str]:
    """What differs in the inputs."""
    if comparison.inputs is None:
        return ["Both plans are of the same case."] if comparison.same_case else kept_words(comparison)
    return differences_said(comparison.inputs) or ["Their inputs do not differ."]


def kept_words(comparison: Comparison) -> list[str]:
    """What differs in the inputs, by what plans keep of them."""
    kept, said = comparison.kept, "The plans are of different cases"
    if kept is None:
        return [
            f"{said}, of which one of them keeps nothing; give the cases (--case) to compare their inputs."
        ]
    if not kept.tables and not kept.switches:
        return [f"{said} that differ in nothing the plans keep of them."]
    rows = [
        f"Table {table.table} differs: {_rows(table.before)} before and {_rows(table.after)} after."
        for table in kept.tables
    ]
    more = ["Give the cases (--case) to compare these tables row by row."] if rows else []
    return [f"{said}.", *rows, *_switches_said(kept.switches), *more]


def _rows(count: int | None) -> str:
    return "no such table" if count is None else f"{count:,} rows"


def differences_said(inputs: InputDifferences) -> list[str]:
    """One sentence for each table or switch that differs."""
    return [*(_table_said(table) for table in inputs.tables), *_switches_said(inputs.switches)]


def _switches_said(switches: Iterable[SwitchDifference]) -> list[str]:
    return [f"{item.name} is {item.before} before and {item.after} after." for item in switches]


def _table_said(table: TableDifference) -> str:
    counts = {"added": table.added, "removed": table.removed, "changed": table.changed}
    rows = " and ".join(f"{count:,} rows {what}" for what, count in counts.items() if count)
    sums = ", ".join(
        f"{name} {_number(a)} before and {_number(b)} after" for name, (a, b) in table.sums.items()
    )
    return f"Table {table.table}: {rows}{f'; in these rows {sums}' if sums else ''}."


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value - round(value)) < 1e-6 else f"{value:,.2f}"


def move_words(comparison: Comparison) -> list[str]:
    """What share of decisions was kept, why others moved, and the ten that matter most."""
    if not comparison.taken:
        return ["Neither plan decides anything that could be compared."]
    moved = sum(kind.table.height for kind in comparison.decided)
    kept = f"{percent(comparison.stability)} of {comparison.taken:,} decisions are the same in both plans"
    kept += f", and {percent(comparison.shared)} of the amounts"
    causes = ", ".join(f"{count:,} {cause}" for cause, count in comparison.by_cause.items())
    return [
        f"{kept}{f'; {moved:,} moved: {causes}' if moved else ''}.",
        *(f"{m.words}." for m in comparison.first),
    ]


def what_if_words(answer: WhatIf) -> list[str]:
    """A what-if: what changes, what it comes to, what moves, what binds."""
    said = [f"{words}." for words in answer.changes]
    if answer.comparison is None:
        return [
            *said,
            headline(answer.plan),
            *conflict_words(answer.plan),
            *[f"{way_out(r.words)}." for r in answer.plan.relaxations],
        ]
    said += [
        *_difference(answer),
        *better_words(answer),
        *unchanged_words(answer),
        *cost_words(answer.comparison)[1:],
    ]
    said += [f"Before: {headline(answer.base)}", f"After: {headline(answer.plan)}"]
    return [*said, *move_words(answer.comparison), *limit_words(answer)]


def _difference(answer: WhatIf) -> list[str]:
    a, b = answer.base.certificate, answer.plan.certificate
    if a.objective is None or b.objective is None:
        return []
    change, costs, currency = b.objective - a.objective, a.sense == "min", answer.base.currency
    if abs(change) < CENT:
        return ["It changes nothing in the total."]
    verb = ("It costs" if change > 0 else "It saves") if costs else ("It earns" if change > 0 else "It loses")
    share = (
        f", {percent(abs(change) / abs(a.objective))} of {money(a.objective, currency)}"
        if a.objective
        else ""
    )
    return [f"{verb} {money(abs(change), currency)}{share}."]


def better_words(answer: WhatIf) -> list[str]:
    """That the earlier plan was not the best, where the scenario's plan is a better one of the case before too."""
    objective, before = answer.base.certificate.objective, answer.before
    if objective is None or before is None:
        return []
    gain = (objective - before) if answer.base.certificate.sense == "min" else (before - objective)
    if gain < CENT:
        return []
    said = "The earlier plan was not the best: this plan keeps every rule of the case before as well"
    return [
        f"{said} and is {money(gain, answer.plan.currency)} better there, which has nothing to do with the scenario."
    ]


def unchanged_words(answer: WhatIf) -> list[str]:
    """What would become of the base plan if nothing were planned anew."""
    broken = answer.unchanged.broken
    if not broken:
        cost = money(answer.unchanged.cost, answer.plan.currency)
        return [f"The earlier plan could be kept as it is; it would come to {cost}."]
    rules = ", ".join(
        f"{'names that are gone' if rule == 'tables' else rule} in {count:,}"
        for rule, count in broken.items()
    )
    return [f"The earlier plan cannot be kept as it is: it breaks rules ({rules} places)."]


def limit_words(answer: WhatIf) -> list[str]:
    """What binds, the worthiest first."""
    if not answer.limits:
        return ["No limit binds that one more unit of would be worth anything, with whole decisions fixed."]
    told = [limit.words for limit in answer.limits[:TOLD]]
    rest = len(answer.limits) - len(told)
    held = all(limit.held for limit in answer.limits)
    how = "with whole decisions fixed" if held else "at the prices that prove the bound"
    return [
        f"{len(answer.limits):,} limits bind; worth of one more unit {how}:",
        *(f"{words}." for words in told),
        *([f"And {rest:,} more of less worth."] if rest else []),
    ]


def answer_words(answer: Answer) -> list[str]:
    """An answer to why: the price and what gives way, or the causes."""
    if answer.otherwise is None:
        return [f"{cause.words}." for cause in answer.causes] or ["No cause was found."]
    if answer.price is None:
        verdict = (
            "That is impossible"
            if answer.otherwise.plan.certificate.status is Status.INFEASIBLE
            else ("No plan with that was found in time, and none was excluded")
        )
        return [
            f"{verdict}.",
            *conflict_words(answer.otherwise.plan),
            *(f"{way_out(r.words, 'It could be if')}." for r in answer.otherwise.plan.relaxations),
        ]
    return [*price_words(answer), *_gives_way(answer)]


def price_words(answer: Answer) -> list[str]:
    """The price, and how far it is proven."""
    price = answer.price
    if price is None or answer.otherwise is None:
        return []
    forced, currency = "; ".join(answer.otherwise.changes), answer.otherwise.plan.currency
    if price.amount < CENT:
        said = "it costs nothing: a plan at least as good has it so"
    else:
        dearer = answer.otherwise.plan.certificate.sense == "min"
        amount = money(price.amount, currency)
        said = f"it would come {amount} dearer" if dearer else f"it would earn {amount} less"
    ends = f"at least {money(price.least, currency)}"
    ends += "" if price.most is None else f" and at most {money(price.most, currency)}"
    return [f"{forced}: {said}.", f"Proven: {ends}."]


def _gives_way(answer: Answer) -> list[str]:
    comparison = None if answer.otherwise is None else answer.otherwise.comparison
    if comparison is None or not comparison.first:
        return ["Nothing else gives way."]
    steps = sorted(comparison.costs, key=lambda step: -abs(step.change))
    parts = [
        f"{plain(step.name).lower()} {signed(step.change, comparison.currency)}"
        for step in steps
        if abs(step.change) >= CENT
    ]
    because = [f"Because: {', '.join(parts)}."] if parts else []
    first, *then = comparison.first[:TOLD]
    return [*because, f"First gives way: {first.words}.", *(f"Then: {moved.words}." for moved in then)]


def repair_words(repair: Repair) -> list[str]:
    """What would have to give."""
    if repair.scenario is None:
        return [headline(repair.plan), *conflict_words(repair.plan)]
    together = [entry for entry in repair.plan.relaxations if not entry.instead]
    alone = [entry for entry in repair.plan.relaxations if entry.instead]
    return [
        *conflict_words(repair.plan),
        f"{len(together):,} places have to give way, in the order of the rules' priority:",
        *(f"{entry.words}." for entry in (*together, *alone)),
    ]


def conflict_words(plan: Plan) -> list[str]:
    """Rules that cannot all hold, where there is no plan."""
    return [] if plan.conflict is None else plan.conflict.words


def signed(value: float, currency: str) -> str:
    """An amount of money with its sign.

    >>> signed(1200.0, "EUR"), signed(-3.5, "EUR")
    ('+1,200.00 EUR', '-3.50 EUR')
    """
    return f"{'+' if value >= 0 else ''}{money(value, currency)}"
