"""How the kernel's loops are compiled; one place for all of them.

Loops work on arrays that outlive the call and make none of their own, so that nothing needs to count references: with
counts, each access to a named tuple touches the counters of all its arrays, which took three quarters of the time.
"""

from __future__ import annotations

from numba import njit

loop = njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True, _nrt=False)
"""A loop called from Python, side by side or not. It must make no array."""

step = njit(cache=True, error_model="numpy", no_cfunc_wrapper=True, no_cpython_wrapper=True, _nrt=False)
"""A part of loops that several of them call. It must make no array, and is not for Python."""

inlined = njit(cache=True, error_model="numpy", inline="always")
"""A part of loops that is written out where it is called, because calls cost and compile long."""

maker = njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
"""A loop that makes arrays."""
