"""What no file of the repository may hold."""

import re
import tomllib

import pytest

BINARY = {".png", ".xlsx", ".parquet", ".gz"}
HERE = "tests/house/"

FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w./:\-])/(home|Users|root|mnt|work)/[A-Za-z0-9]",
    "the address of a package index": r"(pypi\.org|pythonhosted|/simple/|--index-url|--find-links|devpi)",
    "work left over": r"\b(TODO|FIXME|XXX)\b",
}
ALLOWED = {("Makefile", "--index-url"), ("Makefile", "--find-links")}


def texts(tracked, root):
    for path in tracked:
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in BINARY and not name.startswith(HERE):
            yield name, path.read_text(encoding="utf-8", errors="strict")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(tracked, root, what):
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in texts(tracked, root)
        for number, line in enumerate(text.splitlines(), 1)
        for match in re.finditer(FORBIDDEN[what], line)
        if (name, match[0]) not in ALLOWED
    ]
    assert found == []


def test_the_locks_pin_every_package_with_its_hashes(root):
    for lock in ("requirements.txt", "requirements-dev.txt"):
        text = (root / lock).read_text()
        blocks = re.split(r"\n(?=\S)", text.strip())
        pinned = [block for block in blocks if not block.startswith("#")]
        assert pinned
        assert all("==" in block.splitlines()[0] and "--hash=sha256:" in block for block in pinned)


def test_the_locks_have_what_the_package_needs(root):
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    names = {re.split(r"[\[<>=;]", need)[0].replace(".", "-") for need in project["dependencies"]}
    locked = (root / "requirements.txt").read_text()
    assert {name for name in names if not re.search(rf"^{name}==", locked, re.MULTILINE)} == set()
