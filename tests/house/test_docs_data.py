"""Made parts of pages are what their scripts make."""

import re
from importlib.util import module_from_spec, spec_from_file_location

import pytest


def script(root, name):
    spec = spec_from_file_location(f"docs_{name}", root / "docs" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data_page(root):
    return script(root, "make_data_page")


def test_the_page_of_data_is_what_the_schemas_give(root, data_page):
    committed = (root / "docs" / "production" / "data.md").read_text(encoding="utf-8")
    assert committed == data_page.filled(committed, data_page.parts())


def test_the_page_of_data_has_every_table_and_switch(root, data_page):
    page = (root / "docs" / "production" / "data.md").read_text(encoding="utf-8")
    planner = data_page.PRODUCTION
    headings = set(re.findall(r"^### (\S+)$", page, re.MULTILINE))
    assert headings >= set(planner.table_schemas()) | {schema.name for schema in data_page.CASE_TABLES}
    assert all(f"| `{info.switch.removeprefix('rules.')}` |" in page for info in planner.rules())


def test_a_part_without_a_place_in_the_page_is_refused(data_page):
    with pytest.raises(KeyError, match="keys"):
        data_page.filled("no markers", {"keys": "text"})


def test_only_what_stands_between_the_markers_is_renewed(data_page):
    page = "before\n<!-- begin a -->\nold\n<!-- end a -->\nafter"
    renewed = data_page.filled(page, {"a": "new"})
    assert renewed == "before\n<!-- begin a -->\n\nnew\n\n<!-- end a -->\nafter"
    assert data_page.filled(renewed, {"a": "new"}) == renewed


def test_the_page_of_allocation_data_is_what_the_schemas_give(root, data_page):
    page = data_page.data_allocation
    committed = page.PAGE.read_text(encoding="utf-8")
    assert committed == data_page.filled(committed, page.parts())
    headings = set(re.findall(r"^### (\S+)$", committed, re.MULTILINE))
    assert headings >= {schema.name for schema in (*page.CASE_TABLES, *page.PLAN_TABLES)}
