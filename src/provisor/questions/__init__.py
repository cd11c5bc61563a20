"""Questions about cases and plans: what if, what differs, why, and what would make it feasible."""
