"""Each type of change does to the tables what it says, and says what is wrong with it."""

from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML
from tests.expansion.questions.asking import after, said, wrong
from tests.expansion.worlds import small_case

from provisor.expansion.changes.choices import CHOICES
from provisor.expansion.network import network_of
from provisor.expansion.planner import EXPANSION
from provisor.questions.files import parse_scenario, scenario_text
from provisor.scenario import Scenario


@pytest.fixture(scope="module")
def case():
    return small_case(1, months=14)


def rows(case, table, **where):
    return case.table(table).filter(**where)


def same_but(case, other, *tables):
    """Whether only the tables named differ."""
    return {name for name in case.tables if not case.table(name).equals(other.table(name))} == set(tables)


def test_every_type_of_the_planner_is_tested_here():
    text = Path(__file__).read_text(encoding="utf-8")
    tested = text + "".join(
        (Path(__file__).parent / name).read_text(encoding="utf-8")
        for name in ("test_pins.py", "test_freeze.py")
    )
    assert [kind.kind() for kind in EXPANSION.changes() if f'"change": "{kind.kind()}"' not in tested] == []


def test_demand_takes_a_factor_in_some_months(case):
    new = after(case, {"change": "demand", "factor": 1.5, "product": "CUPS", "first": 2, "last": 3})
    assert same_but(case, new, "demand")
    for month in range(1, 15):
        before, now = (rows(one, "demand", sku="CUPS", month=month)["quantity"].item() for one in (case, new))
        assert now == pytest.approx(before * (1.5 if month in (2, 3) else 1.0))


def test_demand_of_months_of_the_year_is_set(case):
    new = after(case, {"change": "demand", "quantity": 7, "calendar": [1]})
    changed = new.table("demand").filter(pl.col("quantity") == 7)
    assert set(changed["month"]) == {1, 13}
    assert (
        "in months 1, 13: 42 packs instead of"
        in said(case, {"change": "demand", "quantity": 7, "calendar": [1]})[0]
    )


def test_wrong_demand_is_told_at_once(case):
    change = {"change": "demand", "factor": 2, "product": "CUP", "first": 15}
    assert "did you mean CUPS?" in wrong(case, change)
    assert "outside the horizon of 14 months" in wrong(case, change)


def test_the_largest_months_come_down_to_the_mean_of_the_others(case):
    new = after(case, {"change": "demand_smoothed", "product": "CUPS", "peaks": 3})
    before, now = (rows(one, "demand", sku="CUPS").sort("month")["quantity"].to_list() for one in (case, new))
    tops = sorted(before)[-3:]
    mean = sum(sorted(before)[:-3]) / 11
    assert now == pytest.approx([mean if value in tops else value for value in before])


def test_what_is_sold_later_has_no_demand_before(case):
    new = after(case, {"change": "sold_from", "product": "CUPS", "month": 2, "day": 3})
    assert new.rules.demand == "daily"
    daily = network_of(new).daily[:, :, 0]
    assert daily[0].sum() == daily[1, :2].sum() == 0
    assert daily[1, 2:] == pytest.approx(network_of(case).daily[1, 2:, 0])
    assert network_of(new).daily[:, :, 1:] == pytest.approx(network_of(case).daily[:, :, 1:])
    assert rows(new, "demand", sku="CUPS", month=2)["quantity"].item() == pytest.approx(daily[1].sum())


def test_what_is_sold_from_a_month_on_keeps_its_months(case):
    new = after(case, {"change": "sold_from", "product": "CUPS", "month": 3})
    assert new.rules.demand == "uniform"
    assert rows(new, "demand", sku="CUPS").filter(pl.col("month") < 3)["quantity"].sum() == 0


def test_days_on_hand_of_some_are_more(case):
    new = after(case, {"change": "days_on_hand", "more": 2, "supplier": "POTTER", "facility": "SOUTH"})
    assert rows(new, "lead_times", sku="CUPS", facility="SOUTH")["days_on_hand"].item() == 5
    assert new.table("lead_times").filter(pl.col("days_on_hand") == 3).height == 5


