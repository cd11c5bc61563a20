"""The repository as it is tracked."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def tracked(root):
    """Paths of all files of the repository, those not yet committed included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.splitlines()
    return [root / name for name in sorted(set(names)) if (root / name).is_file()]


@pytest.fixture(scope="session")
def sources(tracked, root):
    """Paths of the modules of the package."""
    return [path for path in tracked if path.suffix == ".py" and root / "src" in path.parents]
