"""A solve seen from the terminal: one live line, and Ctrl-C that keeps the best plan so far."""

import signal
import sys
import time
from contextlib import ExitStack
from threading import Event
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from provisor.cli.output import note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from provisor.planner import Progress

LOG_SECONDS = 10.0
"""Seconds between two lines where standard error is no terminal."""


class Watch:
    """Shows the progress of a solve on standard error and passes on the wish to stop.

    On a terminal there is one line that changes; in a log, a line every :data:`LOG_SECONDS`.
    The first Ctrl-C asks the solve to stop with its best plan, the second one aborts.
    """

    _aborted = "Aborted; no plan was written."

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._stopped = Event()
        self._began = time.monotonic()
        self._logged = self._began
        self._phase = "starting"
        self._objective: float | None = None
        self._bound: float | None = None
        self._draft = False
        self._open = ExitStack()

    def __enter__(self) -> Self:
        before = signal.signal(signal.SIGINT, self._interrupted)
        self._open.callback(signal.signal, signal.SIGINT, before)
        if not self._quiet and sys.stderr.isatty():
            self._open.enter_context(self._live())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def on_progress(self, progress: "Progress") -> None:
        """Take note of a step forward; what it does not say stays as it was."""
        self._phase = progress.phase
        if progress.objective is not None:
            self._objective, self._draft = progress.objective, progress.draft
        self._bound = self._bound if progress.bound is None else progress.bound
        if self._quiet or sys.stderr.isatty():
            return
        now = time.monotonic()
        if now - self._logged >= LOG_SECONDS:
            self._logged = now
            note(self.line())

    def stop(self) -> bool:
        """Whether the user wants the solve to end."""
        return self._stopped.is_set()

    def line(self) -> str:
        """Seconds and what is known as one line."""
        return f"{time.monotonic() - self._began:6.1f} s  {self.state()}"

    def state(self) -> str:
        """Best plan or draft, bound, gap and phase; a draft proves no gap."""
        objective, bound = self._objective, self._bound
        plan = None if self._draft else objective
        parts = [
            "no plan yet" if objective is None else f"{'draft' if self._draft else 'plan'} {objective:,.0f}",
            "" if bound is None else f"bound {bound:,.0f}",
            "" if plan is None or bound is None else f"gap {_gap(plan, bound):.2%}",
            "stopping" if self.stop() else self._phase,
        ]
        return "  ".join(part for part in parts if part)

    def _live(self) -> Any:  # noqa: ANN401 - a rich Live, imported only here
        from rich.console import Console
        from rich.live import Live

        console = Console(stderr=True)
        return Live(get_renderable=self._text, console=console, refresh_per_second=5, transient=True)

    def _text(self) -> "Text":
        from rich.text import Text

        return Text(self.line(), no_wrap=True, overflow="ellipsis")

    def _interrupted(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopped.is_set():
            note(self._aborted)
            raise KeyboardInterrupt
        self._stopped.set()
        note("Stopping; the best plan so far is kept and audited. Ctrl-C again aborts.")


class WatchOfMany(Watch):
    """Shows the progress of solves side by side: which are done, and how far the others are."""

    _aborted = "Aborted; plans that were done are written."

    def __init__(self, names: "Sequence[str]", *, quiet: bool) -> None:
        super().__init__(quiet=quiet)
        self._names = names
        self._each = {number: Watch(quiet=True) for number in range(len(names))}
        self._begun: set[int] = set()

    def on_step(self, number: int, progress: "Progress") -> None:
        """Take note of a step forward of one of the solves."""
        self._begun.add(number)
        if number in self._each:
            self._each[number].on_progress(progress)
        self.on_progress(progress)

    def done(self, number: int) -> None:
        """Take note that one of the solves is over."""
        del self._each[number]

    def state(self) -> str:
        """How many solves are done, and the state of each one under way."""
        done = len(self._names) - len(self._each)
        begun = [
            f"{self._names[number]}: {watch.state()}"
            for number, watch in list(self._each.items())
            if number in self._begun
        ]
        return "  |  ".join([f"{done} of {len(self._names)} done", *(["stopping"] if self.stop() else begun)])


def _gap(objective: float, bound: float) -> float:
    return abs(objective - bound) / max(abs(objective), 1e-9)
