"""The keys of a production case, as its user writes them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from provisor.currency import MONEY, Currency
from provisor.production.rules import Pin, Rules, Settings
from provisor.production.tables import CASE_TABLES
from provisor.tables.document import Key, model_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Problems

EXCLUDE = "exclude"
"""Word for stock that is not to be used."""


def _day(value: object) -> object:
    """A day, never a number: pydantic would take one for seconds since 1970."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, bool | int | float):
        raise ValueError("expected a date such as 2025-10-17")  # noqa: TRY004 - pydantic wants ValueError
    return value


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, BeforeValidator(_text)]


class Files(BaseModel):
    """Files of a case.

    ``network``, ``forecast`` and ``stock`` are what users have; ``workbook`` and ``tables`` (a folder) hold
    tables in our own form; any single table can be named besides and then counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    network: str | None = None
    workbook: str | None = None
    tables: str | None = None
    forecast: str | None = None
    stock: str | None = None
    products: str | None = None
    nodes: str | None = None
    legs: str | None = None
    trucks: str | None = None
    calendar: str | None = None
    demand: str | None = None
    transit: str | None = None
    costs: str | None = None
    alias: str | None = None

    @model_validator(mode="after")
    def _one_forecast(self) -> Files:
        if self.forecast and self.demand:
            raise ValueError("forecast and demand are two names of one table; give one of them")
        return self


class Freeze(BaseModel):
    """The first days, to be as in the last plan.

    Attributes:
        plan: Folder of the last plan.
        until: Last day frozen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: str
    until: Day


class CaseKeys(BaseModel):
    """All keys of a production case.

    Attributes:
        start: First day planned.
        weeks: Length of the horizon in weeks; or
        days: in days.
        stock_date: Day whose morning the stock file shows.
        currency: Currency of all amounts.
        freeze: The first days, to be as in the last plan.
        stock_locations: Node by ``PLANT/LOCATION`` of the stock file, ``*`` for any; or ``exclude``.
        transit_arrival: By node, the day goods on the road arrive, or days after ``stock_date``.
        age_without_batch: Days since production of goods without a batch.
        negative_stock: ``zero`` counts negative lines as nothing; ``net`` sets them against stock of the same
            node and product first.
        key_figure: Key figure of the forecast export to plan with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    planner: Literal["production"] = "production"
    name: Text = "case"
    start: Day
    weeks: int | None = Field(None, ge=1, le=52, strict=True)
    days: int | None = Field(None, ge=1, le=366, strict=True)
    stock_date: Day | None = None
    currency: Currency = MONEY
    files: Files
    rules: Rules = Field(default_factory=lambda: Rules.model_validate({}))
    pins: tuple[Pin, ...] = ()
    freeze: Freeze | None = None
    stock_locations: dict[str, Text] = Field(default_factory=dict)
    transit_arrival: dict[str, Annotated[int, Field(ge=0, strict=True)] | Day] = Field(default_factory=dict)
    age_without_batch: int | None = Field(None, ge=0)
    negative_stock: Literal["zero", "net"] = "zero"
    key_figure: str | None = None

    @model_validator(mode="after")
    def _one_length(self) -> CaseKeys:
        if (self.weeks is None) == (self.days is None):
            raise ValueError("give the length of the horizon as weeks or as days, one of the two")
        return self

    @property
    def asked(self) -> int:
        """Days asked for, extra days of the rules included."""
        return (self.days if self.days is not None else 7 * (self.weeks or 0)) + self.rules.extra_days

    @property
    def horizon(self) -> int:
        """Days planned: those asked for and those looked ahead."""
        return self.asked + self.rules.lookahead_days

    @property
    def end(self) -> date:
        """First day after the horizon."""
        return self.start + timedelta(days=self.horizon)

    @property
    def beyond(self) -> int:
        """Days after the horizon whose demand is needed: those that what is left may cover."""
        return self.rules.end_cover_days

    def settings(self, frozen: tuple[Pin, ...] = ()) -> Settings:
        """What the case keeps of the keys; frozen decisions are pins like others."""
        return Settings(
            start=self.start,
            days=self.horizon,
            asked_days=self.asked,
            stock_date=self.stock_date,
            currency=self.currency,
            pins=(*self.pins, *frozen),
        )


_KNOWN: dict[Key, list[str]] = {
    (): list(CaseKeys.model_fields),
    ("files",): list(Files.model_fields),
    ("rules",): list(Rules.model_fields),
    ("freeze",): list(Freeze.model_fields),
}
_PIN_KEYS = [field.alias or name for name, field in Pin.model_fields.items()]

TABLE_NAMES = tuple(schema.name for schema in CASE_TABLES)
"""Names of the tables of a case."""


def read_keys(document: Mapping[str, Any], problems: Problems) -> CaseKeys | None:
    """Read and check the keys; what is wrong goes to ``problems`` and gives none."""
    try:
        return CaseKeys.model_validate(dict(document))
    except ValidationError as error:
        pins = document.get("pins")
        known: dict[Key, list[str]] = dict(_KNOWN)
        for number in range(len(pins) if isinstance(pins, list) else 0):
            known["pins", str(number)] = _PIN_KEYS
        model_problems(error, document, known, problems)
        return None
