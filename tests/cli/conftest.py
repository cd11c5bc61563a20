"""Running the real command."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest


@dataclass
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on standard output."""
        return json.loads(self.out)


@pytest.fixture
def provisor(tmp_path):
    """Runs ``provisor`` with arguments in a folder of its own, and gives how it ended."""

    def run(*arguments, program=("-m", "provisor")):
        done = subprocess.run(
            [sys.executable, *map(str, (*program, *arguments))],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run
