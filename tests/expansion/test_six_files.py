"""The six files for other systems: names and columns as promised, totals those of the plan."""

import polars as pl
import pytest
from tests.expansion.worlds import small_case

import provisor
from provisor.export import export_plan

COLUMNS = {
    "expansion_decisions": "facility sqft_added tier1_sqft tier2_sqft expansion_cost",
    "shelf_additions": "facility storage_type shelves_added sqft_per_shelf total_sqft weight_capacity_lbs "
    "volume_capacity_cuft",
    "inventory_levels_daily": "month day date sku facility units volume_cuft weight_lbs holding_cost_dollars",
    "deliveries_daily": "arrival_month arrival_day arrival_date sku facility units_delivered inbound_packs "
    "order_month order_day order_date lead_time_days supplier_type",
    "order_schedule_daily": "order_month order_day order_date arrival_month arrival_day arrival_date sku facility "
    "units_ordered inbound_packs lead_time_days supplier_type",
    "shipment_plan_daily": "month day date sku facility units_shipped daily_demand demand_fulfilled_pct "
    "transportation_cost_dollars",
}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    case = small_case(1, months=6, rules={"doh_multiplier": 4}, holding_per_cuft_day=0.01)
    plan = provisor.solve(case, time_limit=20)
    folder = tmp_path_factory.mktemp("six") / "csv"
    export_plan(plan, folder)
    return case, plan, folder


@pytest.fixture(scope="module")
def files(both):
    return {name: pl.read_csv(both[2] / f"{name}.csv", try_parse_dates=True) for name in COLUMNS}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_those_promised_in_their_order(files, name):
    assert files[name].columns == COLUMNS[name].split()


def test_figures_read_back_are_the_plans(both, files):
    for name, table in files.items():
        own = both[1].table(name)
        assert table.height == own.height
        for column, dtype in own.schema.items():
            if dtype == pl.Float64:
                assert table[column].cast(pl.Float64).to_list() == own[column].to_list(), (name, column)
            else:
                assert table[column].cast(dtype).to_list() == own[column].to_list(), (name, column)


def test_totals_agree_between_files_and_with_the_costs(both, files):
    case, plan, _ = both
    assert files["expansion_decisions"]["expansion_cost"].sum() == pytest.approx(plan.costs["expansion"])
    assert files["inventory_levels_daily"]["holding_cost_dollars"].sum() == pytest.approx(
        plan.costs["holding"]
    )
    assert files["shelf_additions"]["total_sqft"].sum() == pytest.approx(
        files["expansion_decisions"]["sqft_added"].sum()
    )
    ordered, arrived = files["order_schedule_daily"], files["deliveries_daily"]
    assert ordered["units_ordered"].sum() == pytest.approx(arrived["units_delivered"].sum())
    shipped = files["shipment_plan_daily"]
    assert shipped["units_shipped"].sum() == pytest.approx(case.table("demand")["quantity"].sum())
    whole = shipped.group_by("month", "day", "sku").agg(pl.col("demand_fulfilled_pct").sum())
    assert whole["demand_fulfilled_pct"].to_list() == pytest.approx([100.0] * whole.height)


def test_packs_are_whole_and_orders_earlier_than_arrivals(files):
    arrived = files["deliveries_daily"]
    assert (arrived["inbound_packs"] - arrived["inbound_packs"].round()).abs().max() < 1e-9
    assert (arrived["order_date"] <= arrived["arrival_date"]).all()
    assert arrived.filter(pl.col("arrival_date").dt.weekday() > 5).height == 0


def test_the_six_files_alone_pass_the_same_audit(both, files, tmp_path):
    case, plan, folder = both
    for name in COLUMNS:
        (tmp_path / f"{name}.csv").write_bytes((folder / f"{name}.csv").read_bytes())
    report = provisor.audit(case, tmp_path)
    assert report.ok
    assert provisor.audit(case, plan).ok
