"""Every figure in the sentences of an answer, derived again from tables and certificates."""

import re
from dataclasses import replace

import polars as pl
import pytest
from tests.production.cases import solved
from tests.production.changes.shop import shop

import provisor
from provisor.engine.result import Limits
from provisor.engine.worker import solve
from provisor.production.explain.limits import held, limits
from provisor.production.model import build
from provisor.production.network import network_of
from provisor.production.stated import Stated
from provisor.questions import words as said
from provisor.questions.compare import compare
from provisor.questions.files import parse_scenario
from provisor.wording import money

CHANGES = [
    {"change": "demand", "factor": 1.5, "node": "H"},
    {"change": "truck_cancelled", "truck": "K", "weekdays": [3]},
]


@pytest.fixture(scope="module")
def case():
    return shop().case()


@pytest.fixture(scope="module")
def base():
    return solved(shop(), method="auto", time_limit=4.0)


@pytest.fixture(scope="module")
def answer(case, base):
    return provisor.what_if(case, parse_scenario({"changes": CHANGES}, case), base, time_limit=4.0)


@pytest.fixture(scope="module")
def text(answer):
    return answer.as_dict()["words"]


def sentence(text, start):
    return next(words for words in text if words.startswith(start))


def total(plan):
    return plan.table("costs")["amount"].sum()


def test_the_difference_is_that_of_the_cost_lines(text, answer, base):
    change = total(answer.plan) - total(base)
    verb = "It costs" if change > 0 else "It saves"
    assert sentence(text, verb).startswith(f"{verb} {money(abs(change), '$')}, ")


def test_what_changed_is_in_the_demand(text, case, answer):
    before, after = (
        one.table("demand").filter(node="H", product="A").head(7)["units"].sum()
        for one in (case, answer.case)
    )
    both = [2 * before, 2 * after]
    assert sentence(text, "Demand for").endswith(f"{both[1]:,.0f} units instead of {both[0]:,.0f} units.")
    assert "1 departures less" in sentence(text, "Truck K")


def test_the_waterfall_adds_up(text, answer, base):
    parts = sentence(text, "Made up of")
    amounts = [float(part.replace(",", "")) for part in re.findall(r"([+-][\d,.]+) \$", parts)]
    assert sum(amounts) == pytest.approx(total(answer.plan) - total(base), abs=0.01 * len(amounts) + 0.01)
    for component, amount in answer.plan.costs.items():
        lines = answer.plan.table("costs").filter(component=component)["amount"].sum()
        assert amount == pytest.approx(lines)


def test_the_proven_range_holds_the_difference(answer, base):
    ends = [
        float(end.replace(",", ""))
        for end in re.findall(
            r"([+-][\d,.]+) \$", said.range_words(base.certificate, answer.plan.certificate, "$")
        )
    ]
    assert ends[0] - 0.01 <= total(answer.plan) - total(base) <= ends[1] + 0.01
    assert ends[0] == pytest.approx(answer.plan.certificate.bound - base.certificate.objective, abs=0.01)
    assert ends[1] == pytest.approx(answer.plan.certificate.objective - base.certificate.bound, abs=0.01)


def test_moved_decisions_are_those_of_the_tables(answer, base):
    def made(plan):
        rows = plan.table("production").group_by("date", "node", "product").agg(pl.col("units").sum())
        return {row[:3]: row[3] for row in rows.iter_rows()}

    before, after = made(base), made(answer.plan)
    moved = {key for key in {*before, *after} if abs(before.get(key, 0) - after.get(key, 0)) > 1e-4}
    kind = answer.comparison.moves[0]
    assert set(kind.table.select("date", "node", "product").iter_rows()) == moved
    assert kind.taken == len({*before, *after})
    shared = sum(min(before.get(key, 0), after.get(key, 0)) for key in {*before, *after})
    assert kind.shared == pytest.approx(shared)


def test_each_move_told_is_in_the_tables(answer, base):
    for moved in answer.comparison.first:
        table = {"made": "production", "loaded": "departures", "short": "shortage"}[moved.decision]
        units = []
        for plan in (base, answer.plan):
            rows = plan.table(table)
            for name, value in moved.where.items():
                rows = rows.filter(pl.col(name).cast(pl.String) == value)
            units.append(rows["units"].sum())
        assert units == pytest.approx([moved.before, moved.after])
        shown = float(re.match(r"([\d,.]+)", moved.words)[1].replace(",", ""))
        assert shown == pytest.approx(abs(units[1] - units[0]), abs=0.5)
        assert (" more " in moved.words) == (units[1] > units[0])


def test_causes_count_every_move(answer):
    comparison = answer.comparison
    assert sum(comparison.by_cause.values()) == sum(kind.table.height for kind in comparison.decided)
    assert comparison.stability == pytest.approx(1 - sum(comparison.by_cause.values()) / comparison.taken)


def test_what_becomes_of_the_earlier_plan_is_its_audit(text, answer, base):
    report = provisor.audit(answer.case, base)
    broken = {rule: len(found) for rule, found in report.by_rule().items() if found and rule != "costs"}
    assert dict(answer.unchanged.broken) == broken
    if broken:
        assert all(
            f"{rule} in {count}" in sentence(text, "The earlier plan cannot")
            for rule, count in broken.items()
        )


def test_worths_are_sorted_and_their_places_are_at_their_limits(answer):
    worths = [limit.worth for limit in answer.limits]
    assert worths == sorted(worths, reverse=True)
    assert all(worth > 0 for worth in worths)
    for limit in answer.limits:
        assert f"{limit.worth:,.2f} $" in limit.words
        if limit.rule == "truck-pallets":
            loads = answer.plan.table("departures").filter(truck=limit.where["truck"])
            assert limit.where["date"] in loads["date"].cast(pl.String).to_list()


def test_a_plan_does_not_differ_from_itself(case, base):
    same = compare(base, base, (case, case))
    assert (same.stability, same.shared, same.first, same.total.change) == (1.0, 1.0, (), 0.0)
    assert "Their inputs do not differ." in said.comparison_words(same)


def test_inputs_that_differ_are_counted(case, answer, base):
    tables = {difference.table: difference for difference in answer.comparison.inputs.tables}
    assert set(tables) == {"demand", "trucks"}
    assert (tables["demand"].added, tables["demand"].removed, tables["demand"].changed) == (0, 0, 14)
    assert tables["demand"].sums["units"] == pytest.approx((280.0, 420.0))
    assert compare(base, answer.plan).inputs is None


def test_one_more_unit_brings_no_more_than_its_worth():
    world = shop()
    for row in world.rows["trucks"]:
        row["pallets"] = 2
    case, base = world.case(), solved(world)
    stated = Stated(*build(network_of(case), exact=True))
    problem = held(stated, base).relaxed()
    least = solve(problem, Limits()).objective
    rows = {"storage-capacity": ("storage_capacity", "node"), "truck-pallets": ("truck_pallets", "truck")}
    found = [limit for limit in limits(case, base) if limit.rule in rows]
    assert found
    for limit in found:
        family, name = rows[limit.rule]
        block = problem.row_block(family)
        day = {key: str(stated.model.network.day(int(key[1]))) for key in block.keys}
        number = next(
            n
            for n, key in enumerate(block.keys)
            if (key[0], day[key]) == (limit.where[name], limit.where["date"])
        )
        upper = problem.row_upper.copy()
        upper[block.start + number] += 1.0
        gain = least - solve(replace(problem, row_upper=upper), Limits()).objective
        assert -1e-6 <= gain <= limit.worth + 1e-6
