"""Reading the files users have: the older network workbook, the planning and the stock export."""

from datetime import date, timedelta

import polars as pl
import pytest
import xlsxwriter

from provisor.case import BadCase, Problems
from provisor.production.data import read

START = date(2025, 10, 17)

PRODUCTS = [
    [
        "product_id",
        "name",
        "sku",
        "shelf_life_ambient_days",
        "shelf_life_frozen_days",
        "shelf_life_after_thaw_days",
        "min_acceptable_shelf_life_days",
        "units_per_mix",
    ],
    ["WHITE 470G", "WHITE 470G", "WHITE 470G", 17, 120, 14, 7, 387],
    ["GRAIN 500G", "GRAIN 500G", "GRAIN 500G", 17, 120, 14, 7, 415],
]
LOCATIONS = [
    [
        "id",
        "name",
        "type",
        "storage_mode",
        "production_rate",
        "capacity",
        "daily_startup_hours",
        "daily_shutdown_hours",
        "default_changeover_hours",
    ],
    ["6122", "Plant", "manufacturing", "ambient", 1400, 100000, 0.25, 0.25, 0.25],
    ["6104", "Hub", "breadroom", "ambient", None, 50000, None, None, None],
    ["6130", "West", "breadroom", "ambient", None, 15000, None, None, None],
    ["Freezer", "Freezer", "storage", "frozen", None, 50000, None, None, None],
]
ROUTES = [
    ["id", "origin_id", "destination_id", "transport_mode", "transit_time_days", "cost", "capacity"],
    ["R1", "6122", "6104", "ambient", 1, 0, 14080],
    ["R2", "6122", "Freezer", "ambient", 1, 0, 14080],
    ["R3", "Freezer", "6130", "frozen", 7, 0, 14080],
]
TRUCKS = [
    [
        "id",
        "truck_name",
        "departure_type",
        "departure_time",
        "destination_id",
        "capacity",
        "cost_fixed",
        "cost_per_unit",
        "day_of_week",
        "intermediate_stops",
        "pallet_capacity",
        "units_per_pallet",
        "units_per_case",
    ],
    ["T1", "Morning", "morning", "08:00:00", 6104, 14080, 100, 0, "wednesday", "Freezer", 44, 320, 10],
    ["T2", "Afternoon", "afternoon", "14:00:00", 6104, 14080, 100, 0, None, None, 44, 320, 10],
]
COSTS = [
    ["cost_type", "value"],
    ["production_cost_per_unit", 1.3],
    ["shortage_penalty_per_unit", 10],
    ["waste_cost_multiplier", 10],
    ["storage_cost_fixed_per_pallet", 5],
    ["storage_cost_fixed_per_pallet_frozen", 14.26],
    ["storage_cost_per_pallet_day_frozen", 0.98],
    ["storage_cost_frozen_per_unit_day", 0.01],
    ["freshness_incentive_weight", 0.13],
]
ALIAS = [
    ["Alias1", "Alias2", "Alias3", "Alias4"],
    ["WHITE 470G", 168846, 176299, 184226],
    ["GRAIN 500G", 168847, 176283, 184222],
]
STOCK = [
    [
        "Material",
        "Plant",
        "Storage Location",
        "DF stor. loc. level",
        "Batch",
        "Base Unit of Measure",
        "Unrestricted",
        "Stock Segment",
        "Transit and Transfer",
        "In Quality Insp.",
        "Restricted-Use Stock",
        "Blocked",
        "Returns",
    ],
]


def calendar():
    rows = [
        [
            "date",
            "fixed_hours",
            "regular_rate",
            "overtime_rate",
            "non_fixed_rate",
            "minimum_hours",
            "is_fixed_day",
        ]
    ]
    for number in range(-3, 30):
        day = START + timedelta(days=number)
        fixed = day.isoweekday() < 6
        rows.append([day, 12 if fixed else 0, 0, 660, None if fixed else 1320, 0 if fixed else 4, fixed])
    return rows


def forecast(days=28, figure="Approved Forecast", value=100.0):
    dates = [START + timedelta(days=number - 1) for number in range(days)]
    meta = [None] * 5
    rows = [
        [],
        ["report"],
        [None, "UoM : PUM"],
        [],
        [" "] * 5
        + ["Product Desc", "Product ID", "Location ID", "Location", "Key Figure"]
        + [f"{day:%d.%m.%Y}" for day in dates],
    ]
    rows += [
        [*meta, "", code, node, node, figure, *[value] * days]
        for node in ("6104", "6130")
        for code in ("168846", "168847")
    ]
    return rows


def write(path, sheets, hidden=()):
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name in hidden:
            sheet.hide()
    book.close()


