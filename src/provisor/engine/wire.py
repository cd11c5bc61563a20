"""What a worker process and its parent say to each other, as pickles over pipes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from provisor.engine.problem import Floats, Problem
    from provisor.engine.result import Incumbent, Limits, Result


@dataclass(frozen=True)
class Prepare:
    """To the child: import this solver ahead of the first job."""

    solver: str


@dataclass(frozen=True)
class Job:
    """To the child: solve this, or find its conflict; ``number`` tells it from others."""

    number: int
    problem: Problem
    limits: Limits
    solver: str
    start: Floats | None
    conflict: bool = False


@dataclass(frozen=True)
class Call:
    """To the child: call this with these arguments, what tells of a step, and what says whether to stop."""

    number: int
    function: Callable[..., object]
    arguments: tuple[object, ...]


@dataclass(frozen=True)
class Cancel:
    """To the child: end this job or call, if it is the present one, and keep its best solution."""

    number: int


@dataclass(frozen=True)
class Began:
    """To the parent: the job was received and begins."""


@dataclass(frozen=True)
class Step:
    """To the parent: a step forward."""

    incumbent: Incumbent


@dataclass(frozen=True)
class Told:
    """To the parent: a step of a call."""

    what: object


@dataclass(frozen=True)
class Returned:
    """To the parent: what a call returned."""

    value: object


@dataclass(frozen=True)
class Raised:
    """To the parent: what a call raised, its traceback as a note."""

    error: Exception


@dataclass(frozen=True)
class Done:
    """To the parent: the job's result."""

    result: Result


@dataclass(frozen=True)
class Failed:
    """To the parent: no result, and why; ``refused`` if the solver refused what it was given."""

    message: str
    refused: bool


Order = Prepare | Job | Call | Cancel
Reply = Began | Step | Done | Failed | Told | Returned | Raised
