"""Finding the newest outputs of a pipeline: by its manifest, in either shape, and by their names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provisor.tables.files import Unreadable, open_file
from provisor.tables.grid import ROW
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import Schema
from provisor.tables.validate import check_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from provisor.allocation.data.pipeline.forms import Output
    from provisor.case import Problems
    from provisor.tables.grid import Sheet

MANIFEST = "pipeline_manifest.json"
RAW = ("data", "api_data")
"""Folder of the raw downloads, beside that of the outputs."""

_NAME = re.compile(r"^(?P<stem>.+?)(?:_(?P<period>\d{6}[AB]))?(?:_(?P<stamp>\d{8}_\d{4,6}))?\.csv$")


@dataclass(frozen=True, order=True)
class Found:
    """A file of an output; later ones count before earlier ones.

    Attributes:
        period: Half-month it is of; empty if its name does not say.
        stamp: Time it was written as in its name; empty if it does not say.
        path: The file.
    """

    period: str
    stamp: str
    path: Path


@dataclass(frozen=True)
class Folder:
    """The folder of a pipeline's outputs.

    Attributes:
        path: The folder.
        name: Its name as the case has it.
        period: Half-month wanted; none for the newest.
        problems: Where to note what is wrong.
    """

    path: Path
    name: str
    period: str | None
    problems: Problems

    def read(self, output: Output) -> Sheet | None:
        """The newest file of an output, exact repetitions dropped and told; none where there is none."""
        path = self.newest(output)
        if path is None:
            return None
        name = f"{self.name}/{path.name}"
        try:
            file = open_file(path, name)
            sheet = read_sheet(file.load(file.sheets[0]), _without_key(output.form), self.problems)
        except Unreadable as error:
            self.problems.error(error.code, str(error), mend=error.mend, file=name)
            return None
        if sheet is None:
            return None
        once = sheet.frame.unique(
            [c for c in sheet.frame.columns if c != ROW], keep="first", maintain_order=True
        )
        if output.form.key and once.height < sheet.frame.height:
            said = f"{sheet.frame.height - once.height} rows repeat an earlier row and are dropped"
            self.problems.warning("duplicates-dropped", said, file=name)
            sheet = sheet.of(once)
        check_key(sheet, output.form, self.problems)
        return sheet

    def newest(self, output: Output) -> Path | None:
        """The newest file of an output of the half-month wanted; one that names none if there is no other."""
        for stem in output.stems:
            found = sorted(self._candidates(stem))
            if self.period is not None:
                found = [one for one in found if one.period in (self.period, "")]
            if found:
                return found[-1].path
        return None

    def _candidates(self, stem: str) -> Iterator[Found]:
        for path in self._files(stem):
            match = _NAME.match(path.name)
            if match and match["stem"] == stem and path.is_file():
                yield Found(match["period"] or "", match["stamp"] or "", path)

    def _files(self, stem: str) -> Iterator[Path]:
        yield from self.path.glob(f"{stem}*.csv")
        yield from self.path.parent.joinpath(*RAW).glob(f"{stem}*.csv")
        for said in _said_paths(self.path / MANIFEST, self.name, self.problems):
            name = re.split(r"[\\/]", said)[-1]
            if name.startswith(stem):
                yield self.path / name


def _without_key(form: Schema) -> Schema:
    return Schema(form.name, form.meaning, form.columns)


def _said_paths(manifest: Path, folder: str, problems: Problems) -> list[str]:
    """Paths that a manifest names: ``steps.stepNN.outputs.KEY.file_path`` or ``stepNN.KEY.path``."""
    if not manifest.is_file():
        return []
    try:
        document = json.loads(manifest.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        place = f"{folder}/{MANIFEST}"
        if not any(problem.file == place for problem in problems):
            problems.warning(
                "broken-manifest", f"cannot be read ({error}); files are found by name", file=place
            )
        return []
    return list(_paths(document))


def _paths(document: Any) -> Iterator[str]:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(document, dict):
        return
    for key, value in document.items():
        if key in ("file_path", "path") and isinstance(value, str):
            yield value
        else:
            yield from _paths(value)
