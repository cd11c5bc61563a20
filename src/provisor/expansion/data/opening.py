"""Stock before the first day, where the case gives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.expansion.data.context import counted, known_only, table_of
from provisor.expansion.tables import OPENING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from provisor.expansion.data.context import Context


def read_opening(context: Context, skus: Sequence[str], sites: Sequence[str]) -> pl.DataFrame:
    """The case's table of opening stock; empty unless ``rules.opening`` asks for it."""
    rule = context.keys.rules.opening
    if rule != "data":
        if context.grid("opening") is not None:
            message = f"the table opening is not used: rules.opening is {rule}"
            context.tell("unused", message, context.key("rules", "opening"), "set rules.opening: data")
        return OPENING.empty()
    sheet = context.sheet("opening")
    if sheet is None:
        return OPENING.empty()
    sheet = known_only(context, known_only(context, sheet, "sku", skus, "product"), "facility", sites, "site")
    given = sheet.frame.select("sku", "facility").n_unique()
    if given < len(skus) * len(sites):
        missing = len(skus) * len(sites) - given
        context.tell(
            "assumed",
            f"{counted(missing, 'pair')} of product and site not in the table: nothing is there",
            sheet,
        )
    return table_of(sheet.frame.drop_nulls(), OPENING)
