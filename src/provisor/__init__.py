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
    from provisor.api import audit, baseline, check, evaluate, read_case, solve
    from provisor.auditing import AuditReport
    from provisor.case import BadCase, Case, Problems
    from provisor.certificate import Certificate, Status
    from provisor.plan import Plan
    from provisor.planner import SolveOptions

    __version__: str

_HOMES = {
    "AuditReport": "provisor.auditing",
    "BadCase": "provisor.case",
    "Case": "provisor.case",
    "Certificate": "provisor.certificate",
    "Plan": "provisor.plan",
    "Problems": "provisor.case",
    "SolveOptions": "provisor.planner",
    "Status": "provisor.certificate",
    "audit": "provisor.api",
    "baseline": "provisor.api",
    "check": "provisor.api",
    "evaluate": "provisor.api",
    "read_case": "provisor.api",
    "solve": "provisor.api",
}

__all__ = [
    "AuditReport",
    "BadCase",
    "Case",
    "Certificate",
    "Plan",
    "Problems",
    "SolveOptions",
    "Status",
    "__version__",
    "audit",
    "baseline",
    "check",
    "evaluate",
    "read_case",
    "solve",
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
