"""``provisor audit``: a plan, from any system, checked against its case."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provisor.cli.inputs import CaseArgument, JsonOption, ScenarioOption, SetOption, read_case
from provisor.cli.output import Exit, fail, note, print_json, print_table, say

if TYPE_CHECKING:
    from provisor.auditing import AuditReport
    from provisor.case import Case

LISTED = 20
"""Findings of a rule that are listed in the terminal; ``--json`` has all."""


def audit(
    case: CaseArgument,
    plan: Annotated[
        Path,
        typer.Argument(metavar="PLAN", help="Folder of a plan, or of CSV or Parquet tables of any system."),
    ],
    settings: SetOption = None,
    scenarios: ScenarioOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a plan against its case: every rule and every cost recomputed from the tables alone."""
    from provisor import api

    question = read_case(case, settings or [], as_json=as_json, scenarios=scenarios or [])
    try:
        report = api.audit(question, plan)
        made_for = api.fingerprint_of(plan)
    except api.BadPlan as bad:
        fail(str(bad), as_json=as_json)
    other_case = made_for is not None and made_for != question.fingerprint
    if as_json:
        print_json(audit_document(report, question, other_case=other_case))
    else:
        if other_case:
            note("Note: the plan was made for another state of this case (data, rules or settings differ).")
        show_report(report, question.currency)
    raise typer.Exit(Exit.DONE if report.ok else Exit.AUDIT_FAILED)


def audit_document(report: "AuditReport", case: "Case", *, other_case: bool) -> dict[str, Any]:
    """The JSON document of an audit: summary, costs, and all findings."""
    return {
        "case": {"name": case.name, "fingerprint": case.fingerprint},
        "made_for_this_case": not other_case,
        **report.as_dict(),
        "by_rule": {
            rule: {"checked": report.checked[rule], "violations": len(findings)}
            for rule, findings in report.by_rule().items()
        },
        "costs": dict(report.costs),
        "findings": [finding.as_dict() for finding in report.findings],
    }


def show_report(report: "AuditReport", currency: str) -> None:
    """Print an audit: by rule what was looked at and found, then the findings in words."""
    from provisor.wording import money

    by_rule = report.by_rule()
    print_table(
        ("rule", "places looked at", "violations"),
        [(rule, f"{report.checked[rule]:,}", len(found) or "") for rule, found in by_rule.items()],
    )
    for rule, found in by_rule.items():
        for finding in found[:LISTED]:
            say(f"{rule}: {finding.words}")
        if len(found) > LISTED:
            say(f"{rule}: {len(found) - LISTED:,} more; --json has all")
    if report.cost_difference is not None:
        say(
            f"Costs added up again differ from the plan's by at most {money(report.cost_difference, currency)}."
        )
    elif report.costs:
        say(f"The plan states no costs; added up they are {money(sum(report.costs.values()), currency)}.")
    verdict = "passed" if report.ok else "FAILED"
    say(
        f"The audit {verdict}: {len(report.checked)} rules, {sum(report.checked.values()):,} places, "
        f"{len(report.findings):,} violations."
    )