def test_a_policy_counts_for_all_and_can_be_changed_after(case):
    policy = {"change": "days_on_hand", "policy": {"international": 9, "domestic": 1}}
    assert network_of(after(case, policy)).days_on_hand.tolist() == [[9, 9], [1, 1], [1, 1]]
    both = after(case, policy, {"change": "days_on_hand", "factor": 2, "product": "CUPS"})
    assert network_of(both).days_on_hand.tolist() == [[18, 18], [1, 1], [1, 1]]
    assert "no days for domestic" in wrong(case, {"change": "days_on_hand", "policy": {"international": 9}})


def test_later_suppliers_are_ordered_from_earlier_with_cover_if_asked(case):
    change = {"change": "lead_time", "later": 40, "supplier_kind": "international"}
    new = after(case, change)
    assert rows(new, "lead_times", sku="CUPS")["lead_time_days"].to_list() == [43, 43]
    assert new.table("calendar")["month"].min() <= 1 - 9
    dates = new.table("calendar").sort("month", "day")["date"]
    assert (dates.diff().drop_nulls().dt.total_days() > 0).all()
    assert (dates.dt.weekday() < 6).all()
    covered = after(case, {**change, "cover": True})
    assert rows(covered, "lead_times", sku="CUPS")["days_on_hand"].to_list() == [43, 43]
    assert "longer than the horizon" in wrong(case, {"change": "lead_time", "days": 900})


def test_a_product_more_is_like_another(case):
    change = {"change": "product_added", "product": "MUGS", "like": "CUPS", "factor": 0.5, "taken": 0.4}
    new = after(case, change)
    before = case.table("demand").filter(sku="CUPS")["quantity"].sum()
    assert rows(new, "demand", sku="MUGS")["quantity"].sum() == pytest.approx(0.5 * before)
    assert rows(new, "demand", sku="CUPS")["quantity"].sum() == pytest.approx(0.8 * before)
    assert rows(new, "lead_times", sku="MUGS").height == 2
    assert network_of(new).skus == ("CUPS", "DESKS", "LAMPS", "MUGS")


def test_a_product_dropped_is_gone_everywhere(case):
    new = after(case, {"change": "product_dropped", "product": "CUPS"})
    assert network_of(new).skus == ("DESKS", "LAMPS")
    assert "no product would be left" in wrong(
        case, {"change": "product_dropped", "product": ["CUPS", "DESKS", "LAMPS"]}
    )


def test_a_new_site_is_like_another_with_area_of_its_own(case):
    change = {
        "change": "new_site",
        "facility": "EAST",
        "like": "SOUTH",
        "limit_sqft": 500,
        "lease_per_sqft_year": 6,
    }
    new = network_of(after(case, change))
    site = new.facilities.index("EAST")
    assert new.limit[site] == 500
    assert new.shelves[site].sum() == 0
    assert new.tiers[site][0].price == pytest.approx(7.0)
    assert (new.days_on_hand[:, site] == 3).all()
    assert "7.00 $ a sqft over the horizon, 6.00 $ a year" in said(case, change)[0]


def test_a_closed_site_is_gone_and_must_not_be_the_last(case):
    new = after(case, {"change": "site_closed", "facility": "NORTH"})
    assert network_of(new).facilities == ("SOUTH",)
    assert "no site would be left" in wrong(case, {"change": "site_closed", "facility": ["NORTH", "SOUTH"]})


def test_shelves_of_a_type(case):
    new = after(case, {"change": "shelf_type", "storage_type": "Bins", "more": 10, "volume_cuft": 50})
    both = rows(new, "shelving", storage_type="Bins").sort("facility")
    assert both["shelves"].to_list() == [70, 15]
    assert both["volume_cuft"].to_list() == [50, 50]
    assert "fewer than 6 shelves" in wrong(
        case, {"change": "shelf_type", "storage_type": "Bins", "facility": "SOUTH", "more": -6}
    )


def test_prices_of_area(case):
    new = after(case, {"change": "price_tiers", "factor": 2})
    assert new.table("tiers")["price_per_sqft"].to_list() == [4, 6]
    other = after(case, {"change": "price_tiers", "facility": "SOUTH", "tiers": [[5000, 1.5]]})
    assert other.table("tiers").rows() == [("SOUTH", 1, 5000, 1.5)]
    short = {"change": "price_tiers", "facility": "SOUTH", "tiers": [[100, 1.5]]}
    assert "before the limit of SOUTH, 4,000" in wrong(case, short)


