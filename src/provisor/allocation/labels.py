"""Labels as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray


def numbers(column: pl.Series, names: list[str]) -> NDArray[np.int64]:
    """Number of each label among ``names``, -1 where it is empty or not among them."""
    known = pl.DataFrame(
        {"label": pl.Series(names, dtype=pl.String), "number": np.arange(len(names), dtype=np.int64)}
    )
    found = pl.DataFrame({"label": column.cast(pl.String)}).join(
        known, on="label", how="left", maintain_order="left"
    )
    return cast("NDArray[np.int64]", found["number"].fill_null(-1).to_numpy().astype(np.int64))
