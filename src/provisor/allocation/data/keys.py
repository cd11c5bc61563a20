"""The keys of an allocation case, as its user writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from provisor.allocation.rules import Pin, Rules, Settings
from provisor.currency import Currency
from provisor.tables.document import Key, model_problems

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provisor.case import Problems


def _text(value: object) -> object:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str, BeforeValidator(_text)]
Period = Annotated[Text, Field(pattern=r"^\d{4}(0[1-9]|1[0-2])[AB]$")]


class Files(BaseModel):
    """Files of a case.

    ``workbook`` holds tables as sheets, ``tables`` is a folder with a file for each, ``pipeline`` the folder of the
    outputs of a retailer's pipeline; any single table can be named besides and then counts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workbook: str | None = None
    tables: str | None = None
    pipeline: str | None = None
    stores: str | None = None
    slots: str | None = None
    capacity: str | None = None
    displays: str | None = None
    products: str | None = None
    centres: str | None = None
    lanes: str | None = None
    transfer_lanes: str | None = None
    pairs: str | None = None
    demand: str | None = None
    stock: str | None = None
    receipts: str | None = None
    roles: str | None = None
    substitution: str | None = None
    manual_plan: str | None = None
    launches: str | None = None
    budget: str | None = None
    costs: str | None = None


class CaseKeys(BaseModel):
    """All keys of an allocation case.

    Attributes:
        start: First half-month planned.
        periods: Half-months planned.
        currency: Currency of all amounts.
        pipeline_period: Half-month of the pipeline's outputs; none for the newest.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    planner: Literal["allocation"] = "allocation"
    name: Text = "case"
    start: Period
    periods: int = Field(1, ge=1, le=24, strict=True)
    currency: Currency = "RMB"
    files: Files
    rules: Rules = Field(default_factory=lambda: Rules.model_validate({}))
    pins: tuple[Pin, ...] = ()
    pipeline_period: Period | None = None

    @property
    def settings(self) -> Settings:
        """What the case keeps of the keys."""
        return Settings(start=self.start, periods=self.periods, currency=self.currency, pins=self.pins)


_KNOWN: dict[Key, list[str]] = {
    (): list(CaseKeys.model_fields),
    ("files",): list(Files.model_fields),
    ("rules",): list(Rules.model_fields),
}


def read_keys(document: Mapping[str, Any], problems: Problems) -> CaseKeys | None:
    """Read and check the keys; what is wrong goes to ``problems`` and gives none."""
    try:
        return CaseKeys.model_validate(dict(document))
    except ValidationError as error:
        pins = document.get("pins")
        known: dict[Key, list[str]] = dict(_KNOWN)
        for number in range(len(pins) if isinstance(pins, list) else 0):
            known["pins", str(number)] = list(Pin.model_fields)
        model_problems(error, document, known, problems)
        return None
