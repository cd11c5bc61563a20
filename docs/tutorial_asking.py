"""What the questions of the tutorial for network engineers print, by place in its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutorial import shown

if TYPE_CHECKING:
    from tutorial import Tutorial

CASE, PLAN = "my-small", "small-plan"

ASKED = {
    "ask-what-if": ("what-if", CASE, "july_peak_rented", "--base", PLAN, "--out", "small-what-if", "--quiet"),
    "ask-shelves": ("why", CASE, PLAN, "shelves", "facility=Marlbridge"),
    "ask-trucks": ("why", CASE, PLAN, "trucks"),
    "ask-why-not": (
        "why", CASE, PLAN, "not", "facility=Marlbridge", "storage_type=rack", "shelves=5", "--quiet",
    ),
    "ask-repair": ("repair", CASE, "--set", "rules.doh_multiplier=3", "--to", "repair.yaml", "--quiet"),
}  # fmt: skip
"""Commands by place."""


def asked(tutorial: Tutorial) -> dict[str, str]:
    """Make and solve the small case, and ask."""
    tutorial.run("new", "expansion", CASE, "--size", "small", "--seed", "1")
    tutorial.solve(CASE, PLAN)
    return {name: shown(_sentences(tutorial.run(*words))) for name, words in ASKED.items()}


def _sentences(text: str) -> str:
    """What is printed without its table."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("┏", "┃", "┡", "│", "└")))
