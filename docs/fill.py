"""Puts made text between the markers of a page: ``<!-- begin NAME -->`` and ``<!-- end NAME -->``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile(r"(<!-- begin ([a-z-]+) -->\n).*?(<!-- end \2 -->)", re.DOTALL)


def filled(page: str, parts: Mapping[str, str]) -> str:
    r"""The page with its parts renewed; parts that are not given stay as they are.

    Raises:
        KeyError: A part has no place in the page.

    >>> filled("<!-- begin a -->\nold\n<!-- end a -->", {"a": "new"})
    '<!-- begin a -->\n\nnew\n\n<!-- end a -->'
    """
    names = {match[2] for match in _PLACE.finditer(page)}
    missing = sorted(set(parts) - names)
    if missing:
        raise KeyError(f"the page has no place for {', '.join(missing)}")

    def renewed(place: re.Match[str]) -> str:
        if place[2] not in parts:
            return place[0]
        return f"{place[1]}\n{parts[place[2]].strip()}\n\n{place[3]}"

    return _PLACE.sub(renewed, page)
