"""The register of back ends; a solver is imported only when it is asked for."""

from __future__ import annotations

from importlib import import_module

from provisor.engine.result import BackEnd, SolverError

_PLACES = {
    "highs": "provisor.engine.backends.highs:Highs",
    "scip": "provisor.engine.backends.scip:Scip",
    "ortools": "provisor.engine.backends.ortools:OrTools",
    "cbc": "provisor.engine.backends.cbc:Cbc",
    "glpk": "provisor.engine.backends.glpk:Glpk",
    "gurobi": "provisor.engine.backends.gurobi:Gurobi",
    "cplex": "provisor.engine.backends.cplex:Cplex",
}


def back_end_names() -> list[str]:
    """Names of all back ends, the default one first."""
    return list(_PLACES)


def back_end(name: str) -> BackEnd:
    """Back end by name, or by its place as ``module:Class``.

    Raises:
        SolverError: There is no such back end; the message lists those there are.
    """
    place = name if ":" in name else _PLACES.get(name)
    if place is None:
        raise SolverError(f"no solver {name!r}; there are {', '.join(_PLACES)}")
    module, _, attribute = place.partition(":")
    found: BackEnd = getattr(import_module(module), attribute)()
    return found


def back_ends() -> dict[str, BackEnd]:
    """All back ends by name, whether their solver is installed or not."""
    return {name: back_end(name) for name in _PLACES}
