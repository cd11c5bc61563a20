"""What the tutorial for merchandisers tells of a tiny case and its proven plan, by place in its page.

The case is solved to the end, so that the answers are always the same.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import provisor
from provisor.planner import planner

if TYPE_CHECKING:
    from provisor.case import Case
    from provisor.plan import Plan

PAGE = Path(__file__).parent / "tutorials" / "merchandiser.md"

SECONDS = 20.0

WHY = {
    "why-not": "why not product=P06 store=S4",
    "unserved": "why unserved store=S1",
    "empty": "why slots store=S2",
    "left": "why left product=P03",
    "missed": "why missed store=S5",
}
"""Questions by place in the page."""


def tiny() -> tuple[Case, Plan]:
    """The tiny case of seed 1, with a plan that is proven to be the best."""
    with tempfile.TemporaryDirectory() as folder:
        planner("allocation").new(Path(folder) / "few", "tiny", 1)
        case = provisor.read_case(Path(folder) / "few")
    return case, provisor.solve(case, method="exact", gap=1e-6, time_limit=SECONDS)


def parts() -> dict[str, str]:
    """The answers, by place in the page."""
    case, plan = tiny()
    return {
        place: "\n".join(
            ["```text", *provisor.why(case, plan, question, time_limit=SECONDS).as_dict()["words"], "```"]
        )
        for place, question in WHY.items()
    }


if __name__ == "__main__":
    from fill import filled

    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), parts()), encoding="utf-8")
    print(PAGE)
