"""Checks of the case's pins against its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provisor.allocation.data.context import Context, suggestion
from provisor.tables.document import key_place

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def check_pins(context: Context, names: Mapping[str, Sequence[str]]) -> None:
    """Note pins of stores and products that there are not, and of periods that are not planned."""
    for number, pin in enumerate(context.keys.pins):
        for kind in ("store", "product"):
            said = getattr(pin, kind)
            if said is not None and said not in names[kind]:
                context.problems.error(
                    f"unknown-{kind}",
                    f"there is no {kind} {said}",
                    mend=suggestion(list(names[kind]))(said),
                    value=said,
                    **key_place(context.document, ("pins", str(number), kind)),
                )
        if pin.period is not None and pin.period > context.keys.periods:
            context.problems.error(
                "outside-horizon",
                f"the pin is for period {pin.period}, and {context.keys.periods} are planned",
                expected=f"a period from 1 to {context.keys.periods}",
                **key_place(context.document, ("pins", str(number), "period")),
            )
