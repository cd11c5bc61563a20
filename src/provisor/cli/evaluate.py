"""``provisor evaluate``: how plans of a case do in the same draws of what is uncertain in it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from provisor.cli.inputs import CaseArgument, JsonOption, SetOption, read_case
from provisor.cli.output import fail, print_json, print_table, say

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.evaluation import Evaluation, Interval


def evaluate(
    case: CaseArgument,
    plans: Annotated[
        list[Path],
        typer.Argument(
            metavar="PLAN...", help="Folders of plans; the first is compared with each other one."
        ),
    ],
    draws: Annotated[int, typer.Option(min=2, metavar="N", help="Number of draws.")] = 200,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="Seed of the draws.")] = 0,
    settings: SetOption = None,
    as_json: JsonOption = False,
) -> None:
    """Play plans through the same draws and compare them, with 95 % intervals."""
    from provisor import api
    from provisor.planner import BadRequest

    question = read_case(case, settings or [], as_json=as_json)
    named = {path.name or str(path): path for path in plans}
    if len(named) < len(plans):
        named = {str(path): path for path in plans}
    if len(named) < len(plans):
        fail("a plan is named twice", as_json=as_json)
    try:
        found = api.evaluate(question, named, draws, seed)
        violations = _violations(question, named)
    except (BadRequest, api.BadPlan) as error:
        fail(str(error), as_json=as_json)
    if as_json:
        print_json({**found.as_dict(), "violations": violations})
    else:
        show_evaluation(found, violations)


def _violations(case: "Case", plans: dict[str, Path]) -> dict[str, int]:
    """Violations that the audit finds, by plan: a plan that breaks rules does well for nothing."""
    from provisor import api

    return {name: len(api.audit(case, folder).findings) for name, folder in plans.items()}


def show_evaluation(found: "Evaluation", violations: dict[str, int]) -> None:
    """Print means with their intervals, then what the first plan gains over each other one."""
    from provisor.wording import plain

    say(f"{found.draws:,} draws, seed {found.seed}: {found.how}.")
    headers = [f"{plain(name)} ({unit})" if unit else plain(name) for name, unit in found.units.items()]
    rows = [
        (plan, *(_level(found, name, plan) for name in found.units), f"{violations[plan]:,}")
        for plan in found.plans
    ]
    print_table(("plan", *headers, "violations"), rows, title="Means with 95 % intervals")
    first, *others = found.plans
    if others:
        gains = [(other, *(_gain(found, name, first, other) for name in found.units)) for other in others]
        print_table((f"gain of {first} over", *headers), gains)


def _level(found: "Evaluation", measure: str, plan: str) -> str:
    level = found.level(measure, plan)
    if found.units[measure] == "share":
        return _text(level, 100, 2, " %")
    return _text(level, 1, 0, "")


def _gain(found: "Evaluation", measure: str, plan: str, over: str) -> str:
    """Points for a share, otherwise per cent of the other plan's mean."""
    if found.units[measure] == "share":
        return _text(found.gain(measure, plan, over), 100, 2, " points", sign="+")
    share = found.relative_gain(measure, plan, over)
    return "none to compare with" if share is None else _text(share, 100, 2, " %", sign="+")


def _text(value: "Interval", factor: float, digits: int, unit: str, sign: str = "") -> str:
    half = (value.high - value.low) / 2
    return f"{value.mean * factor:{sign},.{digits}f} ± {half * factor:,.{digits}f}{unit}"
