"""The outputs of a retailer's pipeline as a case; every row here is made up, only the layout is the pipeline's."""

import json
from pathlib import Path

import polars as pl
import pytest

from provisor.allocation.data import read
from provisor.case import BadCase, Case, Problems

P = "202510A"


def outputs() -> dict[str, list[dict]]:
    shares = {"core": 30.0, "seasonal": 20.0, "filler": 40.0, "clearance": 10.0}
    wanted = {"core": 25.0, "seasonal": 30.0, "filler": 35.0, "clearance": 10.0}
    gaps = {
        name: value
        for role in shares
        for name, value in {
            f"{role}_count": 5,
            f"{role}_percentage": shares[role],
            f"{role}_gap": wanted[role] - shares[role],
            f"{role}_gap_severity": "OPTIMAL",
        }.items()
    }
    return {
        f"enriched_store_attributes_{P}_20251001_101010": [
            {"str_code": "90001", "store_type": "Basic", "fashion_ratio": 35.0, "estimated_rack_capacity": 600,
             "total_sales_amt": 50000.0},
            {"str_code": "90002", "store_type": "Fashion", "fashion_ratio": 65.0, "estimated_rack_capacity": 400,
             "total_sales_amt": 30000.0},
        ],
        "clustering_results_spu": [{"str_code": "90001", "Cluster": 0}, {"str_code": "90002", "Cluster": 1}],
        f"product_role_classifications_{P}_20251001_101010": [
            {"spu_code": "77X0001", "product_role": "CORE", "confidence_score": 0.95, "category": "裤",
             "subcategory": "宽裤"},
            {"spu_code": "77X0002", "product_role": "CLEARANCE", "confidence_score": 0.85,
             "category": "裤", "subcategory": "窄裤"},
        ],
        f"price_band_analysis_{P}_20251001_101010": [
            {"spu_code": "77X0001", "avg_unit_price": 60.0, "price_band": "PREMIUM"},
            {"spu_code": "77X0002", "avg_unit_price": 40.0, "price_band": "VALUE"},
        ],
        f"substitution_elasticity_matrix_{P}_20251001_101010": [
            {"product_1": "77X0001", "product_2": "77X0002", "category": "裤", "common_stores": 30,
             "substitution_score": 0.4, "relationship_strength": "Moderate Substitutes"},
        ],
        f"gap_analysis_detailed_{P}_20251001_101010": [{"cluster_id": 0, "total_products": 9, **gaps}],
        f"consolidated_spu_rule_results_detailed_{P}": [
            {"str_code": "90001", "spu_code": "77X0001", "sub_cate_name": "宽裤", "current_quantity": 4.0,
             "recommended_quantity_change": 1.0, "unit_price": 61.0, "rule_source": "rule12"},
            {"str_code": "90001", "spu_code": "77X0002", "sub_cate_name": "窄裤", "current_quantity": None,
             "recommended_quantity_change": 3.0, "unit_price": 40.0, "rule_source": "rule7"},
            {"str_code": "90002", "spu_code": "77X0001", "sub_cate_name": "宽裤", "current_quantity": 2.0,
             "recommended_quantity_change": 0.0, "unit_price": 60.0, "rule_source": "rule12"},
        ],
        f"store_level_allocation_results_{P}_20251001_101010": [
            {"Period": P, "Store_Code": "90001", "Category": "裤", "Subcategory": "宽裤", "Allocated_ΔQty": 1.6},
        ],
    }  # fmt: skip


