"""Every sentence of the questions in the tutorial for network engineers says what the tables say."""

import re
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import provisor
from provisor.expansion.design import find_design
from provisor.expansion.example import write
from provisor.expansion.network import network_of

PAGE = Path(__file__).parents[3] / "docs" / "tutorials" / "network-engineer.md"
SECONDS = 120.0
DECIDED = {
    "shelf_additions": (["facility", "storage_type"], "shelves_added"),
    "order_schedule_daily": (["order_month", "sku", "facility"], "units_ordered"),
    "shipment_plan_daily": (["month", "sku", "facility"], "units_shipped"),
}


def block(name):
    """Sentences between the markers of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"<!-- begin {name} -->\s+```text\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for line in found[1].splitlines()]
    return [line for line in lines if not line.startswith("Written to")]


def number(text):
    return float(text.replace(",", ""))


def near(text, value, abs=0.0051):  # noqa: A002 - as approx has it
    assert number(text) == pytest.approx(value, abs=abs)
    return True


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tutorial") / "my-small"
    write(folder, "small", 1)
    return provisor.read_case(folder)


@pytest.fixture(scope="module")
def plan(case):
    return provisor.solve(case, time_limit=SECONDS)


def total(plan):
    return plan.table("costs")["amount"].sum()


def components(plan):
    return dict(plan.table("costs").group_by("component").agg(pl.col("amount").sum()).iter_rows())


def moved(a, b, table, **where):
    """Amount of a decision in the second plan less that in the first."""
    column = {**{name: value for name, (_, value) in DECIDED.items()}, "overflow": "volume_cuft"}[table]
    return b.table(table).filter(**where)[column].sum() - a.table(table).filter(**where)[column].sum()


def is_a_move(line, a, b):
    """Whether a sentence tells of a moved decision, with the amount that the tables give."""
    kinds = (
        (r"([\d,.]+) (?:shelves|shelf) of (\S+) (more|less) (?:is|are) added at (\S+)\.", "shelf_additions",
         ("storage_type", "facility")),
        (r"([\d,.]+) cuft-days? of (\S+) (more|less) (?:is|are) rented at (\S+) in month (\d+)\.", "overflow",
         ("storage_type", "facility", "month")),
        (r"([\d,.]+) packs? of (\S+) (more|less) (?:is|are) ordered for (\S+) in month (\d+)\.", "order_schedule_daily",
         ("sku", "facility", "order_month")),
        (r"([\d,.]+) packs? of (\S+) (more|less) (?:is|are) shipped from (\S+) in month (\d+)\.", "shipment_plan_daily",
         ("sku", "facility", "month")),
    )  # fmt: skip
    for pattern, table, names in kinds:
        found = re.fullmatch(pattern, re.sub(r"^(First gives way|Then): ", "", line))
        if found:
            amount, what, sign, *rest = found.groups()
            where = dict(zip(names, (what, *rest[:1], *map(int, rest[1:])), strict=True))
            change = moved(a, b, table, **where)
            assert (change > 0) == (sign == "more")
            return near(amount, abs_of(change), abs=0.51 if abs_of(change) >= 1000 else 0.051)
    return False


def abs_of(value):
    return max(value, -value)


def are_parts(text, a, b):
    """Whether components and their differences are those of the tables, and no other differs."""
    said = {name: number(amount) for name, amount in re.findall(r"([a-z ]+?) ([+-][\d,.]+) \$", text)}
    before, after = components(a), components(b)
    change = {name: after.get(name, 0.0) - before.get(name, 0.0) for name in {*before, *after}}
    change = {name.replace("_", " "): value for name, value in change.items() if abs_of(value) >= 0.005}
    assert {name.strip(): value for name, value in said.items()} == pytest.approx(change, abs=0.0051)
    return True


def is_a_proof(text, plan):
    certificate = plan.certificate
    cost, bound, gap, worth = re.fullmatch(
        r"The plan costs ([\d,.]+) \$\. It is proven that no plan of this case costs less than ([\d,.]+) \$: "
        r"the gap is ([\d.]+) %, or ([\d,.]+) \$\.",
        text,
    ).groups()
    assert near(cost, total(plan))
    assert near(bound, certificate.bound)
    assert near(gap, 100 * (total(plan) - certificate.bound) / total(plan))
    return near(worth, total(plan) - certificate.bound)


def kept(a, b):
    """Decisions that either plan takes, and those both take alike."""
    taken = alike = 0
    for table, (key, column) in DECIDED.items():
        one, other = (
            plan.table(table).group_by(key).agg(pl.col(column).sum()).filter(pl.col(column) > 1e-4)
            for plan in (a, b)
        )
        both = one.join(other, on=key, how="full", coalesce=True).fill_null(0.0)
        taken += both.height
        alike += both.filter((pl.col(column) - pl.col(f"{column}_right")).abs() <= 1e-4).height
    return taken, alike


def is_saved(found, plan, after):
    saved = total(plan) - total(after)
    return near(found[1], saved) and near(found[2], 100 * saved / total(plan)) and near(found[3], total(plan))


def is_kept_as_it_is(found, case, plan):
    report = provisor.audit(case, replace(plan, costs={}))
    assert all(finding.rule == "costs" for finding in report.findings)
    return near(found[1], sum(report.costs.values()))


def are_kept(found, plan, after):
    taken, alike = kept(plan, after)
    assert near(found[1], 100 * alike / taken)
    return near(found[2], taken) and near(found[3], taken - alike) and near(found[4], taken - alike)


def test_what_if_the_peak_is_rented(case, plan):
    answer = provisor.what_if(case, "july_peak_rented", plan, time_limit=SECONDS)
    after, limits = answer.plan, answer.plan.table("prices").filter(pl.col("price") > 0)
    rent = answer.case.settings.overflow_per_cuft_day
    sentences = {
        r"Room for stock elsewhere: ([\d.]+) \$ per cuft and day instead of none\.": lambda f: near(
            f[1], rent, 1e-4
        ),
        r"It saves ([\d,.]+) \$, ([\d.]+) % of ([\d,.]+) \$\.": lambda f: is_saved(f, plan, after),
        r"The earlier plan could be kept as it is; it would come to ([\d,.]+) \$\.": lambda f: (
            is_kept_as_it_is(f, answer.case, plan)
        ),
        r"Proven .* lies between (\S+) \$ and (\S+) \$\.": lambda f: (
            near(f[1], after.certificate.bound - total(plan))
            and near(f[2], total(after) - plan.certificate.bound)
        ),
        r"Made up of: (.*)": lambda f: are_parts(f[1], plan, after),
        r"Before: (.*)": lambda f: is_a_proof(f[1], plan),
        r"After: (.*)": lambda f: is_a_proof(f[1], after),
        r"([\d.]+) % of ([\d,]+) decisions are the same in both plans, .*; (\d+) moved: (\d+) rules .*": lambda f: (
            are_kept(f, plan, after)
        ),
        r"(\d+) limits bind; worth of one more unit .*:": lambda f: near(f[1], limits.height),
        r"And (\d+) more of less worth\.": lambda f: near(f[1], limits.height - 5),
    }

    def holds(line):
        for pattern, check in sentences.items():
            if found := re.fullmatch(pattern, line):
                return check(found)
        return is_a_limit(line, limits) or is_a_move(line, plan, after)

    lines = block("ask-what-if")
    assert lines[0] == "The July peak rented instead of built:"
    assert [line for line in lines[1:] if not holds(line)] == []


def is_a_limit(line, limits):
    """Whether a sentence is one of the worthiest limits."""
    worth = limits.sort("price", descending=True)["price"][4]
    rows = limits.filter(pl.col("price") >= worth - 1e-9)
    return line in {words[:1].upper() + words[1:] + "." for words in rows["words"]}


def test_why_shelves_are_added(case, plan):
    peaks, prices = plan.table("peaks").filter("limits"), plan.table("prices")

    def holds(line):
        full = re.search(
            r"\(month (\d+), day (\d+)\) ([\d.]+) % of the (\w+) is taken, ([\d,]+) of ([\d,]+) (cuft|lb)\.$",
            line,
        )
        kind = re.search(r"(\w+) shelves are added at Marlbridge", line)[1]
        row = peaks.filter(facility="Marlbridge", storage_type=kind).sort("share").row(-1, named=True)
        assert (int(full[1]), int(full[2]), full[4]) == (row["month"], row["day"], row["measure"])
        assert near(full[3], 100 * row["used"] / row["capacity"], abs=0.051)
        assert near(full[5], row["used"], abs=0.51)
        assert near(full[6], row["capacity"], abs=0.51)
        added = (
            plan.table("shelf_additions")
            .filter(facility="Marlbridge", storage_type=kind)["shelves_added"]
            .sum()
        )
        found = re.match(
            r"([\d,]+) \w+ shelves .* for the stock of month (\d+), in which one more would save (\S+) \$",
            line,
        )
        if found is None:
            return line.startswith("No ") and added == 0
        assert near(found[1], added)
        price = prices.filter(limit="shelf", facility="Marlbridge", storage_type=kind, month=int(found[2]))[
            "price"
        ]
        return near(found[3], price.item())

    lines = block("ask-shelves")
    assert len(lines) == case.table("shelving").filter(facility="Marlbridge").height
    assert [line for line in lines if not holds(line)] == []


def test_why_loads_are_above_trucks(case, plan):
    over = plan.table("dock_schedule").filter(pl.col("excess") > 1e-6)
    lines = block("ask-trucks")
    assert len(lines) == over["supplier"].n_unique()
    pieces = case.table("products")
    for line in lines:
        found = re.match(
            r"([\d,.]+) truckloads of (.+?) are above its trucks, on ([\d,]+) days: an average day of its busiest "
            r"month takes ([\d.]+), and ([\d,]+) are allowed at all sites, but rules\.trucks: report",
            line,
        )
        mine = over.filter(supplier=found[2])
        assert near(found[1], mine["excess"].sum(), abs=0.051)
        assert near(found[3], mine.select("month", "day").n_unique())
        asked = case.table("demand").join(pieces.filter(supplier=found[2]), on="sku")
        trucks = case.settings.trucks
        packs = pl.col("quantity") / pl.col("ratio") / case.settings.days_per_month
        loads = asked.group_by("month").agg(
            lb=(packs * pl.col("inbound_weight_lb")).sum() / trucks.weight_lb,
            cuft=(packs * pl.col("inbound_volume_cuft")).sum() / trucks.volume_cuft,
        )
        assert near(found[4], max(loads["lb"].max(), loads["cuft"].max()), abs=0.051)
        assert near(found[5], mine["allowed"][0] * case.table("sites").height)
        assert case.rules.trucks == "report"


def test_why_not_five_shelves(case, plan):
    answer = provisor.why(
        case, plan, "not facility=Marlbridge storage_type=rack shelves=5", time_limit=SECONDS
    )
    forced = answer.otherwise.plan
    first, proven, because, *moves = block("ask-why-not")
    found = re.fullmatch(
        r"Pinned: 5 rack shelves are added at Marlbridge: it would come ([\d,.]+) \$ dearer\.", first
    )
    assert near(found[1], total(forced) - total(plan))
    least, most = re.fullmatch(r"Proven: at least ([\d,.]+) \$ and at most ([\d,.]+) \$\.", proven).groups()
    assert near(least, max(0.0, forced.certificate.bound - total(plan)))
    assert near(most, total(forced) - plan.certificate.bound)
    assert are_parts(because, plan, forced)
    assert [line for line in moves if not is_a_move(line, plan, forced)] == []


def test_what_would_make_three_times_the_days_possible(case):
    network = network_of(replace(case, rules=case.rules.model_copy(update={"doh_multiplier": 3.0})))
    places, days, share, area = block("ask-repair")
    assert places == "1 places have to give way, in the order of the rules' priority:"
    bad = [
        month
        for month in range(network.months)
        if find_design(network, months=[month], whole=False).design is None
    ]
    many, first = re.search(rf"(\d+) of {network.months} months, first in month (\d+)\.", days).groups()
    assert len(bad) <= int(many) <= network.months
    assert int(first) <= bad[0] + 1

    def possible(**update):
        return find_design(replace(network, **update), whole=False).design is not None

    kept_share = number(re.search(r"keep ([\d.]+) % of the days on hand", share)[1]) / 100
    assert possible(days_on_hand=network.days_on_hand * (kept_share - 0.0006))
    assert not possible(days_on_hand=network.days_on_hand * (kept_share + 0.0006))
    sqft = number(re.search(r"([\d,]+) sqft at Marlbridge", area)[1])
    site = network.facilities.index("Marlbridge")
    last = network.tiers[site][-1]
    for more, does in ((sqft + 1, True), (sqft - 1, False)):
        limit = network.limit.copy()
        limit[site] += more
        tiers = list(network.tiers)
        tiers[site] = (*network.tiers[site][:-1], replace(last, upto=float(limit[site])))
        assert possible(limit=limit, tiers=tuple(tiers)) is does
