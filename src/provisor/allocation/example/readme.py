"""The README of an example case: what it is, and how it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.example.make import FILES, files_of
from provisor.allocation.example.sizes import PERIODS
from provisor.allocation.example.world import CHAIN, World

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_STORY = """\
# {chain}: the {name} allocation example

A made-up chain of clothes shops in a made-up country; nobody's figures. Generated, seed {seed}.

- **Question:** which styles hang in which store in the half-month {period}, how many pieces of each, and which centre
  sends them, so that expected profit is highest.
- **Chain:** {stores:,} stores in {clusters} clusters and {regions} regions, {centres} distribution centres,
  {products:,} styles of {categories} categories and {subcategories} subcategories.
- **Eligible pairs** of store and style: {pairs:,}, of which {carried:,} hang already with {opening:,.0f} pieces.
- **Demand:** {demand:,.0f} pieces expected of the styles that hang, more or less as chance will have it (variance
  {low:g} to {high:g} times the mean).
- **Supply:** {stock:,.0f} pieces in the centres; of a fifth of the styles there is much too little.
- **Room:** {slots:,} slots for styles, front and back, and space for {pieces:,.0f} pieces.
- **The merchandiser's hand:** a plan by store and subcategory, {locks} pairs locked, {launches} launched with a
  reserve, and a budget.
"""

_FILES = {
    "case.yaml": "half-month and files of the case, and the rules in force",
    FILES[
        "workbook"
    ]: "the tables, but for those with files of their own; its sheet `guide` explains every column",
    FILES[
        "pairs"
    ]: "eligible pairs: demand of the first half-month, largest number of pieces, what hangs there",
    FILES[
        "demand"
    ]: "demand of the half-months after the first; raise `periods` in `case.yaml` to plan them too",
}

_TRY = """
```
provisor check case.yaml
provisor solve case.yaml --out plan
provisor audit case.yaml plan
```

Made by `provisor new allocation DIR --size {name} --seed {seed}`.
"""


def readme(world: World, tables: Mapping[str, pl.DataFrame]) -> str:
    """Text of ``README.md``."""
    story = _STORY.format(**_figures(world, tables))
    there = ("case.yaml", *files_of(world.size).values())
    shown = {name: said for name, said in _FILES.items() if name in there}
    files = [
        "",
        "| file | what it holds |",
        "|---|---|",
        *(f"| `{name}` | {said} |" for name, said in shown.items()),
    ]
    return story + "\n".join(files) + "\n" + _TRY.format(name=world.name, seed=world.seed)


def _figures(world: World, tables: Mapping[str, pl.DataFrame]) -> dict[str, object]:
    pairs, carried = tables["pairs"], world.pairs.carried
    return {
        "chain": CHAIN,
        "name": world.name,
        "seed": world.seed,
        "period": PERIODS[0],
        "stores": world.size.stores,
        "clusters": world.size.clusters,
        "regions": world.size.regions,
        "centres": world.size.centres,
        "products": world.size.products,
        "categories": tables["products"]["category"].n_unique(),
        "subcategories": tables["products"]["subcategory"].n_unique(),
        "pairs": pairs.height,
        "carried": int(carried.sum()),
        "opening": float(pairs["opening"].sum()),
        "demand": float(world.pairs.mean[carried, 0].sum()),
        "low": float(world.styles.dispersion.min()),
        "high": float(world.styles.dispersion.max()),
        "stock": float(tables["stock"]["pieces"].sum()),
        "slots": int(tables["slots"]["slots"].sum()),
        "pieces": float(tables["stores"]["pieces"].sum()),
        "locks": pairs["lock"].count(),
        "launches": tables["launches"].height,
    }
