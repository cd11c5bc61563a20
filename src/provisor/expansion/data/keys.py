"""The keys of an expansion case, as its user writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from provisor.currency import MONEY, Currency
from provisor.expansion.rules import Pin, Rules, Settings, Trucks
from provisor.expansion.tables import CASE_TABLES
from provisor.tables.document import Key, model_problems
from provisor.tables.schema import LARGEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from provisor.case import Problems


def _day(value: object) -> object:
    """A day, never a number: pydantic would take one for seconds since 1970."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | int | float):
        raise ValueError("expected a date such as 2026-01-01")  # noqa: TRY004 - pydantic wants ValueError
    return value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


_FIRST_YEAR, _LAST_YEAR = 1950, 2200

Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, BeforeValidator(_text)]
Finite = Annotated[float, Field(allow_inf_nan=False, le=LARGEST)]


class Files(BaseModel):
    """Files of a case.

    ``workbook`` and ``tables`` (a folder) hold tables in our own form; any single table can be named besides, in
    our form or in the one its user has, and then counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workbook: str | None = None
    tables: str | None = None
    demand: str | None = None
    products: str | None = None
    lead_times: str | None = None
    shelving: str | None = None
    shelf_dimensions: str | None = None
    storage_types: str | None = None
    inbound: str | None = None
    suppliers: str | None = None
    sites: str | None = None
    tiers: str | None = None
    daily_demand: str | None = None
    calendar: str | None = None
    opening: str | None = None
    shelf_packs: str | None = None


class Growth(BaseModel):
    """How far a site may grow and at what price.

    Attributes:
        limit_sqft: Most area that may be added.
        tiers: Up to how many sqft in total, and the price of each sqft within the tier.
        fixed_cost: Cost of a phase of building, whatever its size.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    limit_sqft: Finite = Field(ge=0)
    tiers: tuple[tuple[Finite, Finite], ...] = Field(min_length=1)
    fixed_cost: Finite = Field(0.0, ge=0)


class FreezeKeys(BaseModel):
    """Months held as in an earlier plan.

    Attributes:
        plan: Folder of the plan.
        until: Last month held.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: Text
    until: int = Field(ge=1, strict=True)


class CaseKeys(BaseModel):
    """All keys of an expansion case; those not told of here are :class:`~provisor.expansion.rules.Settings`.

    Attributes:
        expandable: Growth by site; sites that are not named may not grow.
        transport_per_pack: Cost of shipping a sell pack, by site; nothing where a site is not named.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    planner: Literal["expansion"] = "expansion"
    name: Text = "case"
    start: Day
    months: int = Field(ge=1, le=600, strict=True)
    days_per_month: int = Field(21, ge=1, le=23, strict=True)
    files: Files
    expandable: dict[str, Growth] | None = None
    transport_per_pack: dict[str, Annotated[Finite, Field(ge=0)]] = Field(default_factory=dict)
    trucks: Trucks = Field(default_factory=Trucks)
    holding_per_cuft_day: Finite = Field(0.0, ge=0)
    overflow_per_cuft_day: Finite | None = Field(None, ge=0)
    lost_sale_per_pack: Finite | None = Field(None, ge=0)
    excess_truck_cost: Finite = Field(1000.0, ge=0)
    discount_rate: Finite = Field(0.0, ge=0)
    currency: Currency = MONEY
    pins: tuple[Pin, ...] = ()
    freeze: FreezeKeys | None = None
    rules: Rules = Field(default_factory=lambda: Rules.model_validate({}))

    @field_validator("start")
    @classmethod
    def _first_of_a_month(cls, start: date) -> date:
        if not _FIRST_YEAR <= start.year < _LAST_YEAR:
            raise ValueError(f"expected a year from {_FIRST_YEAR} on, before {_LAST_YEAR}")
        if start.day != 1:
            raise ValueError(f"the first month planned begins on {start.replace(day=1)}, not on {start}")
        return start

    @property
    def days(self) -> int:
        """Business days of the horizon."""
        return self.months * self.days_per_month

    @property
    def settings(self) -> Settings:
        """What the case keeps of the keys."""
        return Settings.model_validate({name: getattr(self, name) for name in Settings.model_fields})


_MODELS: dict[Key, type[BaseModel]] = {
    (): CaseKeys,
    ("files",): Files,
    ("rules",): Rules,
    ("trucks",): Trucks,
    ("freeze",): FreezeKeys,
}

TABLE_NAMES = tuple(schema.name for schema in CASE_TABLES)
"""Names of the tables of a case."""


def read_keys(document: Mapping[str, Any], problems: Problems) -> CaseKeys | None:
    """Read and check the keys; what is wrong goes to ``problems`` and gives none."""
    try:
        return CaseKeys.model_validate(dict(document))
    except ValidationError as error:
        known: dict[Key, list[str]] = {key: list(model.model_fields) for key, model in _MODELS.items()}
        sites, pins = document.get("expandable"), document.get("pins")
        for site in sites if isinstance(sites, dict) else ():
            known["expandable", site] = list(Growth.model_fields)
        for number in range(len(pins) if isinstance(pins, list) else 0):
            known["pins", str(number)] = list(Pin.model_fields)
        model_problems(error, document, known, problems)
        return None
