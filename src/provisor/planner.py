"""What a planner is, and the register of those installed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

from provisor.case import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import polars as pl
    from pydantic import BaseModel

    from provisor.auditing import AuditReport
    from provisor.case import Case
    from provisor.evaluation import Evaluation
    from provisor.explaining import Cause, Decision, Limit, Question, QuestionKind
    from provisor.plan import Plan, Relaxation
    from provisor.scenario import Change, Choice

__all__ = [
    "BadRequest",
    "Chart",
    "HasBaselines",
    "HasEvaluation",
    "HasExplanations",
    "HasFigures",
    "HasHandOver",
    "HasRepairs",
    "HasScenarios",
    "HasStudies",
    "HasWarmStart",
    "Planner",
    "Progress",
    "RuleInfo",
    "SolveOptions",
    "Study",
    "planner",
    "planner_names",
    "planners",
    "silent",
    "switches",
]


@dataclass(frozen=True)
class Progress:
    """How far a solve has come.

    Attributes:
        seconds: Wall-clock seconds since the solve began.
        objective: Value of the best plan so far; none before the first.
        bound: Best proven bound so far.
        phase: What is being done, in a few words.
        draft: Whether the value is that of a draft, not whole in all that a plan must be; the plan may be dearer.
    """

    seconds: float
    objective: float | None
    bound: float | None
    phase: str
    draft: bool = False


def silent(progress: Progress) -> None:
    """Show no progress."""


@dataclass(frozen=True)
class SolveOptions:
    """How to solve; the same for all planners.

    Attributes:
        time_limit: Wall-clock seconds for the solve, building included; none for the planner's default.
        gap: Proven relative gap to stop at; none for the planner's default.
        method: One of the planner's methods, ``auto`` to let it choose.
        solver: Name of the solver, as ``provisor solvers`` lists them.
        threads: Threads a solve may use; with two or more, search and proof run side by side.
        seed: Seed of everything random.
        start: A plan to start from.
        on_progress: Called with each step forward.
        stop: Asked between steps; true stops the solve and keeps the best plan so far.
    """

    time_limit: float | None = None
    gap: float | None = None
    method: str = "auto"
    solver: str = "highs"
    threads: int = 2
    seed: int = 0
    start: Plan | None = None
    on_progress: Callable[[Progress], None] = silent
    stop: Callable[[], bool] = field(default=lambda: False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the limits and choices that a plan depends on."""
        asked = [self.time_limit, self.gap, self.method, self.solver, self.threads, self.seed]
        return f"sha256:{hashlib.sha256(json.dumps(asked).encode()).hexdigest()}"


@dataclass(frozen=True)
class RuleInfo:
    """One row of ``provisor rules``: a switch, its default and meaning."""

    id: str
    switch: str
    default: str
    meaning: str


def switches(rules: type[BaseModel], rule_of: Mapping[str, str]) -> list[RuleInfo]:
    """Rows of ``provisor rules`` from a planner's model of its switches.

    Args:
        rules: The model; the descriptions of its fields are the meanings.
        rule_of: Rule that a switch governs, where it is not called like the switch.
    """
    return [
        RuleInfo(
            id=rule_of.get(switch, switch.replace("_", "-")),
            switch=f"rules.{switch}",
            default=_shown(field.default),
            meaning=field.description or "",
        )
        for switch, field in rules.model_fields.items()
    ]


def _shown(value: object) -> str:
    """A default as ``case.yaml`` would have it."""
    if value is None:
        return "not given"
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Chart:
    """A chart of the workbook for people.

    Attributes:
        title: Heading.
        kind: ``column``, ``stacked_column``, ``bar``, or ``gantt``: bars of days, idle and at work in turn.
        table: The figures: first column the categories, every further column a series.
        units: Unit of the value axis.
        lines: Columns of ``table`` drawn as lines over the others, such as a limit.
        start: First day of the value axis of a ``gantt``.
    """

    title: str
    kind: Literal["column", "stacked_column", "bar", "gantt"]
    table: pl.DataFrame
    units: str
    lines: Sequence[str] = ()
    start: date | None = None


class Planner(Protocol):
    """The five verbs a planner implements; all else is shared."""

    name: str
    title: str

    def read(self, document: Mapping[str, Any], folder: Path) -> Case:
        """Make a case of a parsed ``case.yaml``; raises BadCase with all that is wrong."""
        ...

    def solve(self, case: Case, options: SolveOptions) -> Plan:
        """Plan, with certificate; the caller audits."""
        ...

    def audit(
        self, case: Case, tables: Mapping[str, pl.DataFrame], costs: Mapping[str, float] | None
    ) -> AuditReport:
        """Check plan tables against the case; ``costs`` are the figures claimed, if any."""
        ...

    def methods(self) -> Sequence[str]:
        """Methods that :meth:`solve` knows, the default one first."""
        ...

    def rules(self) -> Sequence[RuleInfo]:
        """Every switch with default and meaning."""
        ...

    def new(self, folder: Path, size: str, seed: int) -> None:
        """Write a complete example case of our own into ``folder``."""
        ...

    def sizes(self) -> Sequence[str]:
        """Sizes that :meth:`new` knows, the default one first."""
        ...

    def table_schemas(self) -> Mapping[str, Any]:
        """Schemas of the plan tables by name (see :mod:`provisor.tables.schema`)."""
        ...

    def kpi_units(self) -> Mapping[str, str]:
        """Unit of each key figure by name; ``share`` for a figure between 0 and 1."""
        ...

    def charts(self, plan: Plan) -> Sequence[Chart]:
        """Charts of the workbook for people, drawn from the plan alone."""
        ...


