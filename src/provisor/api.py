"""The verbs: read, check, solve, audit; and plans and tables read back from folders."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from provisor.case import BadCase, Case, Problems
from provisor.plan import Plan
from provisor.planner import BadRequest, HasBaselines, HasEvaluation, Progress, SolveOptions, planner
from provisor.reading import read_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    from provisor.auditing import AuditReport
    from provisor.evaluation import Evaluation

__all__ = [
    "BadPlan",
    "SolveSettings",
    "audit",
    "baseline",
    "check",
    "evaluate",
    "load_plan",
    "read_case",
    "read_tables",
    "solve",
]

PLAN_FILE = "plan.json"
"""Name of the document in a plan's folder."""

STEPS = ("read", "build", "solve", "audit", "total")
"""Steps of a solve whose wall-clock seconds a certificate states."""

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
    plan = planner(case.planner).solve(case, SolveOptions(**settings))
    return _audited(case, plan) if plan.tables else plan


def _audited(case: Case, plan: Plan) -> Plan:
    """The plan with the summary of its audit and the seconds that took."""
    began = time.perf_counter()
    report = planner(case.planner).audit(case, plan.tables, plan.costs)
    return with_seconds(plan.with_audit(report), audit=time.perf_counter() - began)


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
    return _audited(case, maker.baseline(case, method or maker.baselines()[0]))


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


def with_seconds(plan: Plan, **steps: float) -> Plan:
    """The same plan with the wall-clock seconds of further steps, added to the total too."""
    known = {**plan.certificate.seconds, **steps}
    known["total"] = plan.certificate.seconds.get("total", 0.0) + sum(steps.values())
    named = [*(step for step in known if step not in STEPS), *(step for step in STEPS if step in known)]
    seconds = {step: known[step] for step in named}
    return replace(plan, certificate=replace(plan.certificate, seconds=seconds))


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
