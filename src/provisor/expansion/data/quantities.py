"""Cells that say several things at once: ``144 (12 packs)``, ``48 x 48x 20``, ``520 lb``."""

from __future__ import annotations

import polars as pl

CUBIC_INCHES = 1728.0
"""Cubic inches of a cubic foot."""

_NUMBER = r"(\d+(?:\.\d+)?|\.\d+)"
_BY = r"\s*[xX\u00d7*]\s*"
_QUANTITY = rf"^{_NUMBER}\s*(?:\([^()]*\))?$"
_PACKS = r"(?i)\(\s*(\d+)\s*packs?\s*\)$"
_SIZE = rf"^{_NUMBER}{_BY}{_NUMBER}{_BY}{_NUMBER}$"
_WEIGHT = rf"(?i)^{_NUMBER}\s*(?:lbs?|pounds?)?\.?$"
_EVEN = r"^\S+ x \S+ x \S+$"

QUANTITY_SAID = "a quantity such as 144 or 144 (12 packs)"
SIZE_SAID = "length x width x height, such as 48 x 48 x 20"
WEIGHT_SAID = "a weight in pounds, such as 15 lbs"


def eaches(cell: pl.Expr) -> pl.Expr:
    """The quantity in front of a cell such as ``144 (12 packs)``; empty where there is none.

    >>> pl.select(eaches(pl.lit("144 (12 packs)"))).item(), pl.select(eaches(pl.lit("a dozen"))).item()
    (144.0, None)
    """
    return cell.str.extract(_QUANTITY).cast(pl.Float64, strict=False)


def packs(cell: pl.Expr) -> pl.Expr:
    """The packs named in brackets, empty where the brackets name none.

    >>> (
    ...     pl.select(packs(pl.lit("144 (12 packs)"))).item(),
    ...     pl.select(packs(pl.lit("1 (sold as parts)"))).item(),
    ... )
    (12.0, None)
    """
    return cell.str.extract(_PACKS).cast(pl.Float64, strict=False)


def side(cell: pl.Expr, number: int) -> pl.Expr:
    """Side ``number`` (1 to 3) of a size, in the unit of the cell; empty where the cell is no size.

    >>> [pl.select(side(pl.lit("48 x 48x 20"), number)).item() for number in (1, 2, 3)]
    [48.0, 48.0, 20.0]
    """
    return cell.str.extract(_SIZE, number).cast(pl.Float64, strict=False)


def volume(cell: pl.Expr) -> pl.Expr:
    """The three sides of a size multiplied, in the cube of its unit."""
    return side(cell, 1) * side(cell, 2) * side(cell, 3)


def pounds(cell: pl.Expr) -> pl.Expr:
    """A weight in lb; empty where the cell is none, or in another unit.

    >>> [pl.select(pounds(pl.lit(text))).item() for text in ("520 lb", "15 lbs", "0.25", "7 kg")]
    [520.0, 15.0, 0.25, None]
    """
    return cell.str.extract(_WEIGHT).cast(pl.Float64, strict=False)


def is_uneven(cell: pl.Expr) -> pl.Expr:
    """Whether a size is written without a blank on both sides of each x."""
    return side(cell, 1).is_not_null() & ~cell.str.contains(_EVEN)
