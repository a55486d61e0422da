"""Of two decorators of one kind Odoo keeps the one on top and drops the other."""

import ast
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ADDONS = sorted(path.parent for path in ROOT.glob("account_admin*/__manifest__.py"))
ONCE = {"depends", "depends_context", "constrains", "onchange", "ondelete"}


def find_doubled(source):
    """Names of functions that have a decorator of ``api`` twice."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            kinds = Counter(
                one.func.attr
                for one in node.decorator_list
                if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)
            )
            found += [node.name for kind in ONCE if kinds[kind] > 1]
    return found


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_no_method_has_a_decorator_twice(addon):
    doubled = {
        path.name: names
        for path in addon.rglob("*.py")
        if (names := find_doubled(path.read_text()))
    }
    assert doubled == {}


def test_a_decorator_that_is_there_twice_is_found():
    source = '@api.depends("a")\n@api.depends("b")\ndef compute(self):\n    pass\n'
    assert find_doubled(source) == ["compute"]
    assert not find_doubled(source.replace('depends("b")', 'depends_context("b")'))