class Files:
    def __init__(self, folder):
        self.folder = folder
        self.network = {
            "Products": PRODUCTS,
            "Locations": LOCATIONS,
            "Routes": ROUTES,
            "LaborCalendar": calendar(),
            "TruckSchedules": TRUCKS,
            "CostParameters": COSTS,
            "Alias": ALIAS,
        }
        self.network = {name: [list(row) for row in rows] for name, rows in self.network.items()}
        self.forecast = {"Feeder": [["x", "y"], [1, 2]], "G999_RET": forecast()}
        self.stock = [list(row) for row in STOCK]
        self.keys = {
            "planner": "production",
            "name": "older",
            "start": START,
            "weeks": 1,
            "stock_date": START,
            "stock_locations": {"6122/4070": "Freezer", "*/5000": "exclude"},
        }

    def line(self, material, plant, location, batch, measure, free, road=0):
        self.stock.append([material, plant, location, "", batch, measure, free, "", road, 0, 0, 0, 0])

    def read(self):
        write(self.folder / "network.xlsx", self.network)
        write(self.folder / "forecast.xlsx", self.forecast, hidden=("Feeder",))
        write(self.folder / "stock.xlsx", {"Sheet1": self.stock})
        files = {"network": "network.xlsx", "forecast": "forecast.xlsx", "stock": "stock.xlsx"}
        return read({"files": files, **self.keys}, self.folder)

    def problems(self):
        try:
            return Problems(list(self.read().warnings))
        except BadCase as bad:
            return bad.problems

    def told(self, words):
        return [problem.message for problem in self.problems() if words in problem.message]


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def test_types_of_places_become_capabilities(files):
    nodes = {row["node"]: row for row in files.read().table("nodes").to_dicts()}
    assert [node for node, row in nodes.items() if row["can_make"]] == ["6122"]
    assert [node for node, row in nodes.items() if row["has_demand"]] == ["6104", "6130"]
    assert [node for node, row in nodes.items() if row["needs_trucks"]] == ["6122"]
    assert nodes["Freezer"]["storage"] == "frozen"
    assert nodes["6122"]["capacity_units"] == 100000


def test_a_place_with_a_forecast_sells_whatever_its_type(files):
    files.network["Locations"][2][2] = "storage"
    nodes = files.read().table("nodes")
    assert nodes.filter(pl.col("node") == "6104")["has_demand"].item()


def test_capability_columns_win_over_types(files):
    header, *rows = files.network["Locations"]
    header += ["can_manufacture", "has_demand", "requires_truck_schedules", "can_store"]
    for row in rows:
        row += [row[0] in ("6122", "6104"), row[0] in ("6104", "6130"), False, row[0] != "6104"]
        row[4] = 1400
    for truck in files.network["TruckSchedules"]:
        truck.append("origin_id" if truck[0] == "id" else "6122")
    nodes = {row["node"]: row for row in files.read().table("nodes").to_dicts()}
    assert nodes["6104"]["can_make"]
    assert nodes["6104"]["storage"] == "none"
    assert not nodes["6122"]["needs_trucks"]


def test_trucks_get_stops_weekdays_and_an_origin(files):
    trucks = {row["truck"]: row for row in files.read().table("trucks").to_dicts()}
    assert trucks["T1"]["stops"] == ["Freezer", "6104"]
    assert trucks["T1"]["weekdays"] == [3]
    assert trucks["T2"]["weekdays"] == []
    assert trucks["T2"]["departure_time"] == "14:00"
    assert trucks["T1"]["origin"] == "6122"
    assert files.told("leave from 6122, the only node that makes")


def test_with_two_plants_the_origin_must_be_said(files):
    files.network["Locations"][2][2] = "manufacturing"
    files.network["Locations"][2][4] = 1000
    assert {error.column for error in files.problems().errors} == {"origin"}


def test_pallets_and_cases_come_from_the_trucks_and_are_told(files):
    products = files.read().table("products")
    assert set(products["units_per_pallet"]) == {320.0}
    assert set(products["units_per_case"]) == {10.0}
    assert files.told("units_per_pallet is 320 for all products")


def test_trucks_that_differ_in_pallets_are_an_error(files):
    files.network["TruckSchedules"][1][11] = 400
    assert "units_per_pallet differs between trucks" in {error.message for error in files.problems().errors}


def test_the_calendar_applies_to_every_plant_with_overtime_assumed(files):
    calendar = files.read().table("calendar")
    assert calendar.height == 7
    assert set(calendar["node"]) == {"6122"}
    assert calendar.filter("is_fixed_day")["overtime_hours"].unique().to_list() == [2.0]
    assert calendar.filter(~pl.col("is_fixed_day"))["premium_rate"].unique().to_list() == [1320.0]
    assert files.told("overtime_hours")


