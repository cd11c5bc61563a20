"""Parts that the pages of data of all planners are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.tables.docs import markdown
from provisor.tables.schema import LARGEST, MOST_BY_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pydantic import BaseModel

    from provisor.planner import Planner
    from provisor.tables.schema import Schema


def same(what: str, said: Mapping[str, object], model: type[BaseModel]) -> None:
    """Stop where a page and the model it tells of differ."""
    names = {field.alias or name for name, field in model.model_fields.items()}
    if set(said) != names:
        raise SystemExit(f"make_data_page.py and the {what} of a case differ: {sorted(set(said) ^ names)}")


def case_tables(schemas: Iterable[Schema]) -> str:
    """The tables of a case, and how large their numbers may be."""
    days = MOST_BY_UNIT["day"]
    most = f"Numbers are at most {LARGEST:,.0f}, days at most {days:,.0f}; where a table says less, that.\n"
    return "\n".join([most, *(markdown(schema, 3) for schema in schemas)])


def rules_table(planner: Planner) -> str:
    """The switches of a planner as a table."""
    rows = [
        (f"`{info.switch.removeprefix('rules.')}`", f"`{info.default}`", info.id, info.meaning)
        for info in planner.rules()
    ]
    return table_text(("switch", "default", "rule", "meaning"), rows)


def shown(value: object) -> str:
    """A value as ``case.yaml`` would have it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def table_text(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return (
        "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
        + "\n"
    )
