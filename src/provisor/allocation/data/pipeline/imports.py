"""The tables that a pipeline's outputs give, checked like any others, and what they cannot give."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.data.pipeline import goods, places
from provisor.allocation.data.pipeline.find import Folder
from provisor.allocation.data.sources import SCHEMAS
from provisor.tables.grid import ROW
from provisor.tables.validate import check_schema

if TYPE_CHECKING:
    from pathlib import Path

    from provisor.allocation.data.keys import CaseKeys
    from provisor.case import Problems
    from provisor.tables.grid import Sheet

_ABSENT = "the pipeline knows nothing of it; name a file under files: "


def import_pipeline(
    keys: CaseKeys, folder: Path, problems: Problems
) -> tuple[dict[str, Sheet], dict[str, str]]:
    """Tables by name made of the outputs in ``files: pipeline``, and what to do about those it cannot give.

    Args:
        keys: Keys of the case.
        folder: Folder its paths start from.
        problems: Where to note what is wrong, dropped or assumed.
    """
    name = keys.files.pipeline
    if name is None:
        return {}, {}
    if not (folder / name).is_dir():
        problems.error(
            "file-missing", "there is no such folder", file=name, mend="name the folder of the outputs"
        )
        return {}, {}
    source = Folder(folder / name, name, keys.pipeline_period, problems)
    traded = goods.trade(source)
    stores, products = places.stores(source), goods.products(source, traded)
    pairs = goods.pairs(source, traded, stores, products)
    found = {
        "stores": stores,
        "slots": places.slots(source, stores),
        "products": products,
        "pairs": pairs,
        "roles": places.roles(source),
        "substitution": goods.substitution(source, products),
        "manual_plan": goods.manual_plan(source, pairs, products),
    }
    source.tell_mixed()
    tables = {table: sheet for table, sheet in found.items() if sheet is not None}
    for table, sheet in tables.items():
        if sheet.frame[ROW].count():
            check_schema(sheet, SCHEMAS[table], problems)
    mends = {table: f"{_ABSENT}{table}:" for table in ("centres", "lanes", "stock")}
    mends |= {table: _mend(table) for table, sheet in found.items() if sheet is None}
    return tables, mends


_NEEDED = {
    "stores": "enriched_store_attributes (step 22)",
    "slots": "store_config (step 1) or enriched_store_attributes (step 22)",
    "products": "product_role_classifications (step 25) or price_band_analysis (step 26)",
    "pairs": "consolidated_spu_rule_results_detailed (step 13) or complete_spu_sales (step 1)",
}


def _mend(table: str) -> str:
    wanted = _NEEDED.get(table)
    return f"put {wanted} into the folder, or name a file under files: {table}:" if wanted else ""
