"""Files and functions stay small."""

import ast
from statistics import median

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
MEDIAN_FILE = 150
MEDIAN_FUNCTION = 10


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path):
    """Name and length of each function, its docstring not counted."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            words = (first.end_lineno - first.lineno + 1) if documented else 0
            yield f"{path.name}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1 - words


def test_no_file_is_long_and_most_are_short(sources):
    sizes = {path.name: lines(path) for path in sources}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FILE} == {}
    assert median(sizes.values()) <= MEDIAN_FILE


def test_no_function_is_long_and_most_are_short(sources):
    sizes = {name: size for path in sources for name, size in functions(path)}
    assert {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION} == {}
    assert median(sizes.values()) <= MEDIAN_FUNCTION
