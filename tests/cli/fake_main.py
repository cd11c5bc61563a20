"""``fake_main.py HOW ...`` is ``provisor ...`` with a production planner that answers as ``HOW`` tells it."""

import sys
import time
from pathlib import Path
from types import ModuleType

import polars as pl

from provisor.certificate import Certificate, Status
from provisor.cli.main import main
from provisor.plan import Plan, Relaxation
from provisor.planner import BadRequest, Progress
from provisor.production.tables import PLAN_TABLES

EMPTY = {schema.name: schema.empty() for schema in PLAN_TABLES}


def certificate(case, options, status, objective=None):
    return Certificate(
        status, "min", objective, objective, "fake", "none", "fake", options.threads, options.seed,
        case_fingerprint=case.fingerprint,
    )  # fmt: skip


def idle(case, options):
    """All demand short, at 10 $ a unit."""
    short = case.table("demand").head(3).select("date", "node", "product", demand="units", units="units")
    lines = short.select(
        "date", "node", "product", component=pl.lit("shortage"), amount=10 * pl.col("units")
    ).select(EMPTY["costs"].columns)
    cost = float(lines["amount"].sum())
    tables = {**EMPTY, "shortage": short, "costs": lines}
    return Plan(
        "production", case.name, certificate(case, options, Status.OPTIMAL, cost), tables, {"shortage": cost}
    )


def wrong(case, options):
    """A plan that forgets the demand."""
    return Plan("production", case.name, certificate(case, options, Status.OPTIMAL, 0.0), EMPTY, {})


def infeasible(case, options):
    relaxation = Relaxation("hours", 2.0, "h", {"node": "BAKERY"}, "BAKERY works 2 h longer")
    return Plan(
        "production", case.name, certificate(case, options, Status.INFEASIBLE), relaxations=(relaxation,)
    )


def no_plan(case, options):
    return Plan("production", case.name, certificate(case, options, Status.NO_PLAN))


def fault(case, options):
    raise RuntimeError("a fault made for a test")


def refused(case, options):
    raise BadRequest("pin 1 names a day without a truck")


def patient(case, options):
    """Works until it is stopped; says so in a file beside the case."""
    Path("started").touch()
    for _ in range(600):
        options.on_progress(Progress(1.0, 100.0, 90.0, "searching"))
        if options.stop():
            return idle(case, options)
        time.sleep(0.05)
    raise AssertionError("nobody stopped the solve")


def stubborn(case, options):
    """Never stops by itself."""
    Path("started").touch()
    while True:
        time.sleep(0.05)


def module(how):
    """What stands in for the module that solves."""
    made = ModuleType("provisor.production.solve")
    made.solve = globals()[how]
    made.METHODS = ("auto", "exact")
    return made


if __name__ == "__main__":
    sys.modules["provisor.production.solve"] = module(sys.argv.pop(1))
    main()
