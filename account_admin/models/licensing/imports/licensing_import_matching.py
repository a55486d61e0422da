"""What the texts of a report mean here: one lookup a kind, none a row."""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo.tools import SQL

from ....engine.report_file import normalise

#: Kind of value -> column of a report, in the order people look at them.
FIELDS = {
    "currency": "currency",
    "sale_type": "sale_type",
    "product": "sku",
    "property": "property",
    "category": "category",
    "territory": "territory",
    "channel": "channel",
}
#: Names of countries that no standard gives.
_COUNTRIES = {
    "uk": "GB",
    "great britain": "GB",
    "usa": "US",
    "u s a": "US",
    "u s": "US",
}
_SALE_TYPES = {
    "domestic": "domestic",
    "dom": "domestic",
    "landed": "domestic",
    "wholesale": "domestic",
    "fob": "fob",
    "f o b": "fob",
    "direct": "direct",
    "d2c": "direct",
    "dtc": "direct",
    "direct to consumer": "direct",
}


@dataclass(slots=True)
class Matched:
    """What texts of a report mean.

    :param ids: kind -> {text: id, or sale type}
    :param products: id -> (property id, category id) of the matched products
    :param unmatched: (kind, text), those of most rows first
    """

    ids: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    unmatched: list = field(default_factory=list)


class Matcher:
    """Matches the values of one report."""

    def __init__(self, record):
        self.env, self.profile = record.env, record.profile_id
        self.company, self.partner = record.company_id, record.partner_id
        self.get_key = record.env["licensing.alias"]._get_key

    def match(self, report):
        """:rtype: Matched"""
        matched = Matched()
        learnt = self._read_aliases()
        for kind, name in FIELDS.items():
            texts = report.distinct(name)
            known = getattr(self, f"_read_{kind}")(texts) if texts else {}
            known |= learnt[kind]
            found = matched.ids[kind] = {}
            for text, _count in texts.most_common():
                value = known.get(text) or known.get(self.get_key(kind, text))
                if value:
                    found[text] = value
                else:
                    matched.unmatched.append((kind, text))
        self._read_trees_of(matched)
        return matched

    def _read_aliases(self):
        """kind -> {key: id or sale type}, as the licensee's words were learnt."""
        learnt = defaultdict(dict)
        for alias in self.profile.alias_ids.filtered(lambda a: a.kind != "column"):
            target = alias._get_target()
            value = target if alias.kind == "sale_type" else target.id
            learnt[alias.kind][alias.key] = value
        return learnt

    def _read_product(self, _texts):
        """By SKU as it is written, else without regard to case and space."""
        products = (
            self.env["licensing.product"]
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("company_id", "=", self.company.id),
                    ("partner_id", "=", self.partner.id),
                ],
                ["sku"],
                order="active, id",
            )
        )
        loose = _unique((self.get_key("product", p.sku), p.id) for p in products)
        return loose | {product.sku: product.id for product in products}

    def _read_trees_of(self, matched):
        """Property and category of the matched products."""
        ids = set(matched.ids["product"].values())
        rows = self.env.execute_query(
            SQL(
                "SELECT id, property_id, category_id FROM licensing_product"
                " WHERE id = ANY(%s)",
                list(ids),
                to_flush=self.env["licensing.product"]._fields["property_id"],
            )
        )
        matched.products = {row[0]: row[1:] for row in rows}

    def _read_tree(self, model):
        """By code, name or whole name; one that several bear is none."""
        nodes = self.env[model].search_fetch(
            [
                "|",
                ("company_id", "=", False),
                ("company_id", "parent_of", self.company.id),
            ],
            ["name", "code", "complete_name"],
        )
        return _unique(
            (normalise(text), node.id)
            for node in nodes
            for text in {node.code, node.name, node.complete_name}
            if text
        )

    def _read_property(self, _texts):
        return self._read_tree("licensing.property")

    def _read_category(self, _texts):
        return self._read_tree("licensing.category")

    def _read_channel(self, _texts):
        return self._read_tree("licensing.channel")

    def _read_territory(self, _texts):
        """By code, or name in any installed language."""
        model = self.env["res.country"]
        model.flush_model(["name", "code"])
        rows = self.env.execute_query(SQL("SELECT id, code, name FROM res_country"))
        codes = {code: number for number, code, _names in rows if code}
        names = _unique(
            (normalise(text), number)
            for number, code, names in rows
            for text in {code, *names.values()}
            if text
        )
        more = {text: codes[code] for text, code in _COUNTRIES.items() if code in codes}
        return names | more

    def _read_currency(self, _texts):
        """By code, name, or a sign that only one of the active ones has."""
        currencies = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search_fetch([], ["name", "full_name", "symbol", "active"])
        )
        names = _unique(
            (self.get_key("currency", text), currency.id)
            for currency in currencies
            for text in {currency.name, currency.full_name}
            if text
        )
        signs = _unique(
            (self.get_key("currency", currency.symbol), currency.id)
            for currency in currencies
            if currency.active and currency.symbol
        )
        return signs | names

    def _read_sale_type(self, _texts):
        """By name in any installed language, as templates of that language say it."""
        field, known = self.env["licensing.statement.line"]._fields["sale_type"], {}
        for code, _name in self.env["res.lang"].get_installed():
            labels = field._description_selection(self.env(context={"lang": code}))
            known |= {normalise(label): value for value, label in labels}
        return _SALE_TYPES | known


def _unique(pairs):
    """Key -> value, for keys that have one value only."""
    found, twice = {}, set()
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            twice.add(key)
    return {key: value for key, value in found.items() if key not in twice}
