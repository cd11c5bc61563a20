"""What ``provisor solvers`` lists."""

from __future__ import annotations

from dataclasses import dataclass

from provisor.engine.backends import back_ends
from provisor.engine.result import Capability

_WORDS = {
    Capability.LP: "LP",
    Capability.MIP: "MIP",
    Capability.MIP_START: "start",
    Capability.WARM_LP: "warm re-solve",
    Capability.CONFLICT: "conflict",
    Capability.PROGRESS: "progress",
    Capability.DUALS: "duals",
}


@dataclass(frozen=True)
class SolverInfo:
    """One solver.

    Attributes:
        name: Name to ask for it by.
        found: Whether it is installed.
        version: Its version, empty if it is not installed.
        capabilities: What it can do, in words.
        how_to_get: How to install it.
    """

    name: str
    found: bool
    version: str
    capabilities: tuple[str, ...]
    how_to_get: str


def solvers() -> list[SolverInfo]:
    """All solvers, the default one first; none of them is started."""
    rows = []
    for name, back_end in back_ends().items():
        version = back_end.version()
        can = tuple(words for capability, words in _WORDS.items() if capability in back_end.capabilities)
        rows.append(SolverInfo(name, version is not None, version or "", can, back_end.how_to_get()))
    return rows
