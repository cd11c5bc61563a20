"""The verbs: read, check, solve, audit; and plans and tables read back from folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from provisor.case import BadCase, Case, Problems
from provisor.plan import Plan
from provisor.planner import (
    BadRequest,
    HasBaselines,
    HasEvaluation,
    HasStudies,
    Progress,
    SolveOptions,
    planner,
)
from provisor.reading import read_case
from provisor.solving import STEPS, audited, solved, with_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import polars as pl

    from provisor.auditing import AuditReport
    from provisor.evaluation import Evaluation
    from provisor.planner import Study
    from provisor.questions.compare import Comparison
    from provisor.questions.repair import Repair
    from provisor.questions.what_if import WhatIf
    from provisor.questions.why import Answer
    from provisor.scenario import Scenario

__all__ = [
    "STEPS",
    "BadPlan",
    "SolveSettings",
    "audit",
    "baseline",
    "check",
    "compare",
    "evaluate",
    "load_plan",
    "read_case",
    "read_scenario",
    "read_tables",
    "repair",
    "solve",
    "study",
    "what_if",
    "why",
    "with_seconds",
]

PLAN_FILE = "plan.json"
"""Name of the document in a plan's folder."""

_TABLE_FILES = (".parquet", ".csv")


class BadPlan(ValueError):  # noqa: N818 - the name users see
    """A folder or file that holds no plan that can be read; the message says what is wrong with it."""


class SolveSettings(TypedDict, total=False):
    """The fields of :class:`provisor.SolveOptions` as keywords; what is not given has its default."""

    time_limit: float | None
    gap: float | None
    method: str
    solver: str
    threads: int
    seed: int
    start: Plan | None
    on_progress: Callable[[Progress], None]
    stop: Callable[[], bool]


def check(path: Path | str, overrides: Mapping[str, str] | None = None) -> Problems:
    """All that is wrong with the data of a case, errors and warnings, found at once.

    Args:
        path: Folder of the case, its ``case.yaml``, or its workbook.
        overrides: Values by key that replace those of the document.
    """
    try:
        case = read_case(path, overrides or {})
    except BadCase as bad:
        return bad.problems
    return Problems(list(case.warnings))


def solve(case: Case, **settings: Unpack[SolveSettings]) -> Plan:
    """Plan a case, prove the plan and audit it.

    Args:
        case: The question.
        settings: Limits and choices, such as ``time_limit=60``; see :class:`provisor.SolveOptions`.

    Returns:
        The plan with its certificate; ``plan.audit`` is empty if there is nothing to audit.

    Raises:
        BadRequest: A setting is none that the planner knows, or a pin names a decision that there is not.
    """
    return solved(case, SolveOptions(**settings))


def baseline(case: Case, method: str | None = None) -> Plan:
    """The plan that a rule of thumb makes of a case, audited; it has no bound.

    Args:
        case: The question.
        method: One of the planner's baselines; its first one if not given.

    Raises:
        BadRequest: The planner has no baselines, or none of that name.
    """
    maker = planner(case.planner)
    if not isinstance(maker, HasBaselines):
        raise BadRequest(f"the planner {case.planner} has no baselines")
    return audited(case, maker.baseline(case, method or maker.baselines()[0]))


def evaluate(
    case: Case, plans: Mapping[str, Plan | Path | str], draws: int = 200, seed: int = 0
) -> Evaluation:
    """Play plans of a case through the same draws of what is uncertain in it.

    Args:
        case: The question.
        plans: By name, plans, folders of them, or folders of CSV or Parquet tables from any other system.
        draws: Number of draws.
        seed: Seed of the draws.

    Raises:
        BadRequest: The planner cannot evaluate, or a plan cannot be read.
        BadPlan: A folder holds no tables that can be read.
    """
    judge = planner(case.planner)
    if not isinstance(judge, HasEvaluation):
        raise BadRequest(f"the planner {case.planner} has no evaluation")
    tables = {
        name: plan.tables if isinstance(plan, Plan) else read_tables(Path(plan))[0]
        for name, plan in plans.items()
    }
    return judge.evaluate(case, tables, draws, seed)


