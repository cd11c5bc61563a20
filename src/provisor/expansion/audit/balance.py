"""Rule ``balance``: what is there in the evening was there, or came, and did not leave."""

from __future__ import annotations

import numpy as np

from provisor.auditing import Checked
from provisor.expansion.audit.evidence import Evidence, rule
from provisor.expansion.audit.grid import rows_where, slack_of
from provisor.tables.findings import findings_of


@rule("balance", "stock of the evening before + deliveries - shipments = stock at day end")
def balance(evidence: Evidence) -> Checked:
    """Every product and site on every day, across the ends of months."""
    before, came = evidence.before, evidence.deliveries
    gone, after = evidence.shipments, evidence.stock
    gap = after - (before + came - gone)
    figures = {"before": before, "came": came, "gone": gone, "after": after, "amount": np.abs(gap)}
    wrong = np.abs(gap) > slack_of(before + came)
    axes = (evidence.periods, evidence.products, evidence.sites)
    words = (
        "On {date} at {facility}, {before} packs of {sku} are there and {came} arrive, {gone} leave, and {after} are "
        "left: {amount} do not balance"
    )
    rows = rows_where(wrong, axes, figures)
    return Checked(gap.size, findings_of("balance", rows, ("month", "day", "sku", "facility"), "pack", words))
