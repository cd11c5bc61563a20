"""What goes where: answers and JSON to standard output, all else to standard error; and the exit codes."""

import io
import json
import os
import sys
from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn, Self

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from provisor.case import Problems


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAULT = 1
    """A fault of Provisor."""
    BAD_INPUT = 2
    """Wrong usage or bad input."""
    INFEASIBLE = 3
    NO_PLAN = 4
    """No plan within the limits."""
    AUDIT_FAILED = 5


class Outlet(io.TextIOWrapper):
    """Text to a reader who may go away, as ``| head`` does: what comes after is written to nowhere.

    So a command ends as it would have ended, with its files written and its own exit code.
    """

    @classmethod
    def of(cls, stream: io.TextIOWrapper) -> Self:
        """An outlet in the place of a stream, which stays open."""
        return cls(
            stream.buffer,
            encoding=stream.encoding,
            errors=stream.errors,
            line_buffering=stream.line_buffering,
            write_through=stream.write_through,
        )

    def write(self, text: str, /) -> int:
        """Write text, to nowhere once the reader is gone."""
        try:
            return super().write(text)
        except BrokenPipeError:
            self._to_nowhere()
            return len(text)

    def flush(self) -> None:
        """Hand on what was written, to nowhere once the reader is gone."""
        try:
            super().flush()
        except BrokenPipeError:
            self._to_nowhere()
            super().flush()

    def _to_nowhere(self) -> None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.fileno())
        os.close(nowhere)


def outlive_readers() -> None:
    """Let standard output and standard error lose their readers without an end of the command."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, Outlet.of(stream))


def print_json(document: object) -> None:
    """Print the one JSON document of a command."""
    sys.stdout.write(json.dumps(document, indent=1, default=str, allow_nan=False) + "\n")


def say(text: str = "") -> None:
    """Print a line of the answer, exactly as it is."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Print a line for the person at the terminal on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def stdout_console() -> "Console":
    """Console of standard output; on a pipe its tables are wide enough to cut nothing."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 200, highlight=False, soft_wrap=False)


def print_table(headers: Iterable[str], rows: Iterable[Iterable[object]], title: str | None = None) -> None:
    """Print a table of the answer; cells are shown as they are, never as markup."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    stdout_console().print(table)


def fail(message: str, *, as_json: bool) -> NoReturn:
    """Say what is wrong with the input and leave; with ``as_json`` as the command's document."""
    if as_json:
        print_json({"error": message})
    else:
        note(f"Error: {message}")
    raise typer.Exit(Exit.BAD_INPUT)


def show_problems(problems: "Problems") -> None:
    """Print all that is wrong with a case as a table: where, what, expected and how to mend it."""
    rows = [
        (problem.severity, problem.where, problem.value, problem.message, problem.expected, problem.mend)
        for problem in (*problems.errors, *problems.warnings)
    ]
    print_table(("", "where", "value", "what is wrong", "expected", "how to mend it"), rows)


def problems_document(problems: "Problems") -> dict[str, Any]:
    """What is wrong with a case as JSON values."""
    return {
        "ok": not problems.errors,
        "errors": len(problems.errors),
        "warnings": len(problems.warnings),
        "problems": [problem.as_dict() for problem in problems],
    }


def fail_bad_case(problems: "Problems", *, as_json: bool) -> NoReturn:
    """Show what stops a case from being planned and leave with :attr:`Exit.BAD_INPUT`."""
    if as_json:
        print_json({"error": "the case cannot be planned", **problems_document(problems)})
    else:
        for problem in problems.errors:
            place = f"{problem.where}: " if problem.where else ""
            help_ = "; ".join(part for part in (problem.expected, problem.mend) if part)
            note(f"Error: {place}{problem.message}{f' ({help_})' if help_ else ''}")
        note(f"{len(problems.errors)} errors; `provisor check` shows them with the warnings as a table.")
    raise typer.Exit(Exit.BAD_INPUT)