def study(case: Case, name: str, **values: Sequence[float]) -> Study:
    """Put many readings or policies of a case side by side, without a plan for each.

    Args:
        case: The question.
        name: One of the planner's studies, as ``provisor study CASE`` lists them.
        values: Values to try, by key of the study.

    Raises:
        BadRequest: The planner has no such study, or the study does not take such values.
    """
    maker = planner(case.planner)
    if not isinstance(maker, HasStudies) or name not in maker.studies():
        known = ", ".join(maker.studies()) if isinstance(maker, HasStudies) else "none"
        raise BadRequest(f"the planner {case.planner} has no study {name!r}; it has {known}")
    return maker.study(case, name, values)


def audit(case: Case, plan: Plan | Path | str) -> AuditReport:
    """Check a plan against its case, by rules that share no code with the model.

    Args:
        case: The question.
        plan: A plan, the folder of one, or a folder of CSV or Parquet tables from any other system.

    Raises:
        BadPlan: The folder holds no tables that can be read.
    """
    if isinstance(plan, Plan):
        return planner(case.planner).audit(case, plan.tables, plan.costs)
    tables, costs = read_tables(Path(plan))
    return planner(case.planner).audit(case, tables, costs)


def read_scenario(given: Path | str, case: Case) -> Scenario:
    """A scenario of the planner's library by its name, or of a YAML file.

    Args:
        given: Name or file.
        case: The case that it is for, which answers what the scenario leaves to it.

    Raises:
        BadRequest: There is no such scenario, or something is wrong with it; the message says all of it.
    """
    from provisor.questions import files

    return files.read_scenario(given, case)


def what_if(
    case: Case, scenario: Scenario | Path | str, base: Plan | None = None, **settings: Unpack[SolveSettings]
) -> WhatIf:
    """What becomes of a case in a scenario: planned from the base plan, proven, audited and compared with it.

    Args:
        case: The case before.
        scenario: A scenario, the name of one of the library, or a YAML file.
        base: A plan of ``case``; made first if not given.
        settings: Limits and choices of each solve.

    Raises:
        BadRequest: There is no such scenario, its changes cannot be made, or there is no base plan.
    """
    from provisor.questions import what_if as asked

    wanted = read_scenario(scenario, case) if isinstance(scenario, Path | str) else scenario
    asked.changed(case, wanted)
    return asked.what_if(case, wanted, base or _base(case, settings), SolveOptions(**settings))


def _base(case: Case, settings: SolveSettings) -> Plan:
    plan = solve(case, **settings)
    if not plan.tables:
        raise BadRequest(f"there is no plan of {case.name} to begin with: {plan.certificate.status.value}")
    return plan


def compare(a: Plan, b: Plan, cases: tuple[Case, Case] | None = None) -> Comparison:
    """What differs from one plan to another: inputs, costs, key figures, decisions.

    Args:
        a: The plan to start from.
        b: The other one.
        cases: Their cases, where they are at hand; without them inputs that differ are named, but not row by row.

    Raises:
        BadRequest: The plans are of two planners or currencies, or one of them has no tables.
    """
    from provisor.questions import compare as asked

    return asked.compare(a, b, cases)


def why(case: Case, plan: Plan, question: str, **settings: Unpack[SolveSettings]) -> Answer:
    """Why something is in a plan, why it is not, or what the cause is of what is short or left empty.

    Args:
        case: The case.
        plan: A plan of it.
        question: Such as ``why not product=P12 store=S3`` or ``why shortage node=6130 date=2025-10-30``.
        settings: Limits and choices of the solve that a forced or forbidden decision takes.

    Raises:
        BadRequest: The question cannot be asked, or names nothing that is in the case or the plan.
    """
    from provisor.questions import why as asked
    from provisor.questions.asked import explanations_of

    parsed = asked.parse_question(question, explanations_of(case.planner).questions())
    return asked.why(case, plan, parsed, SolveOptions(**settings))


def repair(case: Case, **settings: Unpack[SolveSettings]) -> Repair:
    """What would make an infeasible case feasible, by the priority of its rules, as a scenario that can be run.

    Args:
        case: A case, infeasible or not.
        settings: Limits and choices of the solve that finds out.

    Raises:
        BadRequest: The planner writes no repairs.
    """
    from provisor.questions import repair as asked

    return asked.repair(case, SolveOptions(**settings))


