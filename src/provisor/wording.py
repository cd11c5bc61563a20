"""A plan's proof and figures in words, the same in the terminal and in the workbook."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from provisor.certificate import Status
from provisor.currency import MONEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.plan import Plan

_ABBREVIATED = ("sqft", "cuft", "lb", "lbs", "kg", "km")
"""Units that are written alike of one and of many."""

_STATUS = {
    Status.OPTIMAL: "optimal within the gap asked for",
    Status.FEASIBLE: "feasible; the gap asked for was not reached",
    Status.INFEASIBLE: "infeasible: no plan keeps all rules",
    Status.NO_PLAN: "no plan was found within the limits, and none was excluded",
}


def plain(name: str) -> str:
    """A name of a table, column or figure for people.

    >>> plain("truck_loading")
    'Truck loading'
    """
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def money(amount: float, currency: str) -> str:
    """An amount in the case's currency.

    >>> money(-1234.5, "EUR")
    '-1,234.50 EUR'
    """
    return f"{amount:,.2f} {currency}"


def percent(share: float) -> str:
    """A share in per cent, with as many figures as it takes to tell it from nothing.

    >>> percent(0.00581), percent(0.0000031), percent(0.0)
    ('0.58 %', '0.00031 %', '0.00 %')
    """
    if 0 < abs(share) < 0.0001:
        return f"{100 * share:.2g} %"
    return f"{100 * share:.2f} %"


def figure(value: float, unit: str, currency: str) -> str:
    """A key figure with its unit, that of money in the case's currency.

    >>> figure(0.981, "share", "EUR"), figure(12.5, "$", "EUR"), figure(0.5, "share", "EUR")
    ('98.10 %', '12.50 EUR', '50.00 %')
    """
    if unit == "share":
        return percent(value)
    return money(value, currency) if unit == MONEY else quantity(value, unit)


def quantity(value: float, unit: str) -> str:
    """A number of units, or an amount of them.

    >>> quantity(1200.0, "unit"), quantity(2.25, "h"), quantity(34.0, "shelf"), quantity(1.0, "shelf")
    ('1,200 units', '2.25 h', '34 shelves', '1 shelf')
    >>> quantity(1972.0, "sqft"), quantity(35.3, "turn/year")
    ('1,972 sqft', '35.30 turns/year')
    """
    whole = isclose(value, round(value), rel_tol=1e-12)
    shown = f"{value:,.0f}" if whole else f"{value:,.2f}"
    return f"{shown} {unit if value == 1 else plural(unit)}".strip()


def plural(unit: str) -> str:
    """A unit of more than one: abbreviations stay as they are, of a rate only what is counted changes.

    >>> plural("shelf"), plural("turn/year"), plural("cuft")
    ('shelves', 'turns/year', 'cuft')
    """
    counted, slash, per = unit.partition("/")
    if len(counted) < 2 or counted in _ABBREVIATED:
        return unit
    many = f"{counted[:-1]}ves" if counted.endswith("f") else f"{counted}s"
    return f"{many}{slash}{per}"


def headline(plan: Plan) -> str:
    """What is known about a plan, in one or two sentences.

    >>> from provisor.certificate import Certificate
    >>> from provisor.plan import Plan
    >>> proof = Certificate(Status.OPTIMAL, "max", 0.5, 0.5001, "exact", "tree", "highs", unit="share")
    >>> headline(Plan("allocation", "spring", proof))
    'The plan reaches 50.00 %. It is proven that no plan of this case reaches more than 50.01 %: the gap is 0.02 %.'
    """
    certificate, currency = plan.certificate, plan.currency
    objective, bound, gap = certificate.objective, certificate.bound, certificate.gap
    if objective is None:
        return f"{plain(_STATUS[certificate.status])}."
    costs, less = ("costs", "less") if certificate.sense == "min" else ("earns", "more")
    costs = costs if certificate.unit == MONEY else "reaches"
    said = f"The plan {costs} {figure(objective, certificate.unit, currency)}."
    if bound is None or gap is None:
        return f"{said} No bound is proven, so nothing is known about how good it is."
    proven = f"It is proven that no plan of this case {costs} {less} than {figure(bound, certificate.unit, currency)}"
    return f"{said} {proven}: the gap is {_gap(gap, abs(objective - bound), certificate.unit, currency)}."


def way_out(words: str, it_could: str = "It could be planned if") -> str:
    """What would have to give as a line; ``or: ...`` is another way out than those before it.

    >>> way_out("BAKERY works 2 h longer"), way_out("or: build more than the limit")
    ('It could be planned if: BAKERY works 2 h longer', 'Or: build more than the limit')
    """
    other = words.removeprefix("or: ")
    return f"{it_could}: {words}" if other == words else f"Or: {other}"


def _gap(gap: float, worth: float, unit: str, currency: str) -> str:
    """A gap, and what it could still mean in money."""
    return f"{percent(gap)}, or {money(worth, currency)}" if unit == MONEY else percent(gap)


def proof_rows(plan: Plan) -> list[tuple[str, str]]:
    """The certificate as labels and values."""
    certificate, currency = plan.certificate, plan.currency
    rows = [("Status", _STATUS[certificate.status])]
    if certificate.objective is not None:
        label = "Cost of the plan" if certificate.sense == "min" else "Value of the plan"
        rows.append((label, figure(certificate.objective, certificate.unit, currency)))
    if certificate.bound is not None:
        rows.append(("Proven bound", figure(certificate.bound, certificate.unit, currency)))
    if certificate.objective is not None and certificate.bound is not None and certificate.gap is not None:
        worth = abs(certificate.objective - certificate.bound)
        rows.append(("Gap", _gap(certificate.gap, worth, certificate.unit, currency)))
    rows += [(plain(name), _note(name, value, currency)) for name, value in certificate.notes.items()]
    rows += [("Method", certificate.method), ("Proof", certificate.proof), ("Solver", certificate.solver)]
    rows.append(("Threads and seed", f"{certificate.threads}, {certificate.seed}"))
    rows.append(("Seconds", ", ".join(f"{step} {took:.1f}" for step, took in certificate.seconds.items())))
    if plan.size:
        rows.append(("Size of the model", ", ".join(f"{n:,} {what}" for what, n in plan.size.items())))
    rows.append(("Fingerprint of the case", certificate.case_fingerprint))
    return rows


def cost_rows(plan: Plan) -> list[tuple[str, float]]:
    """Costs by component that are not zero, and their total."""
    rows = [(plain(name), amount) for name, amount in plan.costs.items() if abs(amount) >= 0.005]
    return [*rows, ("Total", sum(plan.costs.values()))] if plan.costs else []


def kpi_rows(plan: Plan, units: Mapping[str, str]) -> list[tuple[str, str]]:
    """Key figures with their units."""
    return [
        (plain(name), figure(value, units.get(name, ""), plan.currency)) for name, value in plan.kpis.items()
    ]


def audit_words(plan: Plan) -> str:
    """Outcome of the audit in one sentence."""
    audit = plan.audit
    if not audit:
        return "Not audited: there is no plan to audit."
    said = f"{audit['rules']} rules looked at in {audit['checked']:,} places"
    costs = audit["cost_difference"]
    added = "" if costs is None else f"; costs added up again differ by at most {money(costs, plan.currency)}"
    if audit["ok"]:
        return f"Passed: {said}, no violation{added}."
    return f"FAILED: {said}, {audit['violations']:,} violations{added}."


def _note(name: str, value: float, currency: str) -> str:
    return percent(value) if "gap" in name or "share" in name else money(value, currency)
