"""Pages and pictures that pages link to exist, also where no builder looks."""

import re

OUTSIDE = ("http://", "https://", "mailto:", "#")


def test_links_lead_somewhere(tracked):
    broken = []
    for page in tracked:
        if page.suffix != ".md":
            continue
        text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        links = re.findall(r"\]\(([^)\s]+)\)", text)
        inside = [link.partition("#")[0] for link in links if not link.startswith(OUTSIDE)]
        broken += [f"{page.name}: {link}" for link in inside if not (page.parent / link).exists()]
    assert broken == []
