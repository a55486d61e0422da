"""The house keeps its law: a room names itself and those above it."""

import ast
from pathlib import Path

import pytest

from devtools import rooms

ADDON = Path(__file__).parents[2] / "account_admin"


def test_no_room_names_one_below_it():
    assert rooms.find_downward(ADDON) == []


def test_no_model_is_in_more_than_three_files_of_a_room():
    assert rooms.find_corridors(ADDON) == []


def test_a_model_in_four_files_of_a_room_is_found(house):
    text = 'class X:\n    _inherit = "a.thing"\n'
    for number in range(3):
        addon = house(f"models/base/x{number}.py", text)
    (sentence,) = rooms.find_corridors(addon)
    assert sentence.startswith("base: 4 files are about a.thing")


def test_every_file_of_a_model_is_in_a_room():
    lost = [
        module.path
        for module in rooms.read_modules(ADDON).values()
        if module.room is None and not module.path.endswith("__init__.py")
    ]
    assert lost == []


def test_every_file_with_a_model_is_loaded():
    modules = rooms.read_modules(ADDON)
    forgotten = [
        module.path
        for name, module in modules.items()
        if any(is_model(node) for node in module.tree.body)
        and name.rpartition(".")[2]
        not in get_imported(modules[name.rpartition(".")[0]].tree)
    ]
    assert forgotten == []


def is_model(node):
    return isinstance(node, ast.ClassDef) and any(
        isinstance(one, ast.Assign) and one.targets[0].id in ("_name", "_inherit")
        for one in node.body
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name)
    )


def get_imported(tree):
    return {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.fixture
def house(tmp_path):
    """A house of two rooms, and how to put a file into it."""

    def put(path, text):
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return tmp_path

    put("models/base/thing.py", 'class Thing:\n    _name = "a.thing"\n')
    put("models/reporting/report.py", 'class Report:\n    _name = "a.report"\n')
    put("reports/reporting/page.py", "def build(): ...\n")
    return put


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("models/base/x.py", "from ..reporting.report import Report\n"),
        ("models/base/x.py", "from ..reporting import report\n"),
        ("models/base/x.py", 'def x(env):\n    return env["a.report"]\n'),
        ("models/base/x.py", 'x = Many2one(comodel_name="a.report")\n'),
        ("models/base/x.py", 'class X:\n    _inherit = "a.report"\n'),
        ("models/base/x.py", 'x = "SELECT id FROM a_report WHERE id = 1"\n'),
        ("models/reporting/x.py", "from ...reports.reporting import page\n"),
        ("models/reporting/x.py", "from ...wizards.reporting import x\n"),
        ("reports/reporting/x.py", "from ...controllers.reporting import x\n"),
        ("wizards/base/x.py", 'x = "a.report"\n'),
    ],
)
def test_what_breaks_the_law_is_found(house, path, text):
    assert len(rooms.find_downward(house(path, text))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("models/reporting/x.py", "from ..base.thing import Thing\n"),
        ("models/reporting/x.py", 'x = "SELECT FROM a_thing, a_report"\n'),
        ("models/reporting/x.py", "from ...engine.money import to_decimal\n"),
        ("models/base/x.py", 'class X:\n    _inherit = "a.thing"\n'),
        ("wizards/base/x.py", "from ...models.base.thing import Thing\n"),
        ("controllers/reporting/x.py", "from ...reports.reporting import page\n"),
    ],
)
def test_what_keeps_the_law_is_left_alone(house, path, text):
    assert rooms.find_downward(house(path, text)) == []


def test_the_table_counts_who_names_whom(house):
    text = 'from ..base.thing import Thing\nx = "a.thing"\n'
    table = rooms.draw(house("models/reporting/x.py", text)).splitlines()
    assert table[-1].split() == ["reporting", "2", ".", "2"]
