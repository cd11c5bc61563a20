"""Rule ``tables``: the plan can be read and speaks of what the case has."""

from __future__ import annotations

from provisor.auditing import Checked
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.tables.casting import RULE


@rule(RULE, "every table can be read and names products, sites, types and days of the case")
def tables(evidence: Evidence) -> Checked:
    """Cells and tables as the schemas say, names and days as in the case."""
    return Checked(sum(frame.height for frame in evidence.values()), list(evidence.unusable))