def test_a_limit_moves_with_its_last_tier(case):
    new = after(case, {"change": "site_limit", "facility": "SOUTH", "limit_sqft": 9000})
    assert new.table("tiers")["upto_sqft"].to_list() == [300, 9000]
    assert network_of(new).limit.tolist() == [0, 9000]
    closed = after(case, {"change": "site_limit", "facility": "SOUTH", "limit_sqft": 0})
    assert not network_of(closed).growing.any()
    assert "NORTH has no price" in wrong(case, {"change": "site_limit", "facility": "NORTH", "limit_sqft": 9})


def test_a_site_may_grow_once_it_has_a_price(case):
    new = after(
        case,
        {"change": "site_limit", "facility": "NORTH", "limit_sqft": 90},
        {"change": "price_tiers", "facility": "NORTH", "tiers": [[90, 1.0]]},
    )
    assert network_of(new).growing.all()


def test_trucks(case):
    sized = after(case, {"change": "truck_size", "weight_lb": 1000, "per_day": 2})
    assert (sized.settings.trucks.weight_lb, sized.settings.trucks.per_day) == (1000, 2)
    own = after(case, {"change": "supplier_trucks", "supplier": "JOINER", "trucks_per_day": 5})
    assert network_of(own).trucks.tolist() == [[5, 5], [1, 1]]
    free = after(case, {"change": "supplier_trucks", "supplier": "JOINER", "exempt": True})
    assert free.rules.truck_exempt == ("JOINER",)
    limited = after(free, {"change": "supplier_trucks", "exempt": False})
    assert limited.rules.truck_exempt == ()


def test_readings_and_rules(case):
    new = after(case, {"change": "storage_reading", "check_time": "morning", "storage": "sell"})
    assert (new.rules.check_time, new.rules.storage) == ("morning", "sell")
    assert (
        "check_time from evening to morning"
        in said(case, {"change": "storage_reading", "check_time": "morning"})[0]
    )
    assert "is evening already" in wrong(case, {"change": "storage_reading", "check_time": "evening"})
    turned = after(case, {"change": "rules", "switches": {"days_on_hand": "network"}})
    assert turned.rules.days_on_hand == "network"
    assert "takes a table daily_demand" in wrong(case, {"change": "rules", "switches": {"demand": "daily"}})
    assert "settled when a case is read" in wrong(
        case, {"change": "rules", "switches": {"preset": "upstream"}}
    )


def test_prices(case):
    assert after(case, {"change": "overflow_rent", "per_cuft_day": 0.5}).settings.overflow_per_cuft_day == 0.5
    assert (
        "0.5 $ per cuft and day instead of none"
        in said(case, {"change": "overflow_rent", "per_cuft_day": 0.5})[0]
    )
    dear = after(case, {"change": "price", "of": "holding_per_cuft_day", "factor": 3})
    assert dear.settings.holding_per_cuft_day == pytest.approx(0.03)
    shipping = after(case, {"change": "price", "of": "transport_per_pack", "facility": "NORTH", "value": 2})
    assert network_of(shipping).transport.tolist() == [2, 0]
    assert "there is no price holding" in wrong(case, {"change": "price", "of": "holding", "value": 1})


def test_changes_read_back_as_they_were_written(case):
    changes = [
        {"change": "overflow_rent", "per_cuft_day": None},
        {"change": "days_on_hand", "policy": {"international": 9, "domestic": 1}},
        {"change": "price_tiers", "facility": "SOUTH", "tiers": [[5000, 1.5]]},
        {"change": "demand", "factor": 1.5, "calendar": [7]},
    ]
    scenario = parse_scenario({"name": "some", "changes": changes}, case)
    text = scenario_text(Scenario(scenario.name, scenario.changes))
    assert "per_cuft_day:" in text
    assert parse_scenario(YAML(typ="safe").load(text), case).changes == scenario.changes


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_what_a_case_answers_for_itself(case, choice):
    more = after(
        case,
        {"change": "site_limit", "facility": "NORTH", "limit_sqft": 90},
        {"change": "price_tiers", "facility": "NORTH", "tiers": [[90, 1.0]]},
    )
    answers = {
        "cheapest_site": "NORTH",
        "other_sites": ["SOUTH"],
        "dearest_sqft": 3.0,
        "largest_limit": 4000.0,
        "rent": pytest.approx(3.0 * 10 / 40 / (12 * 5), rel=1e-2),
        "days_14_4": {"domestic": 14.0, "international": 4.0},
    }
    assert choice.of(more) == answers[choice.name]
