"""What is decided in a production plan, and what can be asked about one."""

from provisor.explaining import Decision, QuestionKind

DECISIONS = (
    Decision(
        name="made", table="production", key=("date", "node", "product"), amount="units", unit="unit", worth=1.0,
        more="{amount} of {product} more are made at {node} on {date}",
        less="{amount} of {product} less are made at {node} on {date}",
    ),
    Decision(
        name="loaded", table="departures", key=("date", "truck", "stop", "product"), amount="units", unit="unit",
        worth=0.2,
        more="{amount} of {product} more leave for {stop} with truck {truck} on {date}",
        less="{amount} of {product} less leave for {stop} with truck {truck} on {date}",
    ),
    Decision(
        name="short", table="shortage", key=("date", "node", "product"), amount="units", unit="unit", worth=5.0,
        more="{amount} of {product} more are short at {node} on {date}",
        less="{amount} of {product} less are short at {node} on {date}",
        outcome=True,
    ),
)  # fmt: skip
"""Production and loads of trucks; shortages are outcomes that follow. All else follows from these."""

QUESTIONS = (
    QuestionKind(
        "", ("product", "node", "date", "mixes", "truck"),
        "price of making a product at a node on a day, or of a truck leaving, if it is not so (not) or is so",
        "why not product=P1 node=PLANT date=2025-10-20",
    ),
    QuestionKind(
        "shortage", ("node", "product", "date"),
        "what keeps demand from being served: hours, trucks, loading, room, age, too early, or not worth it",
        "why shortage node=6130 date=2025-10-30",
    ),
    QuestionKind(
        "waste", ("node", "product", "date"),
        "what goods are thrown away for: there from the start, or made and not sold",
        "why waste product=P1",
    ),
    QuestionKind(
        "truck", ("truck", "date"),
        "why a truck leaves with empty places or stays",
        "why truck truck=3 date=2025-10-22",
    ),
)  # fmt: skip
"""What can be asked about a production plan."""
