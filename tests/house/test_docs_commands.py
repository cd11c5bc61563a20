"""What the pages tell the reader to type works: commands parse, cheap ones run, Python blocks run."""

import re
import shlex
import subprocess
import sys

import pytest
import typer

from provisor.cli.main import app

CHEAP = {"planners", "rules", "solvers"}


def blocks(tracked, language):
    """Page and text of each fenced block of a language."""
    for path in tracked:
        if path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            for block in re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
                yield path.name, block


def commands(tracked, program):
    """Page and words of each command of a program, without comments."""
    for page, block in blocks(tracked, "bash"):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == [program]:
                yield page, words[1:]


def test_the_pages_show_commands(tracked):
    assert {words[0] for _, words in commands(tracked, "make")} >= {"demo", "check"}
    assert {words[0] for _, words in commands(tracked, "provisor")} >= {
        "new",
        "check",
        "solve",
        "audit",
        "export",
    }


def test_commands_parse_and_cheap_ones_run(tracked):
    known = typer.main.get_command(app).commands
    ran = set()
    for page, words in commands(tracked, "provisor"):
        if words[0] in CHEAP or words[-1] in ("--help", "--version"):
            if tuple(words) not in ran:
                subprocess.run([sys.executable, "-m", "provisor", *words], check=True, capture_output=True)
                ran.add(tuple(words))
            continue
        assert words[0] in known, f"{page}: there is no command {words[0]}"
        try:
            known[words[0]].make_context(words[0], words[1:])
        except typer.BadParameter as error:
            pytest.fail(f"{page}: provisor {' '.join(words)}: {error}")


def test_make_targets_exist(tracked, root):
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE))
    asked = {word for _, words in commands(tracked, "make") for word in words}
    assert asked <= targets


def test_python_blocks_run(tracked, root):
    for page, block in blocks(tracked, "python"):
        done = subprocess.run(
            [sys.executable, "-c", block], cwd=root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{page}: {done.stderr[-600:]}\n{block}"
