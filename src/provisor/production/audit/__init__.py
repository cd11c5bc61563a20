"""The independent check of production plans, from ``docs/production/rules.md`` and the tables alone.

:func:`audit` recomputes every rule and every cost. :data:`RULES` are its rules in the order of that page,
after ``tables`` (the plan can be read) and before ``costs`` (its figures add up). :func:`coerce` casts tables
of any origin to the schemas of a plan.
"""

from provisor.production.audit.auditor import RULES, audit
from provisor.production.audit.casting import coerce

__all__ = ["RULES", "audit", "coerce"]
