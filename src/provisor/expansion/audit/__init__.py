"""The independent check of expansion plans, from ``docs/expansion/rules.md`` and the tables alone.

:func:`audit` recomputes every rule and every cost. :data:`RULES` are its rules in the order of that page, after
``tables`` (the plan can be read) and before ``costs`` (its figures add up).
"""

from provisor.expansion.audit.auditor import RULES, audit

__all__ = ["RULES", "audit"]
