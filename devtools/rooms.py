"""The law of the house: a room names itself and those above it, never one below.

Read off the code: imports, the names of models in any text, and tables in SQL.
"""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

#: From the top down. What stands further down may name what stands further up.
ROOMS = (
    "base",
    "accounts",
    "ledger",
    "collections",
    "cash",
    "licensing/terms",
    "licensing/money",
    "licensing/statements",
    "licensing/imports",
    "licensing/rights",
    "service",
    "office",
    "reporting",
)
#: Folders with rooms. What stands further down may import what stands further up.
FLOORS = ("models", "reports", "wizards", "controllers")
_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|TABLE)\s+(?:ONLY\s+)?\"?([a-z_]+)")


class Module(NamedTuple):
    """One Python file: the folder it is in, its room, its tree."""

    path: str
    floor: str
    room: str
    tree: ast.Module


class Arrow(NamedTuple):
    """A place where a module names something of another room or floor."""

    module: Module
    line: int
    floor: str
    room: str
    what: str

    @property
    def is_up(self):
        """Whether it keeps the law."""
        if self.room is None or self.module.room is None:
            rooms = True
        else:
            rooms = is_above(self.room, self.module.room)
        if self.floor not in FLOORS or self.module.floor not in FLOORS:
            # engine and what stands beside the floors
            return rooms and self.floor == "engine"
        return rooms and FLOORS.index(self.floor) <= FLOORS.index(self.module.floor)

    def __str__(self):
        return (
            f"{self.module.path}:{self.line}: {self.module.room or self.module.floor}"
            f" names {self.what} of {self.room or self.floor}"
        )


def is_above(room, other):
    """Whether a room stands above another one or is the same, or a part of it."""
    is_part = f"{other}/".startswith(f"{room}/") or f"{room}/".startswith(f"{other}/")
    return is_part or get_level(room) <= get_level(other)


def get_level(room):
    """How far down a room stands; one with rooms in it as the last of them."""
    return max(n for n, name in enumerate(ROOMS) if f"{name}/".startswith(f"{room}/"))


def read_modules(addon):
    """The modules of an add-on's floors: dict dotted name -> Module."""
    modules = {}
    for floor in FLOORS:
        for path in sorted((addon / floor).rglob("*.py")):
            place = path.relative_to(addon)
            name = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
            tree = ast.parse(path.read_text())
            modules[name] = Module(str(place), floor, get_room(place), tree)
    return modules


def get_room(place):
    """The room of a file by its path within the add-on, ``None`` above all rooms."""
    folders = place.parts[1:-1]
    for depth in (2, 1):
        name = "/".join(folders[:depth])
        if name in ROOMS or any(room.startswith(f"{name}/") for room in ROOMS):
            return name if folders else None
    return None


def read_models(modules):
    """Where models are made: dict name of a model -> Module."""
    return {
        name: module
        for module in modules.values()
        for class_ in module.tree.body
        if isinstance(class_, ast.ClassDef)
        for name in [get_model_name(class_)]
        if name
    }


def get_model_name(class_):
    return get_assigned(class_, "_name")


def get_assigned(class_, name):
    """What a class assigns to a name, ``None`` where it does not."""
    for statement in class_.body:
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
            if isinstance(target, ast.Name) and target.id == name:
                return ast.literal_eval(statement.value)
    return None


def find_corridors(addon):
    """Models that more than three files of a floor's room are about, as sentences."""
    files = {}
    for module in read_modules(Path(addon)).values():
        for class_ in module.tree.body:
            if isinstance(class_, ast.ClassDef):
                name = get_model_name(class_) or get_assigned(class_, "_inherit")
                if isinstance(name, str):
                    key = (module.floor, module.room, name)
                    files.setdefault(key, set()).add(module.path)
    return [
        f"{room}: {len(found)} files are about {name}: {', '.join(sorted(found))}"
        for (_floor, room, name), found in files.items()
        if len(found) > 3
    ]


def find_arrows(addon):
    """Every place where a module names another room's or floor's: list of Arrow."""
    modules = read_modules(Path(addon))
    models = read_models(modules)
    tables = {name.replace(".", "_"): name for name in models}
    arrows = []
    for name, module in modules.items():
        if module.path.endswith("__init__.py"):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                arrows += find_imported(name, module, node, modules)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named = {node.value} & set(models)
                named |= {tables[t] for t in _TABLE.findall(node.value) if t in tables}
                arrows += [
                    # who stands on which floor matters to imports alone
                    Arrow(module, node.lineno, "models", models[model].room, model)
                    for model in sorted(named)
                ]
    return [
        arrow
        for arrow in arrows
        if (arrow.floor, arrow.room) != (arrow.module.floor, arrow.module.room)
    ]


def find_imported(name, module, node, modules):
    """Arrows of one relative import."""
    package = name.split(".")[: -node.level]
    base = ".".join([*package, *([node.module] if node.module else [])])
    for alias in node.names:
        found = modules.get(f"{base}.{alias.name}") or modules.get(base)
        if found:
            yield Arrow(module, node.lineno, found.floor, found.room, alias.name)
        else:
            floor = base.split(".")[0]
            yield Arrow(module, node.lineno, floor, None, f"{base}.{alias.name}")


def find_downward(addon):
    """Arrows that break the law, as sentences."""
    return [str(arrow) for arrow in find_arrows(addon) if not arrow.is_up]


def draw(addon):
    """Which room names which, as a table: a row for who names, a column for whom."""
    counts = Counter(
        (arrow.module.room, arrow.room)
        for arrow in find_arrows(addon)
        if arrow.module.floor == arrow.floor == "models" and arrow.module.room
    )
    rooms = [room for room in ROOMS if any(room in pair for pair in counts)]
    width = max(map(len, rooms))
    lines = [" " * width + "".join(f"{n:>5}" for n, _room in enumerate(rooms, 1))]
    for n, room in enumerate(rooms, 1):
        cells = [counts[room, other] for other in rooms]
        row = "".join(f"{count or '.':>5}" for count in cells)
        lines.append(f"{room:<{width}}{row}   {n}")
    return "\n".join(lines)
