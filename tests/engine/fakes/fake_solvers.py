# ruff: noqa: ARG002 - the signature is the interface
"""Solvers that misbehave, asked for as ``fake_solvers:Name``; worker processes import them by name."""

import os
import time

import numpy as np

from provisor.engine.result import Capability, Incumbent, Limits, Result, SolverError, SolveStatus


class Fake:
    """Finds all-zero, tells of it with a bound, and then does what its subclass does."""

    name = "fake"
    capabilities = Capability.LP | Capability.MIP

    def version(self):
        return "1"

    def how_to_get(self):
        return "nowhere"

    def solve(self, problem, limits: Limits, start=None, on_incumbent=None, stop=None):
        x = np.zeros(problem.lower.size)
        if on_incumbent is not None:
            on_incumbent(Incumbent(0.0, problem.objective(x), problem.objective(x) - 1.0, x))
        return self.go_on(problem, x, stop)

    def go_on(self, problem, x, stop):
        return Result(SolveStatus.OPTIMAL, x, problem.objective(x), problem.objective(x), 0.0, "fake")


class Stubborn(Fake):
    """Heeds neither its limit nor a cancel."""

    def go_on(self, problem, x, stop):
        while True:
            time.sleep(1)


class Polite(Fake):
    """Goes on until it is cancelled."""

    def go_on(self, problem, x, stop):
        while not stop():
            time.sleep(0.01)
        return Result(SolveStatus.INTERRUPTED, x, problem.objective(x), None, 0.0, "fake", "as you wish")


class Crashing(Fake):
    """Dies."""

    def go_on(self, problem, x, stop):
        os._exit(3)


class Refusing(Fake):
    """Refuses."""

    def go_on(self, problem, x, stop):
        raise SolverError("not with me")


class Faulty(Fake):
    """Has a fault."""

    def go_on(self, problem, x, stop):
        raise ZeroDivisionError("a fault")


class Noisy(Fake):
    """Prints to standard output, as solvers do."""

    def go_on(self, problem, x, stop):
        os.write(1, b"noise\n" * 1000)
        return super().go_on(problem, x, stop)


class Myself(Fake):
    """Says which process it runs in, as the objective."""

    def go_on(self, problem, x, stop):
        return Result(SolveStatus.OPTIMAL, x, float(os.getpid()), None, 0.0, "fake")
