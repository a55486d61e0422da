"""Forms that Odoo 19 still takes or took before, and that Odoo 20 does not have.

Read off the add-ons' files: Python, XML, CSV, JavaScript and JSON. What cannot be
written for both is in ``HOME``, and what reads the states of payments in ``STATES``.
"""

import ast
import csv
import re
from pathlib import Path

from lxml import etree

#: The files that may use old forms; migrations may too, for they name what was.
HOME = "models/base/next_odoo.py"
STATES = "models/ledger/payment_states.py"
#: What any text may hold: pattern -> what to write instead.
TEXTS = {
    r"\bpayment_state\b": "ask payment_states",
    r"\bstate\s*(?:=|!=|<>|(?:NOT )?IN)\s*\(?[^;()]*'in_process'": "ask payment_states",
    r"\bt-esc\b|\bt-raw\b": "t-out",
    r"\bresource_calendar_id\b|\bresource\.calendar\b": "_collections_today",
    r"\bread_group\b|\breadGroup\b": "_read_group or formatted_read_group",
    r"\bgroups_id\b": "group_ids",
    r"\bkanban-box\b": 't-name="card"',
}
_ANY_TEXT = re.compile("|".join(TEXTS), re.DOTALL)
#: Names of Python that are gone or are about to: name -> what to write instead.
NAMES = {
    "_cr": "env.cr",
    "_uid": "env.uid",
    "_context": "env.context",
    "_sql_constraints": "models.Constraint",
    "_notify_progress": "_commit_progress",
    "_filter_access_rules": "_filtered_access",
    "_filter_access_rules_python": "_filtered_access",
    "_check_recursion": "_has_cycle",
    "_check_m2m_recursion": "_has_cycle",
    "check_access_rights": "check_access",
    "check_access_rule": "check_access",
    "name_get": "_compute_display_name",
    "toggle_active": "action_archive, action_unarchive",
    "user_has_groups": "has_group",
    "ormcache_context": "ormcache",
    "get_param": "a setting of the company",
    "set_param": "a setting of the company",
}
#: Those of them that are a variable's name as well.
_OF_RECORDS = {"_cr", "_uid", "_context"}
#: Arguments likewise.
ARGUMENTS = {
    "group_operator": "aggregator",
    "config_parameter": "a setting of the company",
    "skiparg": "ormcache by names",
}
#: Attributes of views likewise, for elements of any name.
ATTRIBUTES = {"attrs": "invisible=", "states": "invisible=", "config_parameter": ""}
#: What a rule's domain may name, and call.
_KNOWN = {"user", "company_id", "company_ids", "time", "True", "False"}


def find_old(addon):
    """Every old form in an add-on: list of sentences with the place."""
    addon = Path(addon)
    readers = {
        ".py": read_python,
        ".xml": read_xml,
        ".csv": read_csv,
        ".js": read_text,
        ".json": read_text,
    }
    return [
        f"{path.relative_to(addon)}:{line}: {old}: {new}"
        for path in sorted(addon.rglob("*"))
        if path.suffix in readers and "migrations" not in path.parts
        for line, old, new in readers[path.suffix](path)
        if not is_at_home(path.relative_to(addon).as_posix(), old)
    ]


def is_at_home(place, old):
    """Whether a file may use a form."""
    return place == HOME or (place == STATES and old == "payment_state")


def read_text(path):
    """Yield (line, old form, new form) of a file that is no Python and no XML."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        yield from ((number, old, new) for old, new in find_in_text(line))
        if re.search(r"\bdatas\b", line):
            yield number, "datas", "raw"


def find_in_text(text):
    """Yield (old form, new form) of a text."""
    if not _ANY_TEXT.search(text):
        return
    for pattern, new in TEXTS.items():
        for found in re.finditer(pattern, text, re.DOTALL):
            yield found[0], new


def read_csv(path):
    """Yield old forms of a table: access that is given to nobody in particular."""
    yield from read_text(path)
    if path.name == "ir.model.access.csv":
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        for number, row in enumerate(rows, 2):
            if not (row.get("group_id:id") or row.get("group_id/id")):
                # Odoo 20 reads it as a limit for everybody
                yield number, "access without a group", "one group a line"


# ----------------------------------------------------------------------
# PYTHON
# ----------------------------------------------------------------------


def read_python(path):
    """Yield old forms of a module."""
    tree = ast.parse(path.read_text())
    parents = {}
    nodes = [tree]
    # in one walk: there are many
    for node in nodes:
        children = list(ast.iter_child_nodes(node))
        parents.update(dict.fromkeys(children, node))
        nodes += children
        for old, new in find_in_node(node, parents):
            yield node.lineno, old, new


def find_in_node(node, parents):
    """Yield (old form, new form) of one place in a tree."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from find_in_text(node.value)
        if node.value == "datas" and not is_export(parents[node]):
            yield "datas", "raw"
    elif isinstance(node, (ast.Attribute, ast.Name, ast.FunctionDef)):
        yield from find_in_name(node, parents)
    elif isinstance(node, ast.keyword):
        if node.arg == "datas":
            yield "datas", "raw"
        elif node.arg in ARGUMENTS:
            yield node.arg, ARGUMENTS[node.arg]
    elif isinstance(node, ast.Call):
        yield from find_in_route(node)
    elif isinstance(node, (ast.Compare, ast.Tuple)) and is_of_payment(node):
        yield "state of a payment", "ask payment_states"
    elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
        "odoo.osv"
    ):
        yield node.module, "odoo.fields.Domain"


