"""The worker's side of :mod:`provisor.engine.worker`: a process that solves what comes in on standard input.

It ends, with all that it started, when standard input closes: no child outlives its parent.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from queue import SimpleQueue
from typing import BinaryIO, cast

from provisor.engine.backends import back_end
from provisor.engine.result import ConflictFinder, Incumbent, SolverError
from provisor.engine.wire import (
    Began,
    Call,
    Cancel,
    Done,
    Failed,
    Job,
    Order,
    Prepare,
    Raised,
    Reply,
    Returned,
    Step,
    Told,
)


def main() -> None:
    """Serve orders until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sink = _private_output()
    orders: SimpleQueue[Prepare | Job | Call] = SimpleQueue()
    cancelled: set[int] = set()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, orders, cancelled), daemon=True).start()
    while True:
        order = orders.get()
        if isinstance(order, Prepare):
            _prepare(order.solver)
        elif isinstance(order, Call):
            _call(order, sink, cancelled)
        else:
            _serve(order, sink, cancelled)


def _private_output() -> BinaryIO:
    """Standard output for our messages alone; what solvers print goes to standard error."""
    private = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(private, "wb")


def _listen(source: BinaryIO, orders: SimpleQueue[Prepare | Job | Call], cancelled: set[int]) -> None:
    try:
        while True:
            order: Order = pickle.load(source)  # noqa: S301 - written by our own parent
            if isinstance(order, Cancel):
                cancelled.add(order.number)
            else:
                orders.put(order)
    finally:
        _end()


def _end() -> None:
    """End this process and the executables it started."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


def _prepare(solver: str) -> None:
    try:
        back_end(solver)
    except (SolverError, ImportError):
        return  # the job that asks for it will say so


def _serve(job: Job, sink: BinaryIO, cancelled: set[int]) -> None:
    def tell(reply: Reply) -> None:
        pickle.dump(reply, sink, protocol=5)
        sink.flush()

    def step(incumbent: Incumbent) -> None:
        tell(Step(incumbent))

    def stop() -> bool:
        return job.number in cancelled

    tell(Began())
    try:
        solver = back_end(job.solver)
        if job.conflict:
            result = cast("ConflictFinder", solver).conflict(job.problem, job.limits)
        else:
            result = solver.solve(job.problem, job.limits, job.start, step, stop)
    except SolverError as error:
        tell(Failed(str(error), refused=True))
    except Exception as error:  # noqa: BLE001 - told to the parent, which reports it
        tell(Failed(f"{type(error).__name__}: {error}", refused=False))
    else:
        tell(Done(result))


def _call(call: Call, sink: BinaryIO, cancelled: set[int]) -> None:
    lock = threading.Lock()

    def tell(reply: Reply) -> None:
        text = pickle.dumps(reply, protocol=5)
        with lock:  # steps may come from several threads
            sink.write(text)
            sink.flush()

    def step(what: object) -> None:
        tell(Told(what))

    def stop() -> bool:
        return call.number in cancelled

    tell(Began())
    try:
        tell(Returned(call.function(*call.arguments, step, stop)))
    except Exception as error:  # noqa: BLE001 - raised again in the parent
        error.add_note(traceback.format_exc())
        tell(Raised(error))


if __name__ == "__main__":
    main()
