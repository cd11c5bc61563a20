"""How many examples of a property are tried: half by default, all where the environment has ``PROVISOR_WIDE``."""

import os


def examples(number: int) -> int:
    """``number`` of examples of a wide run, half of it in the suite; they are drawn anew in every run."""
    return number if os.environ.get("PROVISOR_WIDE") else number // 2