def find_in_name(node, parents):
    """Yield (old form, new form) of a name that is used or made."""
    name = getattr(node, "attr", None) or getattr(node, "id", None)
    name = name or getattr(node, "name", None)
    if name in NAMES and not (isinstance(node, ast.Name) and name in _OF_RECORDS):
        yield name, NAMES[name]
    elif name == "datas" and isinstance(node, ast.Attribute):
        yield name, "raw"
    elif name == "b64decode" or (
        name == "b64encode" and not is_decoded(parents.get(node), parents)
    ):
        yield name, "next_odoo.from_binary, to_binary"
    else:
        yield from find_in_text(name)


def is_export(node):
    """Whether a text is the key of what ``export_data`` returns."""
    return (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Call)
        and getattr(node.value.func, "attr", "") == "export_data"
    )


def is_decoded(call, parents):
    """Whether base64 is made into text at once, as an address of a picture needs it."""
    parent = parents.get(call)
    return isinstance(parent, ast.Attribute) and parent.attr == "decode"


def find_in_route(node):
    """Yield (old form, new form) of a route's arguments."""
    if getattr(node.func, "attr", getattr(node.func, "id", "")) == "route":
        for keyword in node.keywords:
            value = getattr(keyword.value, "value", None)
            if keyword.arg == "readonly":
                yield "readonly= of a route", "**READS_ONLY of next_odoo"
            elif (keyword.arg, value) == ("type", "json"):
                yield 'type="json" of a route', "jsonrpc"


def is_of_payment(node):
    """Whether a comparison or a domain's leaf names a state that payments have."""
    if isinstance(node, ast.Compare):
        field, values = getattr(node.left, "attr", ""), node.comparators
    elif len(node.elts) == 3 and isinstance(node.elts[0], ast.Constant):
        field, values = str(node.elts[0].value).rpartition(".")[2], node.elts[2:]
    else:
        return False
    return field == "state" and any(
        isinstance(one, ast.Constant) and one.value == "in_process"
        for value in values
        for one in ast.walk(value)
    )


# ----------------------------------------------------------------------
# XML
# ----------------------------------------------------------------------


def read_xml(path):
    """Yield old forms of views, templates and data."""
    for node in etree.parse(path).iter(etree.Element):
        texts = [node.text, node.tail, *node.attrib, *node.attrib.values()]
        for text in texts:
            yield from (
                (node.sourceline, old, new) for old, new in find_in_text(text or "")
            )
        if any(re.search(r"\bdatas\b", text or "") for text in texts):
            yield node.sourceline, "datas", "raw"
        if node.tag == "tree":
            yield node.sourceline, "<tree>", "<list>"
        for name in set(node.attrib) & set(ATTRIBUTES):
            yield node.sourceline, f"{name}=", ATTRIBUTES[name]
        if node.get("name") == "view_mode" and "tree" in (node.text or ""):
            yield node.sourceline, "view_mode tree", "list"
        if node.get("model") == "ir.rule":
            yield from ((node.sourceline, *found) for found in find_in_rule(node))


def find_in_rule(record):
    """Yield (old form, new form) of a rule: several groups, a domain that computes."""
    values = {field.get("name"): field for field in record}
    groups = values.get("groups")
    if groups is not None and len(re.findall(r"\bref\(", groups.get("eval", ""))) > 1:
        yield "rule of several groups", "one group a rule"
    domain = values.get("domain_force")
    if domain is not None and not is_literal(domain.text or domain.get("eval") or "[]"):
        yield "domain that computes", "literals, user, company_ids and time"


def is_literal(text):
    """Whether a domain is made of literals and of what every rule knows."""
    tree = ast.parse(text.strip(), mode="eval")
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return isinstance(tree.body, ast.List) and (
        names <= _KNOWN and all(get_root(call) == "time" for call in calls)
    )


def get_root(node):
    """The name that a chain of attributes starts with."""
    while isinstance(node, (ast.Attribute, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return getattr(node, "id", None)
