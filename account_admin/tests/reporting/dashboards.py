"""Reading the dashboards' files: what they ask of which model, and how."""

import json
import re

from odoo.tools import file_open
from odoo.tools.safe_eval import safe_eval

FILES = {
    "dashboard_receivables": "receivables_dashboard.json",
    "dashboard_collections": "collections_dashboard.json",
    "dashboard_licensing": "licensing_dashboard.json",
}
#: Those for who works on receivables.
OF_RECEIVABLES = ("dashboard_receivables", "dashboard_collections")


def load(name):
    """A dashboard as its file has it, by the name of its record."""
    with file_open(f"account_admin/data/files/{FILES[name]}") as file:
        return json.load(file)


def sources(book):
    """Every pivot, list and chart of a dashboard.

    :return: list of dicts with ``name``, ``kind``, ``model``, ``domain``, ``context``,
        ``groupby``, ``aggregates``, ``fields`` (of lists), ``order``, ``matching`` and
        ``action``
    """
    return [
        *map(_read_pivot, book["pivots"].values()),
        *map(_read_list, book["lists"].values()),
        *(
            _read_chart(figure["data"])
            for figure in figures(book)
            if figure["data"]["type"].startswith("odoo_")
        ),
    ]


def figures(book):
    return [figure for sheet in book["sheets"] for figure in sheet["figures"]]


def cells(book):
    """Contents of every cell: dict ``"Data!B1"`` -> text."""
    return {
        f"{sheet['name']}!{place}": text
        for sheet in book["sheets"]
        for place, text in sheet["cells"].items()
    }


def read(source, env, domain=()):
    """What a source shows to a user, asked as the browser asks.

    :param domain: of the filters
    :return: list of dicts
    """
    model = env[source["model"]].with_context(**source["context"])
    own = source["domain"]
    if isinstance(own, str):
        own = safe_eval(own, {"uid": env.uid})
    domain = [*own, *domain]
    if source["kind"] == "list":
        return model.search_read(
            domain, source["fields"], limit=10, order=source["order"]
        )
    aggregates = source["aggregates"]
    if source["kind"] == "chart":
        aggregates = _complete(model, *aggregates)
    return model.formatted_read_group(domain, source["groupby"], aggregates)


def _complete(model, measure):
    """What the browser asks for to draw a measure."""
    if measure == "__count":
        return [measure]
    field = model.fields_get([measure])[measure]
    money = []
    if field["type"] == "monetary":
        money = [f"{field['currency_field']}:array_agg_distinct"]
        money.append(f"{measure}:sum_currency")
    return [*money, f"{measure}:{field['aggregator']}"]


def formulas(text):
    """Calls of the spreadsheet functions of a cell: list of (function, arguments)."""
    return [
        (name, [part.strip().strip('"') for part in arguments.split(",")])
        for name, arguments in re.findall(
            r"(PIVOT\.VALUE|PIVOT|ODOO\.LIST)\(([^()]*)\)", text
        )
    ]


def _read_pivot(pivot):
    return {
        "name": f"pivot {pivot['id']}",
        "kind": "pivot",
        "model": pivot["model"],
        "domain": pivot["domain"],
        "context": pivot["context"],
        "groupby": [group["fieldName"] for group in pivot["rows"] + pivot["columns"]],
        "aggregates": [measure["id"] for measure in pivot["measures"]],
        "fields": [],
        "order": None,
        "matching": pivot["fieldMatching"],
        "action": pivot["actionXmlId"],
    }


def _read_list(found):
    return {
        "name": f"list {found['id']}",
        "kind": "list",
        "model": found["model"],
        "domain": found["domain"],
        "context": found["context"],
        "groupby": [],
        "aggregates": [],
        "fields": found["columns"],
        "order": ", ".join(
            f"{order['name']} {'asc' if order['asc'] else 'desc'}"
            for order in found["orderBy"]
        ),
        "matching": found["fieldMatching"],
        "action": found["actionXmlId"],
    }


def _read_chart(chart):
    return {
        "name": chart["chartId"],
        "kind": "chart",
        "model": chart["metaData"]["resModel"],
        "domain": chart["searchParams"]["domain"],
        "context": chart["searchParams"]["context"],
        "groupby": chart["metaData"]["groupBy"],
        "aggregates": [chart["metaData"]["measure"]],
        "fields": [],
        "order": None,
        "matching": chart["fieldMatching"],
        "action": chart["actionXmlId"],
    }
