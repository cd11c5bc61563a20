"""Expected pieces as whole ones, so that sums stay what they are."""

from __future__ import annotations

import polars as pl

GRAIN = 1e-6
"""Less than this short of a whole piece is rounding."""


def whole(pieces: str | pl.Expr) -> pl.Expr:
    """Pieces as whole numbers that add up, by period and product, to their sum rounded (largest remainders).

    What is whole stays as it is; later periods open with what is expected to be left, which is not.

    >>> rows = pl.DataFrame({"period": 1, "product": "P", "pieces": [1.6, 0.4, 2.0]})
    >>> rows.select(whole("pieces"))["pieces"].to_list()
    [2, 0, 2]
    """
    exact = pl.col(pieces) if isinstance(pieces, str) else pieces
    floor = (exact + GRAIN).floor()
    rest = (exact - floor).clip(0.0, 1.0)
    place = rest.rank("ordinal", descending=True).over("period", "product")
    more = (exact.sum() - floor.sum()).round().over("period", "product")
    return (floor + (place <= more).cast(pl.Float64)).cast(pl.Int64)
