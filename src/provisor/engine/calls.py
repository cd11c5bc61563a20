"""Functions called in processes of their own, some side by side: told of step by step, and stopped when asked to."""

from __future__ import annotations

import os
from itertools import count
from pickle import UnpicklingError
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from provisor.engine.process import Pool, Process
from provisor.engine.result import SolverError
from provisor.engine.wire import Call, Cancel, Raised, Returned, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

CALLS = "calls"
"""What processes serve that solve nothing themselves."""

_LOOK = 0.05
_pool = Pool()
_numbers = count()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Calling:
    """A call under way in a child process."""

    def __init__(
        self, function: Callable[..., object], arguments: tuple[object, ...], on_told: Callable[[Any], None]
    ) -> None:
        """Begin the call; function and arguments are pickled.

        Args:
            function: Called with the arguments, and then with what tells of a step and with what says whether to stop.
            arguments: Its first arguments.
            on_told: Called with each step, in a thread of its own.
        """
        self._call = Call(next(_numbers), function, arguments)
        self._on_told = on_told
        self._over = Event()
        self._value: object = None
        self._error: BaseException | None = None
        self._process: Process = _pool.take(CALLS)
        Thread(target=self._converse, daemon=True, name="provisor-call").start()

    def poll(self) -> bool:
        """Whether the call is over."""
        return self._over.is_set()

    def wait(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds for the end; whether it is over."""
        return self._over.wait(timeout)

    def cancel(self) -> None:
        """Have the call end with what it has; returns at once, and does nothing if it is over."""
        if not self.poll():
            try:
                self._process.send(Cancel(self._call.number))
            except OSError:
                return  # the process is gone already, and the conversation ends by itself

    def kill(self) -> None:
        """End the call's process at once if it is not over."""
        if not self.poll():
            self._process.kill()

    def result(self) -> Any:  # noqa: ANN401 - what the function returned
        """Wait for what the function returned.

        Raises:
            SolverError: The process died.
            Exception: What the function raised.
        """
        self._over.wait()
        if self._error is not None:
            raise self._error
        return self._value

    def _converse(self) -> None:
        try:
            self._process.send(self._call)
            while not self._heard():
                pass
        except (EOFError, OSError, UnpicklingError):
            self._error = SolverError(f"a process that planned died (exit code {self._process.close()})")
        except BaseException as error:  # noqa: BLE001 - raised again by result()
            self._error = error
            self._process.close()
        else:
            _pool.give_back(self._process)
        self._over.set()

    def _heard(self) -> bool:
        """Take in one reply; whether it was the last."""
        reply = self._process.receive()
        if isinstance(reply, Told):
            self._on_told(reply.what)
        elif isinstance(reply, Returned):
            self._value = reply.value
        elif isinstance(reply, Raised):
            self._error = reply.error
        return isinstance(reply, Returned | Raised)


def called_side_by_side(
    function: Callable[..., object],
    calls: Sequence[tuple[object, ...]],
    processes: int,
    on_told: Callable[[int, Any], None],
    stop: Callable[[], bool],
) -> Iterator[tuple[int, Any]]:
    """Call a function with each of some arguments, so many at once, and yield what it returns as it comes.

    When told to stop, calls under way are asked to end with what they have, and no further ones begin.

    Args:
        function: See :class:`Calling`.
        calls: Arguments of each call.
        processes: How many run at once.
        on_told: Called with the number of a call and what it told.
        stop: Asked many times a second.

    Yields:
        The number of a call and what it returned.

    Raises:
        SolverError: A process died.
        Exception: What a call raised; the others are ended then.
    """
    waiting, running = list(enumerate(calls)), dict[int, Calling]()
    asked = False
    try:
        while running or (waiting and not stop()):
            while waiting and len(running) < processes and not stop():
                number, arguments = waiting.pop(0)
                running[number] = Calling(function, arguments, _teller(on_told, number))
            if stop() and not asked:
                asked = True
                for call in running.values():
                    call.cancel()
            for number in [number for number, call in running.items() if call.poll()]:
                yield number, running.pop(number).result()
            _wait(running)
    finally:
        for call in running.values():
            call.kill()


def _teller(on_told: Callable[[int, Any], None], number: int) -> Callable[[Any], None]:
    return lambda what: on_told(number, what)


def _wait(running: dict[int, Calling]) -> None:
    """Wait a moment, or until the first of the calls is over."""
    for call in list(running.values())[:1]:
        call.wait(_LOOK)
