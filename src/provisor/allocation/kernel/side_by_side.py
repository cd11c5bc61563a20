"""Compiled loops in stretches side by side. They let go of the interpreter, so that plain threads do.

numba's own parallel loops take three times as long to compile, and may not be entered by two threads at once.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from threading import local
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STRETCHES = 2
"""Stretches by thread: one that is held up leaves its second to another."""

_own = local()


def use_threads(count: int) -> None:
    """Let this thread's loops run on so many threads from now on; on all cores where this was never said."""
    _own.threads = max(1, count)


def side_by_side(loop: Callable[..., object], count: int, *arguments: object) -> None:
    """Call ``loop(first, last, *arguments)`` for stretches of ``range(count)`` until all are done.

    Args:
        loop: Compiled without the interpreter's lock; stretches must not write to the same places.
        count: Rounds of the loop.
        arguments: What it works on.
    """
    threads = getattr(_own, "threads", os.cpu_count() or 1)
    stretches = min(count, STRETCHES * threads)
    if threads == 1 or stretches < 2:
        loop(0, count, *arguments)
        return
    cuts = [count * number // stretches for number in range(stretches + 1)]
    pool = _pool(os.getpid(), threads)
    for done in [pool.submit(loop, *cut, *arguments) for cut in pairwise(cuts)]:
        done.result()


@cache
def _pool(process: int, threads: int) -> ThreadPoolExecutor:  # noqa: ARG001 - a forked process has no threads
    return ThreadPoolExecutor(threads, thread_name_prefix="kernel")
