"""The README of an example case: what it is, and what is in its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.expansion.example.make import GROUP, TABLES, WORKBOOK
from provisor.expansion.example.sizes import DAYS_PER_MONTH, START

if TYPE_CHECKING:
    import polars as pl

    from provisor.expansion.example.world import World

_STORY = """\
# {group}: the {size} expansion example

A made-up distributor of garden and workshop goods; nobody's figures. Generated, seed {seed}.

- **Question:** how much warehouse to add, and what to order, keep and ship on each of {days:,} business days from
  {start}, at the least cost of building and holding.
- **Sites:** {sites}. {full} is full and may not grow;
  {growing} may, by up to {limit:,.0f} sqft in all.
- **Prices of area:**
{prices}
- **Products:** {products} of {suppliers} suppliers, on shelves of the types {types}.
  Bulky goods that may not be repacked are kept as received; overseas suppliers are far, and more days of their goods
  are kept.
- **Demand:** {demand:,.0f} sell packs in {months} months, of goods for spring, for winter and for any time, growing by
  3 to 9 % a year. Pallet bays are too few for the worst months to come; everything else has room enough.
- **Trucks:** loads are reported, not limited; try `--set rules.trucks=hard`.

| file | what it holds |
|---|---|
| `case.yaml` | start, length and prices of the case, and the rules in force |
| `{workbook}` | {tables} |

The workbook begins with a sheet `guide` that explains every column.

```
provisor check case.yaml
provisor solve case.yaml --out plan
provisor audit case.yaml plan
```

Made by `provisor new expansion DIR --size {size} --seed {seed}`.
"""


def readme(world: World, tables: dict[str, pl.DataFrame], size: str) -> str:
    """Text of ``README.md``."""
    return _STORY.format(
        group=GROUP,
        size=size,
        seed=world.seed,
        days=world.size.months * DAYS_PER_MONTH,
        start=START,
        sites=_listed(world.sites),
        full=world.sites[0],
        growing=_listed(world.sites[1:]),
        limit=tables["sites"]["limit_sqft"].sum(),
        prices=_prices(world, tables["tiers"]),
        products=len(world.products),
        suppliers=tables["suppliers"].height,
        types=_listed(tables["shelving"]["storage_type"].unique(maintain_order=True).to_list()),
        demand=tables["demand"]["quantity"].sum(),
        months=world.size.months,
        workbook=WORKBOOK,
        tables=_listed([schema.name for schema in TABLES]),
    )


def _prices(world: World, tiers: pl.DataFrame) -> str:
    """One line for each site that may grow."""
    said = []
    for name in world.sites[1:]:
        rows = tiers.filter(tiers["facility"] == name).sort("tier")
        pairs = rows.select("upto_sqft", "price_per_sqft").iter_rows()
        steps = [f"${price:g} a sqft up to {upto:,.0f} sqft" for upto, price in pairs]
        said.append(f"  - {name}: {', then '.join(steps)}")
    return "\n".join(said)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    """Names for people.

    >>> _listed(["Bramford", "Kernwick", "Lindport"])
    'Bramford, Kernwick and Lindport'
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
