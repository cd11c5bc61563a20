"""Cases in which shelves have been given to products, and their plans as plans of the case itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from provisor.expansion.design import Design, Found, find_design
from provisor.expansion.homes import is_dedicated, with_homes
from provisor.expansion.model.peak import peak_model
from provisor.expansion.packs import most_added

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.expansion.certify import Candidate
    from provisor.expansion.network import Network


def with_shelves_given(found: Found, solver: str = "highs") -> Iterator[Found]:
    """What is left to plan, with shelves given to products: for the cheapest design, then with room for whole packs.

    Where shelves are shared it is the design as found.
    """
    network = found.model.network
    if not is_dedicated(network):
        yield found
        return
    yield _left_to_plan(found)
    if network.rules.whole_packs and found.design is not None and found.design.assigned is not None:
        spare = most_added(with_homes(network, found.design.assigned))
        more = find_design(network, months=found.months, reserve=spare, solver=solver)
        if more.design is not None:
            yield _left_to_plan(more)


def _left_to_plan(found: Found) -> Found:
    network, design = found.model.network, found.design
    if design is None or design.assigned is None:
        raise ValueError("no shelves are given to products")
    left = with_homes(network, design.assigned)
    nothing = Design(
        left, np.zeros((1, *left.sqft.shape)), np.zeros((1, len(left.facilities))), origin=design
    )
    return replace(found, design=nothing, model=peak_model(left, found.months))


def told_of(network: Network, candidate: Candidate, origin: Design | None) -> Candidate:
    """The same plan with the design that gave its shelves to products, if one did."""
    if origin is None:
        return candidate
    days, sites, types = candidate.flow.overflow.shape[0], *network.sqft.shape
    flow = replace(candidate.flow, overflow=np.zeros((days, sites, types)))
    return replace(candidate, design=origin, flow=flow)