def load_plan(folder: Path) -> Plan:
    """Read a plan's folder, as saved or as exported to CSV; the tables of the latter hold text only.

    Raises:
        BadPlan: The folder holds no plan.
    """
    document = _plan_document(folder)
    if document is None:
        raise BadPlan(f"there is no plan in {folder}: it has no {PLAN_FILE}")
    if any(not name.endswith(".parquet") for name in document["tables"].values()):
        raise BadPlan(f"{folder} is an export to CSV; give the folder of the plan itself")
    _table_paths(folder, document)
    try:
        return Plan.load(folder)
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise BadPlan(f"the plan in {folder} cannot be read: {error}") from error


def fingerprint_of(folder: Path) -> str | None:
    """Fingerprint of the case that the plan in ``folder`` was made for, none where it does not say."""
    document = _plan_document(folder)
    fingerprint = _get(_get(document, "case"), "fingerprint")
    return fingerprint if isinstance(fingerprint, str) else None


def read_tables(folder: Path) -> tuple[dict[str, pl.DataFrame], dict[str, float] | None]:
    """Tables of a plan by name, and its costs by component if it states them.

    The folder is that of a plan, or of CSV and Parquet files called after the tables. Columns of CSV files
    are text; the planner's auditor gives them their types.

    Raises:
        BadPlan: There is no such folder, or it holds no table, or one that cannot be read.
    """
    if not folder.is_dir():
        raise BadPlan(f"there is no folder {folder}")
    document = _plan_document(folder)
    paths = _table_paths(folder, document)
    if not paths:
        raise BadPlan(f"{folder} holds no tables: no {PLAN_FILE}, CSV or Parquet file")
    return {name: _read_table(path) for name, path in paths.items()}, (
        document["costs"] or None
    ) if document else None


def _plan_document(folder: Path) -> dict[str, Any] | None:
    file = folder / PLAN_FILE
    if not file.is_file():
        return None
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadPlan(f"{file} cannot be read: {error}") from error
    missing = [key for key in ("costs", "tables") if not isinstance(_get(document, key), dict)]
    if missing:
        raise BadPlan(f"{file} is not the document of a plan: it has no {' and no '.join(missing)}")
    if not all(isinstance(cost, int | float) for cost in document["costs"].values()):
        raise BadPlan(f"{file}: a cost is not a number")
    return dict(document)


def _get(document: object, key: str) -> object:
    return document.get(key) if isinstance(document, dict) else None


def _table_paths(folder: Path, document: Mapping[str, Any] | None) -> dict[str, Path]:
    """Files of the tables by name: those the plan's document names, or all there are."""
    if document is not None:
        files = {str(name): str(file) for name, file in document["tables"].items()}
        outside = [file for file in files.values() if Path(file).name != file]
        absent = [file for file in files.values() if not (folder / file).is_file()]
        if outside or absent:
            raise BadPlan(
                f"{folder / PLAN_FILE} names tables that are not beside it: {(outside + absent)[0]}"
            )
        return {name: folder / file for name, file in files.items()}
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _TABLE_FILES)
    names = [path.stem for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadPlan(f"{folder} holds the table {twice[0]} twice, as CSV and as Parquet")
    return dict(zip(names, found, strict=True))


def _read_table(path: Path) -> pl.DataFrame:
    import polars as pl

    from provisor.tables.csv_out import unguarded
    from provisor.tables.files import Unreadable, open_file
    from provisor.tables.grid import ROW

    try:
        if path.suffix.lower() == ".parquet":
            return pl.read_parquet(path)
        cells = open_file(path, path.name).load("").frame.drop(ROW)
    except (pl.exceptions.PolarsError, OSError, Unreadable) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise BadPlan(f"{path} is not a table that can be read: {reason}") from error
    names = [name or f"column {number}" for number, name in enumerate(cells.row(0), 1)]
    if len(set(names)) < len(names):
        raise BadPlan(f"{path} has two columns of one name")
    return unguarded(cells.slice(1).rename(dict(zip(cells.columns, names, strict=True))))