def test_cost_names_are_those_of_the_planner(files):
    costs = dict(files.read().table("costs").iter_rows())
    assert costs["production_per_unit"] == 1.3
    assert costs["storage_per_pallet_entry_frozen"] == 14.26
    assert costs["storage_per_pallet_entry_ambient"] == 5
    assert files.told("freshness_incentive_weight 0.13 is not used")
    assert files.told("frozen storage costs 0.01 per unit and day are not used")


def test_the_older_workbook_without_products_says_what_is_missing(files):
    del files.network["Products"]
    error = files.problems().errors[0]
    assert error.code == "missing-table"
    assert "products" in error.message
    assert "shelf_life_ambient_days" in error.expected


def test_products_can_come_from_another_file(files):
    pl.DataFrame(PRODUCTS[1:], schema=PRODUCTS[0], orient="row", strict=False).write_csv(
        files.folder / "products.csv"
    )
    del files.network["Products"]
    files.keys["files"] = {
        "network": "network.xlsx",
        "forecast": "forecast.xlsx",
        "stock": "stock.xlsx",
        "products": "products.csv",
    }
    assert files.read().table("products").height == 2


def test_a_wrong_sheet_name_is_found_out(files):
    files.network["Rotes"] = files.network.pop("Routes")
    error = files.problems().errors[0]
    assert error.code == "missing-table"
    assert "legs" in error.message
    assert "Rotes" in error.mend + error.message


def test_the_export_is_found_whatever_its_sheet_is_called(files):
    demand = files.read().table("demand")
    assert demand["product"].unique().sort().to_list() == ["GRAIN 500G", "WHITE 470G"]
    assert demand["units"].sum() == pytest.approx(4 * 100 * 14)


def test_only_the_approved_figure_is_planned(files):
    rows = files.forecast["G999_RET"]
    files.forecast["G999_RET"] = rows + [
        row for row in forecast(figure="Budget", value=9.0) if len(row) > 11 and row[6] != "Product ID"
    ]
    assert files.read().table("demand")["units"].max() == 100.0
    assert files.told("not used: Budget")
    files.keys["key_figure"] = "Budget"
    assert files.read().table("demand")["units"].max() == 9.0
    files.keys["key_figure"] = "Plan"
    assert files.problems().errors[0].code == "key-figure"


def test_blank_cells_and_days_of_the_export_are_told(files):
    for row in files.forecast["G999_RET"][5:]:
        row[10 + 3] = None
    files.forecast["G999_RET"][5][10 + 4] = None
    told = files.told("neighbouring weeks suggest")
    assert any("1 days of the horizon have no forecast (2025-10-19); planned as 0" in words for words in told)
    assert any("400 units" in words for words in told)
    assert any("1 cells of the forecast" in words and "100 units" in words for words in told)


def test_bad_cells_of_the_export_are_named_by_their_day(files):
    files.forecast["G999_RET"][6][12] = "n/a"
    files.forecast["G999_RET"][7][13] = -4
    errors = files.problems().errors
    assert [(error.row, error.column, error.value) for error in errors] == [
        (7, "18.10.2025", "n/a"),
        (8, "19.10.2025", "-4"),
    ]


def test_the_long_forecast_is_read_too(files):
    rows = [["location_id", "product_id", "date", "quantity"]]
    rows += [[6104.0, 168846, START + timedelta(days=number), 50] for number in range(14)]
    files.forecast = {"Forecast": rows}
    demand = files.read().table("demand")
    assert set(demand["node"]) == {"6104"}
    assert demand["units"].sum() == 50 * 14


def test_codes_of_one_product_add_up(files):
    rows = [["location_id", "product_id", "date", "quantity"]]
    rows += [
        [6104, code, START + timedelta(days=number), 50] for number in range(14) for code in (168846, 184226)
    ]
    files.forecast = {"Forecast": rows}
    assert files.read().table("demand")["units"].to_list() == [100.0] * 14


def test_batches_tell_the_age(files):
    files.line("0184226", "6104", "4000", "30102025", "CAS", 239.7)
    files.line("0176299", "6122", "4070", "25272", "CAS", 96)
    files.line("0176299", "6122", "4070", "200120265", "CAS", 1)
    files.line("0168846", "6104", "4000", "", "EA", 100)
    stock = {row["batch"]: row for row in files.read().table("stock").to_dicts()}
    assert stock["30102025"]["expires"] == date(2025, 10, 30)
    assert stock["30102025"]["units"] == 2397
    assert (stock["25272"]["node"], stock["25272"]["state"]) == ("Freezer", "frozen")
    assert stock["25272"]["expires"] == date(2025, 9, 29) + timedelta(days=120)
    assert stock["200120265"]["expires"] == date(2026, 1, 20)
    assert stock["unlabelled"]["expires"] == START + timedelta(days=17 - 4)
    assert files.told("100 units (6104)")


