"""What types of changes share: days, names that must be in the case, and how both are said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self, cast

from pydantic import Field, model_validator

from provisor.production.data.context import days_said
from provisor.production.data.keys import Day
from provisor.scenario import Change

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from provisor.case import Case
    from provisor.production.rules import Settings


def settings_of(case: Case) -> Settings:
    """Settings of a production case."""
    return cast("Settings", case.settings)


def horizon(case: Case) -> list[date]:
    """Days planned."""
    settings = settings_of(case)
    return [settings.start + timedelta(days=number) for number in range(settings.days)]


class OnDays(Change):
    """A change on some days of the horizon; on all of them where none are given."""

    first: Day | None = Field(default=None, description="first day; the start of the horizon if not given")
    last: Day | None = Field(default=None, description="last day; the end of the horizon if not given")
    days: int | None = Field(
        default=None, ge=1, strict=True, description="number of days from the first on, instead of last"
    )
    dates: tuple[Day, ...] = Field(default=(), description="single days, instead of first and last")
    weekdays: tuple[int, ...] = Field(
        default=(), description="of these days only those of these weekdays, 1 is Monday"
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.dates and (self.first or self.last or self.days):
            raise ValueError("give dates, or first with last or days, not both")
        if self.last and self.days:
            raise ValueError("give last or days, not both")
        if self.first and self.last and self.last < self.first:
            raise ValueError(f"last {self.last} is before first {self.first}")
        if any(not 1 <= weekday <= 7 for weekday in self.weekdays):
            raise ValueError("weekdays are numbers from 1, Monday, to 7, Sunday")
        return self

    def on(self, case: Case) -> list[date]:
        """The days of the horizon on which the case is changed."""
        planned = horizon(case)
        first = self.first or planned[0]
        last = self.last or (first + timedelta(days=self.days - 1) if self.days else planned[-1])
        found = [day for day in planned if (day in self.dates if self.dates else first <= day <= last)]
        return [day for day in found if not self.weekdays or day.isoweekday() in self.weekdays]

    def wrong_days(self, case: Case) -> Iterator[str]:
        """Days given that are outside the horizon, or no day left."""
        planned = horizon(case)
        given = [*self.dates, *(day for day in (self.first, self.last) if day is not None)]
        outside = [day for day in given if not planned[0] <= day <= planned[-1]]
        if outside:
            yield f"{days_said(outside)} is outside the horizon, {planned[0]} to {planned[-1]}"
        elif not self.on(case):
            yield "there is no such day in the horizon"

    def days_in_words(self, case: Case) -> str:
        """The days as part of a sentence."""
        days = self.on(case)
        return "on all days" if days == horizon(case) else f"on {days_said(days)}"
