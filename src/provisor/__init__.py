"""Provisor plans supply under constraints and proves its plans.

>>> import provisor
>>> "solve" in dir(provisor)
True

The public names are loaded when they are first used, so that importing the package takes no time.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from provisor.api import (
        audit,
        baseline,
        check,
        compare,
        evaluate,
        load_plan,
        read_case,
        read_scenario,
        repair,
        solve,
        study,
        what_if,
        why,
    )
    from provisor.auditing import AuditReport
    from provisor.case import BadCase, Case, Problems
    from provisor.certificate import Certificate, Status
    from provisor.plan import Plan
    from provisor.planner import SolveOptions
    from provisor.scenario import Scenario

    __version__: str

_HOMES = {
    "AuditReport": "provisor.auditing",
    "BadCase": "provisor.case",
    "Case": "provisor.case",
    "Certificate": "provisor.certificate",
    "Plan": "provisor.plan",
    "Problems": "provisor.case",
    "Scenario": "provisor.scenario",
    "SolveOptions": "provisor.planner",
    "Status": "provisor.certificate",
    "audit": "provisor.api",
    "baseline": "provisor.api",
    "check": "provisor.api",
    "compare": "provisor.api",
    "evaluate": "provisor.api",
    "load_plan": "provisor.api",
    "read_case": "provisor.api",
    "read_scenario": "provisor.api",
    "repair": "provisor.api",
    "solve": "provisor.api",
    "study": "provisor.api",
    "what_if": "provisor.api",
    "why": "provisor.api",
}

__all__ = [
    "AuditReport",
    "BadCase",
    "Case",
    "Certificate",
    "Plan",
    "Problems",
    "Scenario",
    "SolveOptions",
    "Status",
    "__version__",
    "audit",
    "baseline",
    "check",
    "compare",
    "evaluate",
    "load_plan",
    "read_case",
    "read_scenario",
    "repair",
    "solve",
    "study",
    "what_if",
    "why",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - any public name
    if name == "__version__":
        from importlib.metadata import version  # noqa: PLC0415 - takes longer than the rest of the import

        return version("provisor")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'provisor' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
