"""Numbers with their nouns, for messages to people."""

from __future__ import annotations


def counted(number: float, one: str, many: str = "") -> str:
    """A number with what it counts, and the verb if it goes with it; three significant digits if it is not whole.

    >>> counted(1, "store"), counted(1200, "store"), counted(2, "store has", "stores have")
    ('1 store', '1,200 stores', '2 stores have')
    >>> counted(0.311111, "style")
    '0.311 styles'
    """
    shown = f"{number:,.0f}" if number == round(number) else f"{number:.3g}"
    return f"{shown} {one if number == 1 else many or one + 's'}"
