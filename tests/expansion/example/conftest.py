"""Example cases read as a user's would be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from provisor.case import Case, Problems
from provisor.expansion.data import read
from provisor.expansion.example import write
from provisor.tables.document import read_document


def read_folder(folder: Path) -> Case:
    problems = Problems()
    document = read_document(folder / "case.yaml", problems)
    assert not problems.errors
    assert document is not None
    return read(document, folder)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str, int], Case]:
    """Writes an example and reads it back."""

    def case(size: str, seed: int) -> Case:
        folder = tmp_path / f"{size}-{seed}"
        write(folder, size, seed)
        return read_folder(folder)

    return case
