"""A pool of warm worker processes: each serves one job at a time, many in a row."""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import subprocess
import sys
from threading import Lock

from provisor.engine.wire import Order, Prepare, Reply


class Process:
    """One worker process, in a session of its own so that Ctrl-C in the terminal does not reach it.

    Attributes:
        solver: The only solver it serves: some cannot be loaded beside others.
    """

    def __init__(self, solver: str) -> None:
        self.solver = solver
        path = os.pathsep.join(entry for entry in sys.path if entry)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "provisor.engine.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        self._sending = Lock()

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def id(self) -> int:
        """Process id."""
        return self._process.pid

    def send(self, order: Order) -> None:
        """Send an order; raises OSError if the process is gone."""
        stream = self._process.stdin
        if stream is None or stream.closed:
            raise BrokenPipeError
        with self._sending:
            pickle.dump(order, stream, protocol=5)
            stream.flush()

    def receive(self) -> Reply:
        """Wait for the next reply; raises EOFError if the process is gone."""
        stream = self._process.stdout
        if stream is None or stream.closed:
            raise EOFError
        reply: Reply = pickle.load(stream)  # noqa: S301 - written by our own child
        return reply

    def kill(self) -> None:
        """End it at once, with the executables it started."""
        if hasattr(os, "killpg"):
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return
        else:
            self._process.kill()

    def close(self) -> int:
        """End it, collect its pipes, and return its exit code."""
        self.kill()
        code = self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _close(stream)
        return code


def _close(stream: object) -> None:
    try:
        stream.close()  # type: ignore[attr-defined]
    except BrokenPipeError:
        return  # what was left unsent has no reader any more


class Pool:
    """Worker processes that wait for jobs; at most ``idle`` of them are kept."""

    def __init__(self, idle: int = 4) -> None:
        self._idle = idle
        self._waiting: list[Process] = []
        self._lock = Lock()
        atexit.register(self.close)

    def take(self, solver: str) -> Process:
        """A warm process of this solver, or a new one if none waits."""
        while True:
            with self._lock:
                process = self._pop(solver)
            if process is None:
                return Process(solver)
            if process.alive:
                return process
            process.close()

    def _pop(self, solver: str) -> Process | None:
        for process in reversed(self._waiting):
            if process.solver == solver:
                self._waiting.remove(process)
                return process
        return None

    def give_back(self, process: Process) -> None:
        """Keep a process whose job is done for the next one."""
        with self._lock:
            self._waiting.append(process)
            spare = self._waiting.pop(0) if len(self._waiting) > self._idle else None
        if spare is not None:
            spare.close()

    def warm_up(self, count: int, solver: str) -> None:
        """Have ``count`` processes wait with this solver imported; returns before they are ready."""
        with self._lock:
            there = sum(process.solver == solver for process in self._waiting)
        for _ in range(min(count, self._idle) - there):
            process = Process(solver)
            process.send(Prepare(solver))
            self.give_back(process)

    def close(self) -> None:
        """End all processes that wait."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        for process in waiting:
            process.close()
