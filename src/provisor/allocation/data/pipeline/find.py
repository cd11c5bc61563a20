"""Finding the newest outputs of a pipeline: by its manifest, in either shape, and by their names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provisor.allocation.words import counted
from provisor.tables.files import Unreadable, open_file
from provisor.tables.grid import ROW
from provisor.tables.read_sheet import read_sheet
from provisor.tables.schema import Schema
from provisor.tables.validate import check_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from provisor.allocation.data.pipeline.forms import Output
    from provisor.case import Problems
    from provisor.tables.grid import Sheet

MANIFEST = "pipeline_manifest.json"
RAW = ("data", "api_data")
"""Folder of the raw downloads, beside that of the outputs."""

_NAME = re.compile(r"^(?P<stem>.+?)(?:_(?P<period>\d{6}[AB]))?(?:_(?P<stamp>\d{8}_\d{4,6}))?\.csv$")


@dataclass(frozen=True, order=True)
class Found:
    """A file of an output; of two the later half-month counts, then the one the manifest names, then the newer one.

    Attributes:
        period: Half-month it is of; empty if its name does not say.
        in_manifest: Whether the manifest names it.
        stamp: Time it was written as in its name; empty if it does not say.
        path: The file.
    """

    period: str
    in_manifest: bool
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
        used: Half-months of the files read so far, by name of the file.
    """

    path: Path
    name: str
    period: str | None
    problems: Problems
    used: dict[str, str] = field(default_factory=dict)

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
            said = f"{counted(sheet.frame.height - once.height, 'row repeats', 'rows repeat')} an earlier row; dropped"
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
                self.used[found[-1].path.name] = found[-1].period
                return found[-1].path
        return None

    def tell_mixed(self) -> None:
        """Warn if files of different half-months were read."""
        periods = sorted({period for period in self.used.values() if period})
        if len(periods) > 1:
            older = ", ".join(
                sorted(name for name, period in self.used.items() if period and period != periods[-1])
            )
            said = (
                f"the newest outputs are of different half-months ({', '.join(periods)}); older ones: {older}"
            )
            self.problems.warning("mixed-periods", said, file=self.name, mend="give pipeline_period")

    def _candidates(self, stem: str) -> Iterator[Found]:
        said = self._said(stem)
        raw = self.path.parent.joinpath(*RAW)
        for path in {*said, *self.path.glob(f"{stem}*.csv"), *raw.glob(f"{stem}*.csv")}:
            match = _NAME.match(path.name)
            if match and match["stem"] == stem and path.is_file():
                yield Found(match["period"] or "", path in said, match["stamp"] or "", path)

    def _said(self, stem: str) -> set[Path]:
        """Files that the manifest names: paths from the folder above, or names of files in the folder itself."""
        above = self.path.parent.resolve()
        found = set()
        for said in _said_paths(self.path / MANIFEST, self.name, self.problems):
            path = Path(said.replace("\\", "/"))
            if path.name.startswith(stem):
                inside = (above / path).resolve().is_relative_to(above) and (above / path).is_file()
                same = self.path / path.name
                found.add(same if same.is_file() or not inside else self.path.parent / path)
        return found


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
