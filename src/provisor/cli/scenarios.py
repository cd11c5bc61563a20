"""``provisor scenarios``: ready scenarios, and what can be changed."""

from typing import TYPE_CHECKING, Any

from provisor.cli.asking import answering
from provisor.cli.inputs import JsonOption, PlannerArgument, planner_called
from provisor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from provisor.scenario import Change


def scenarios(planner: PlannerArgument, as_json: JsonOption = False) -> None:
    """List a planner's ready scenarios, its types of changes with their parameters, and what it can be asked."""
    from provisor.planner import HasExplanations
    from provisor.questions.asked import scenarios_of
    from provisor.questions.files import library, title_of

    found = planner_called(planner, as_json=as_json)
    with answering(as_json=as_json):
        asked = scenarios_of(planner)
        ready = [(name, title_of(file)) for name, file in library(planner).items()]
    kinds = [described(kind) for kind in asked.changes()]
    choices = [(f"${choice.name}", choice.meaning) for choice in asked.choices()]
    questions = found.questions() if isinstance(found, HasExplanations) else ()
    if as_json:
        print_json(
            {
                "scenarios": [{"name": name, "title": title} for name, title in ready],
                "changes": kinds,
                "choices": [{"name": name, "meaning": meaning} for name, meaning in choices],
                "questions": [dict(kind.__dict__) for kind in questions],
            }
        )
        return
    print_table(("scenario", "what it asks"), ready, title="Ready scenarios")
    rows = [
        (kind["change"] if number == 0 else "", name, default, meaning)
        for kind in kinds
        for number, (name, default, meaning) in enumerate(
            [
                ("", "", kind["meaning"]),
                *((f["name"], f["default"], f["meaning"]) for f in kind["parameters"]),
            ]
        )
    ]
    print_table(("change", "parameter", "default", "meaning"), rows, title="Types of changes, in their order")
    print_table(("name", "what the case answers"), choices, title="Names that a case answers for itself")
    print_table(
        ("question", "meaning"), [(q.example, q.meaning) for q in questions], title="Questions about a plan"
    )


def described(kind: "type[Change]") -> dict[str, Any]:
    """A type of change: its name, meaning and parameters."""
    fields = [(name, field) for name, field in kind.model_fields.items() if name != "change"]
    return {
        "change": kind.kind(),
        "meaning": (kind.__doc__ or "").strip().splitlines()[0].rstrip("."),
        "parameters": [
            {
                "name": field.alias or name,
                "default": "required" if field.is_required() else _default(field.default),
                "meaning": field.description or "",
            }
            for name, field in fields
        ],
    }


def _default(value: object) -> str:
    return (
        "" if value is None or value == () else str(value).lower() if isinstance(value, bool) else str(value)
    )
