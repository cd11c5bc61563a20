"""Where the public benchmark files are."""

import csv
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2].parent / "shared" / "data" / "benchmarks" / "mps"


@pytest.fixture(scope="session")
def optima():
    """Known optimum of each benchmark file by its name."""
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmark files are not there")
    with (BENCHMARKS / "optima.csv").open() as file:
        return {row["instance"]: float(row["optimum"]) for row in csv.DictReader(file)}


@pytest.fixture(scope="session")
def benchmark_file():
    """Path of a benchmark file by its name."""

    def find(name):
        found = sorted(BENCHMARKS.glob(f"{name}.mps*"))
        if not found:
            pytest.skip("the benchmark files are not there")
        return found[0]

    return find
