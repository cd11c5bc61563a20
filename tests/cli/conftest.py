"""Running the command: its own function in this process, or a process of its own."""

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest

from provisor.cli.main import main

SCREEN = {"COLUMNS": "200", "NO_COLOR": "1"}


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
def process(tmp_path):
    """Runs ``provisor``, or another program, in a process and a folder of its own, and gives how it ended."""

    def run(*arguments, program=("-m", "provisor")):
        done = subprocess.run(
            [sys.executable, *map(str, (*program, *arguments))],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **SCREEN},
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def provisor(tmp_path, monkeypatch):
    """Runs what ``provisor`` runs, in this process and a folder of its own, and gives how it ended."""

    def run(*arguments):
        streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
        with monkeypatch.context() as patched:
            patched.chdir(tmp_path)
            for name, value in SCREEN.items():
                patched.setenv(name, value)
            patched.setattr(sys, "argv", ["provisor", *map(str, arguments)])
            for name, stream in streams.items():
                patched.setattr(sys, name, stream)
            with pytest.raises(SystemExit) as ended:
                main()
            sys.stdout.flush()
            sys.stderr.flush()
            out, err = (stream.buffer.getvalue().decode() for stream in streams.values())
        assert "Traceback" not in out + err
        return Done(ended.value.code or 0, out, err)

    return run