def test_the_age_without_batch_can_be_said(files):
    files.line("0168846", "6104", "4000", "", "EA", 100)
    files.keys["age_without_batch"] = 1
    assert files.read().table("stock")["expires"].item() == START + timedelta(days=16)


def test_frozen_codes_where_only_ambient_goods_are_kept_are_thawed(files):
    files.line("0176299", "6130", "4000", "20012026", "CAS", 10)
    stock = files.read().table("stock").row(0, named=True)
    assert (stock["state"], stock["expires"]) == ("thawed", START + timedelta(days=14 - 4))
    assert files.told("are thawed")


def test_goods_on_the_road_arrive_by_the_longest_leg(files):
    files.line("0168846", "6104", "", "", "EA", 0, 200)
    files.line("0176299", "6130", "", "", "CAS", 0, 64)
    files.line("0176299", "6122", "", "", "CAS", 0, 32)
    case = files.read()
    transit = {row["node"]: row for row in case.table("transit").to_dicts()}
    assert transit["6104"]["arrival"] == START
    assert transit["6130"]["arrival"] == START + timedelta(days=6)
    assert transit["6130"]["state"] == "frozen"
    assert (transit["Freezer"]["units"], transit["Freezer"]["state"]) == (320, "ambient")
    assert files.told("booked at 6122 are on their way to Freezer: 320 units")


def test_arrivals_can_be_said(files):
    files.line("0168846", "6104", "", "", "EA", 0, 200)
    files.line("0176299", "6130", "", "", "CAS", 0, 64)
    files.keys["transit_arrival"] = {"6104": 2, "6130": "2025-10-20"}
    transit = {row["node"]: row["arrival"] for row in files.read().table("transit").to_dicts()}
    assert transit == {"6104": START + timedelta(days=2), "6130": date(2025, 10, 20)}


def test_transit_can_be_set_aside(files):
    files.line("0168846", "6104", "", "", "EA", 0, 200)
    files.keys["rules"] = {"transit_stock": False}
    assert files.read().table("transit").is_empty()
    assert files.told("goods on the road are not used: 200 units")


def test_excluded_places_count_only_if_the_case_says_so(files):
    files.line("0168846", "6104", "5000", "", "EA", 100)
    assert files.read().table("stock").is_empty()
    assert files.told("100 units in stock")
    files.keys["stock_locations"] = {}
    assert files.read().table("stock")["units"].sum() == 100


def test_negative_stock_is_nothing_or_set_against_the_rest(files):
    files.line("0168846", "6104", "4000", "", "EA", -30)
    files.line("0184226", "6104", "4000", "30102025", "CAS", 10)
    files.line("0168847", "6104", "4000", "", "EA", -5)
    case = files.read()
    assert case.table("stock")["units"].sum() == 100
    assert files.told("-35 units in 2 lines")
    files.keys["negative_stock"] = "net"
    assert files.read().table("stock")["units"].sum() == 70
    assert files.told("set against other stock of the same node and product: 30 units")
    assert files.told("-5 units in 1 lines")


def test_stock_that_is_not_free_is_told(files):
    files.stock.append(["0168846", "6104", "4000", "", "", "EA", 0, "", 0, 0, 0, 12, 0])
    assert files.told("stock blocked is not used: 12 units")


def test_unknown_places_materials_and_measures_are_errors(files):
    files.line("0168846", "6999", "4000", "", "EA", 1)
    files.line("0999999", "6104", "4000", "", "EA", 1)
    files.line("0168846", "6104", "4000", "", "KG", 1)
    errors = {(error.row, error.code) for error in files.problems().errors}
    assert errors == {(2, "unknown-node"), (3, "unknown-product"), (4, "not-allowed")}


def test_a_missing_stock_date_is_an_error(files):
    files.line("0168846", "6104", "4000", "", "EA", 1)
    del files.keys["stock_date"]
    assert "stock_date is missing" in files.problems().errors[0].message


def test_the_order_of_lines_does_not_matter(files):
    for number in range(6):
        files.line("0168846", "6104", "4000", "", "EA", 0.1 * (number + 1))
    first = files.read().fingerprint
    files.stock[1:] = files.stock[:0:-1]
    files.forecast["G999_RET"][5:] = files.forecast["G999_RET"][:4:-1]
    assert files.read().fingerprint == first
