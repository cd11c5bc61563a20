"""What the tutorials share: a folder in which their commands run, and how what they print is shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

WIDTH = "100"
"""Characters of a line of the terminal."""


@dataclass
class Tutorial:
    """A folder in which the commands of the tutorial run."""

    folder: Path
    seconds: float

    def run(self, *words: str, may_fail: bool = False) -> str:
        """What a command prints on standard output.

        Raises:
            SystemExit: It ended with another exit code than 0 where that is not expected.
        """
        print("provisor", *words, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "provisor", *words], cwd=self.folder, capture_output=True, text=True,
            check=False, env={**os.environ, "COLUMNS": WIDTH, "NO_COLOR": "1"},
        )  # fmt: skip
        if done.returncode and not may_fail:
            raise SystemExit(f"exit code {done.returncode}: {done.stderr[-2000:]}")
        return "\n".join(line.rstrip() for line in done.stdout.splitlines())

    def solve(self, case: str, out: str, *words: str, may_fail: bool = False) -> str:
        """Solve a case and give what is printed."""
        limit = ("--time-limit", f"{self.seconds:g}", "--quiet")
        return self.run("solve", case, "--out", out, *limit, *words, may_fail=may_fail)

    def document(self, out: str) -> dict[str, Any]:
        """``plan.json`` of a plan."""
        return dict(json.loads((self.folder / out / "plan.json").read_text(encoding="utf-8")))

    def changed(self, case: str, name: str, more: str) -> None:
        """Write a copy of a case with more lines in its ``case.yaml``."""
        shutil.copytree(self.folder / case, self.folder / name)
        with (self.folder / name / "case.yaml").open("a", encoding="utf-8") as file:
            file.write(more)

    def draw(self, script: str, case: str, plan: str) -> None:
        """Renew the pictures of a plan."""
        words = [sys.executable, ROOT / "docs" / "pictures" / script, ROOT / case, self.folder / plan]
        subprocess.run([*words, ROOT / "docs" / "images"], check=True)


def shown(text: str) -> str:
    """Text as a terminal shows it."""
    return f"```text\n{text}\n```"


def verdict(first: dict[str, Any], other: dict[str, Any]) -> str:
    """What the two certificates prove of the difference."""
    least, most = other["bound"] - first["objective"], other["objective"] - first["bound"]
    if least > 0:
        return f"dearer: proven, by {least:,.0f} to {most:,.0f}"
    if most < 0:
        return f"cheaper: proven, by {-most:,.0f} to {-least:,.0f}"
    return f"between {-least:,.0f} cheaper and {most:,.0f} dearer: within the gaps"