class Pipeline:
    """A folder of outputs beside a folder of the tables no pipeline knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder / "output"
        self.output.mkdir()
        self.tables = outputs()
        self.keys = {"planner": "allocation", "start": "202510B"}
        own = folder / "own"
        own.mkdir()
        pl.DataFrame({"centre": ["C1"]}).write_csv(own / "centres.csv")
        pl.DataFrame({"centre": "C1", "store": ["90001", "90002"], "cost": 1.0}).write_csv(own / "lanes.csv")
        pl.DataFrame({"centre": "C1", "product": ["77X0001", "77X0002"], "pieces": 20}).write_csv(
            own / "stock.csv"
        )
        self.files = {"pipeline": "output", "tables": "own"}

    def one(self, stem: str) -> list[dict]:
        return next(rows for name, rows in self.tables.items() if name.startswith(stem))

    def write(self, name: str, rows: list[dict], folder: Path | None = None) -> None:
        pl.DataFrame(rows, infer_schema_length=None).write_csv((folder or self.output) / f"{name}.csv")

    def read(self) -> Case:
        for name, rows in self.tables.items():
            self.write(name, rows)
        return read({**self.keys, "files": self.files}, self.folder)

    def problems(self) -> Problems:
        with pytest.raises(BadCase) as raised:
            self.read()
        return raised.value.problems


@pytest.fixture
def pipeline(tmp_path):
    return Pipeline(tmp_path)


def test_the_outputs_become_a_case(pipeline):
    case = pipeline.read()
    stores = case.table("stores")
    assert stores.select("store", "cluster", "pieces").rows() == [
        ("90001", "0", 600.0),
        ("90002", "1", 400.0),
    ]
    assert stores["size"].to_list() == [1.25, 0.75]
    products = case.table("products").select(
        "product", "category", "role", "price_band", "price", "cost", "salvage"
    )
    assert products.rows() == [
        ("77X0001", "裤", "CORE", "PREMIUM", 60.0, 33.0, 29.7),
        ("77X0002", "裤", "CLEARANCE", "VALUE", 40.0, 22.0, 3.3),
    ]
    pairs = case.table("pairs").select("store", "product", "demand", "max_pieces", "carried_before")
    assert pairs.rows() == [
        ("90001", "77X0001", 4.0, 9, True),
        ("90001", "77X0002", 3.0, 8, False),
        ("90002", "77X0001", 2.0, 6, True),
    ]
    assert case.table("manual_plan").rows() == [("90001", "宽裤", 3)]


def test_shares_of_roles_come_from_what_the_pipeline_wants(pipeline):
    roles = {role: shares for role, *shares in pipeline.read().table("roles").rows()}
    assert roles == {
        "CLEARANCE": [0.0, 0.15], "CORE": [0.15, 0.35], "FILLER": [0.25, 0.45], "SEASONAL": [0.2, 0.4],
    }  # fmt: skip


def test_percents_and_fractions_are_told_apart(pipeline):
    percents = pipeline.read().table("roles")
    row = pipeline.one("gap_analysis_detailed")[0]
    row.update({name: value / 100 for name, value in row.items() if name.endswith(("_percentage", "_gap"))})
    assert pipeline.read().table("roles").equals(percents)


def test_a_substitution_score_is_shrunk_and_taken_both_ways(pipeline):
    rates = pipeline.read().table("substitution")
    assert rates.rows() == [
        ("77X0001", "77X0002", pytest.approx(0.4 * 30 / 40)),
        ("77X0002", "77X0001", pytest.approx(0.4 * 30 / 40)),
    ]


def test_styles_that_sell_together_are_no_substitutes(pipeline):
    pipeline.one("substitution_elasticity_matrix")[0].update(
        substitution_score=-0.8, relationship_strength="Strong Substitutes"
    )
    assert not pipeline.read().table("substitution").height


def test_rates_of_a_style_stay_below_seven_tenths(pipeline):
    pipeline.one("substitution_elasticity_matrix")[0].update(substitution_score=1.0, common_stores=10_000)
    assert pipeline.read().table("substitution")["rate"].to_list() == [pytest.approx(0.7)] * 2


def test_what_is_assumed_is_told(pipeline):
    said = " ".join(warning.message for warning in pipeline.read().warnings if warning.code == "assumed")
    for words in ("costs 0.55 of its price", "a slot for every 2 pieces", "nothing hangs in the stores"):
        assert words in said


def test_the_newest_half_month_counts_and_any_can_be_asked_for(pipeline):
    old = {name.replace(P, "202509B"): [dict(row) for row in rows] for name, rows in pipeline.tables.items()}
    roles = next(rows for name, rows in old.items() if name.startswith("product_role"))
    for row in roles:
        row["product_role"] = "FILLER"
    pipeline.tables = {**old, **pipeline.tables, "product_role_classifications": roles}
    assert pipeline.read().table("products")["role"].to_list() == ["CORE", "CLEARANCE"]
    pipeline.keys["pipeline_period"] = "202509B"
    assert pipeline.read().table("products")["role"].to_list() == ["FILLER", "FILLER"]


def test_outputs_of_different_half_months_are_told(pipeline):
    pipeline.tables = {
        name.replace(P, "202509B") if "gap" in name else name: rows for name, rows in pipeline.tables.items()
    }
    said = next(warning.message for warning in pipeline.read().warnings if warning.code == "mixed-periods")
    assert "202509B, 202510A" in said
    assert "gap_analysis_detailed_202509B" in said


def test_of_one_half_month_the_last_written_counts(pipeline):
    newer = [dict(row, product_role="SEASONAL") for row in pipeline.one("product_role_classifications")]
    pipeline.tables[f"product_role_classifications_{P}_20251002_080000"] = newer
    assert pipeline.read().table("products")["role"].to_list() == ["SEASONAL", "SEASONAL"]


@pytest.mark.parametrize("shape", ["nested", "flat"])
@pytest.mark.parametrize("place", ["output", "kept"])
def test_both_shapes_of_the_manifest_are_followed(pipeline, shape, place):
    """The manifest names an older file of the half-month, in the folder or beside it: it counts."""
    rows = [dict(row, product_role="FILLER") for row in pipeline.one("product_role_classifications")]
    name = f"product_role_classifications_{P}_20250930_000000"
    (pipeline.folder / "kept").mkdir()
    pipeline.write(name, rows, pipeline.folder / place)
    path = f"{place}/{name}.csv"
    nested = {"steps": {"step25": {"outputs": {f"roles_{P}": {"file_path": path, "metadata": {"rows": 2}}}}}}
    flat = {"step25": {"roles": {"path": path}}}
    manifest = nested if shape == "nested" else flat
    (pipeline.output / "pipeline_manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert pipeline.read().table("products")["role"].to_list() == ["FILLER", "FILLER"]


def test_a_manifest_leads_nowhere_else(pipeline, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    name = "product_role_classifications_202512B_20251231_000000"
    pipeline.write(name, [dict(row, product_role="X") for row in pipeline.one("product_role")], outside)
    paths = [str(outside / f"{name}.csv"), f"../../{outside.name}/{name}.csv"]
    document = {
        "steps": {"step25": {"outputs": {str(n): {"file_path": path} for n, path in enumerate(paths)}}}
    }
    (pipeline.output / "pipeline_manifest.json").write_text(json.dumps(document), encoding="utf-8")
    assert pipeline.read().table("products")["role"].to_list() == ["CORE", "CLEARANCE"]


def test_a_broken_manifest_is_told_and_names_serve(pipeline):
    (pipeline.output / "pipeline_manifest.json").write_text("{", encoding="utf-8")
    case = pipeline.read()
    assert [warning.code for warning in case.warnings].count("broken-manifest") == 1


def test_repeated_rows_are_dropped_and_told(pipeline):
    pipeline.tables = {
        name: rows * (20 if "role_class" in name else 1) for name, rows in pipeline.tables.items()
    }
    case = pipeline.read()
    assert case.table("products").height == 2
    dropped = next(warning for warning in case.warnings if warning.code == "duplicates-dropped")
    assert "38 rows" in dropped.message
    assert "product_role_classifications" in dropped.file


def test_rows_that_differ_under_one_key_are_errors(pipeline):
    rows = pipeline.one("product_role_classifications")
    rows.append(dict(rows[0], product_role="FILLER"))
    error = next(error for error in pipeline.problems().errors if error.code == "duplicate-key")
    assert (error.row, error.column) == (4, "spu_code")


def test_sales_and_planned_styles_count_where_they_are(pipeline):
    raw = pipeline.folder / "data" / "api_data"
    raw.mkdir(parents=True)
    pipeline.write(
        f"complete_spu_sales_{P}",
        [
            {
                "str_code": "90001",
                "spu_code": "77X0001",
                "sub_cate_name": "宽裤",
                "quantity": 7.0,
                "spu_sales_amt": 400.0,
            },
            {
                "str_code": "90002",
                "spu_code": "77X0002",
                "sub_cate_name": "窄裤",
                "quantity": 1.0,
                "spu_sales_amt": 39.0,
            },
        ],
        raw,
    )
    parts = [
        {"str_code": "90001", "display_location_name": place, "target_sty_cnt_avg": count}
        for place, count in (("前场", 12.0), ("前场", 12.0), ("后场", 30.4))
    ]
    pipeline.write(f"store_config_{P}", [*parts, {"str_code": "90002", "target_sty_cnt_avg": 9.0}], raw)
    case = pipeline.read()
    assert case.table("slots").rows() == [("90001", "floor", 54), ("90002", "floor", 9)]
    demand = {(store, product): demand for store, product, demand, *_ in case.table("pairs").rows()}
    assert demand == {
        ("90001", "77X0001"): 7.0, ("90001", "77X0002"): 3.0, ("90002", "77X0001"): 2.0, ("90002", "77X0002"): 1.0,
    }  # fmt: skip


def test_a_groups_change_is_spread_where_no_store_has_its_own(pipeline):
    pipeline.tables = {name: rows for name, rows in pipeline.tables.items() if "store_level" not in name}
    pipeline.tables[f"enhanced_fast_fish_format_{P}"] = [
        {"Store_Group_Name": "G", "Subcategory": "宽裤", "ΔQty": 4, "Store_Codes_In_Group": "90001,90002"}
    ]
    assert pipeline.read().table("manual_plan").rows() == [("90001", "宽裤", 3), ("90002", "宽裤", 3)]


def test_pairs_of_stores_that_are_not_planned_are_left_out_and_told(pipeline):
    pipeline.one("consolidated").append(dict(pipeline.one("consolidated")[0], str_code="90009"))
    case = pipeline.read()
    assert case.table("pairs").height == 3
    assert any(warning.code == "unused" and "90009" in warning.message for warning in case.warnings)


def test_tables_the_pipeline_does_not_know_are_asked_for(pipeline):
    del pipeline.files["tables"]
    missing = [error for error in pipeline.problems().errors if error.code == "missing-table"]
    assert len(missing) == 3
    assert all("the pipeline knows nothing of it" in error.mend for error in missing)


def test_an_output_that_is_missing_is_named(pipeline):
    pipeline.tables = {name: rows for name, rows in pipeline.tables.items() if "store_attr" not in name}
    mends = " ".join(error.mend for error in pipeline.problems().errors)
    assert "enriched_store_attributes (step 22)" in mends


def test_a_table_of_ones_own_counts_before_the_pipelines(pipeline):
    pl.DataFrame(
        {"store": ["90001"], "product": ["77X0001"], "demand": [2.0], "max_pieces": [5], "opening": [3]}
    ).write_csv(pipeline.folder / "own" / "pairs.csv")
    assert pipeline.read().table("pairs").select("demand", "opening").rows() == [(2.0, 3)]
