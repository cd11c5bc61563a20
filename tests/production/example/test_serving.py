"""The examples can be served: no shortage that no plan could avoid."""

from collections.abc import Callable

import pytest

from provisor.case import Case
from provisor.engine.backends.highs import Highs
from provisor.engine.result import Limits, SolveStatus
from provisor.production.model import build
from provisor.production.network import network_of


@pytest.mark.parametrize(("size", "seed"), [("small", 0), ("small", 4), ("small", 1234), ("medium", 1)])
def test_the_relaxation_serves_all_demand(written: Callable[[str, int], Case], size: str, seed: int) -> None:
    model, problem = build(network_of(written(size, seed)))
    result = Highs().solve(problem.relaxed(), Limits(seconds=60))
    assert result.status is SolveStatus.OPTIMAL
    assert result.x is not None
    assert sum(result.x[index] for index in model.columns["short"].values()) == pytest.approx(0, abs=1e-6)