@runtime_checkable
class HasBaselines(Protocol):
    """A planner that can also make the plans of rules of thumb, to hold its own against."""

    def baselines(self) -> Sequence[str]:
        """Methods that :meth:`baseline` knows, the default one first."""
        ...

    def baseline(self, case: Case, method: str) -> Plan:
        """The plan of a rule of thumb, without bound; the caller audits."""
        ...


@runtime_checkable
class HasEvaluation(Protocol):
    """A planner whose plans can be played through draws of what is uncertain in a case."""

    def evaluate(
        self, case: Case, plans: Mapping[str, Mapping[str, pl.DataFrame]], draws: int, seed: int
    ) -> Evaluation:
        """Figures of plans, given as tables by name, in the same draws."""
        ...


@dataclass(frozen=True)
class Study:
    """Answers side by side that need no plan.

    Attributes:
        table: One row per answer; empty cells where there is none.
        words: What it shows, in sentences.
    """

    table: pl.DataFrame
    words: tuple[str, ...]


@runtime_checkable
class HasStudies(Protocol):
    """A planner that can put many readings or policies of a case side by side without planning each."""

    def studies(self) -> Mapping[str, str]:
        """What each study shows, by name."""
        ...

    def study(self, case: Case, name: str, values: Mapping[str, Sequence[float]]) -> Study:
        """Make a study; ``values`` are those to try, by key.

        Raises:
            BadRequest: The study does not take such values.
        """
        ...


@runtime_checkable
class HasHandOver(Protocol):
    """A planner whose plans other systems take in a form of their own, beside one CSV file per table."""

    def hand_over(self, plan: Plan, folder: Path) -> Sequence[Path]:
        """Write further files into the folder of an export and name them."""
        ...


@runtime_checkable
class HasScenarios(Protocol):
    """A planner whose cases can be changed by scenarios and whose plans can be compared."""

    def changes(self) -> Sequence[type[Change]]:
        """Types of changes, in the order in which they are applied."""
        ...

    def choices(self) -> Sequence[Choice]:
        """What scenarios of the library can name by ``$name`` and each case answers for itself."""
        ...

    def library(self) -> Path:
        """Folder of the ready scenarios, one YAML file each."""
        ...

    def case_schemas(self) -> Mapping[str, Any]:
        """Schemas of a case's tables by name (see :mod:`provisor.tables.schema`).

        Their keys tell which rows of two cases are the same.
        """
        ...

    def decisions(self) -> Sequence[Decision]:
        """What is decided in a plan, and by which tables and columns two plans are compared."""
        ...


@runtime_checkable
class HasWarmStart(Protocol):
    """A planner that plans a case from a plan of one like it, with a small price on change."""

    def resolve(self, case: Case, base: Plan, options: SolveOptions) -> Plan:
        """Plan, with certificate for the case itself; what need not move stays as in ``base``. The caller audits."""
        ...


@runtime_checkable
class HasFigures(Protocol):
    """A planner whose plan tables also hold figures that follow from what is decided and from the case."""

    def decided(self, tables: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        """The tables with what is decided alone, as an auditor takes them; for a plan in the light of another case."""
        ...


@runtime_checkable
class HasExplanations(Protocol):
    """A planner that can say what binds in a plan, and why something is in it or not."""

    def limits(self, case: Case, plan: Plan) -> Sequence[Limit]:
        """What binds in a plan, and the worth of one more unit by a linear problem with integers fixed."""
        ...

    def questions(self) -> Sequence[QuestionKind]:
        """What can be asked about a plan, and what a question names."""
        ...

    def forced(self, case: Case, plan: Plan, question: Question) -> Sequence[Change]:
        """Changes that force what the question names (``why not``) or forbid it (``why``).

        Raises:
            BadRequest: The question names nothing that can be decided in the case, or what is so already.
        """
        ...

    def causes(self, case: Case, plan: Plan, question: Question) -> Sequence[Cause]:
        """Causes of what the question names, such as a shortage, the weightiest first.

        Raises:
            BadRequest: There is no such thing in the plan.
        """
        ...


@runtime_checkable
class HasRepairs(Protocol):
    """A planner whose relaxations can be written as changes of the case."""

    def repairs(self, case: Case, relaxations: Sequence[Relaxation]) -> Sequence[Change]:
        """Changes that give each rule the room that the relaxations ask for."""
        ...


def planners() -> dict[str, Planner]:
    """All installed planners by name, found through the entry points ``provisor.planners``."""
    return {point.name: point.load() for point in sorted(entry_points(group="provisor.planners"))}


def planner_names() -> list[str]:
    """Names of the installed planners, without importing them."""
    return sorted(point.name for point in entry_points(group="provisor.planners"))


def planner(name: str) -> Planner:
    """Planner by name.

    Raises:
        KeyError: There is no such planner; the message lists those there are.
    """
    for point in entry_points(group="provisor.planners", name=name):
        found: Planner = point.load()
        return found
    raise KeyError(f"no planner {name!r}; there are {', '.join(planner_names())}")
