"""What approved contracts name by itself does not change under them.

A licence that names Europe covers what Europe was when it was approved. Whoever may
change the group, the tree or the payment term is told which contracts rely on it; their
terms change by an amendment only.
"""

from odoo import api, models
from odoo.exceptions import UserError

from ...base.account_admin_evidence import differs
from .contract_states import OPEN
from .licensing_amendment import TERMS

#: What of a product decides on its rate.
RATED_BY = ("property_id", "category_id", "partner_id")


def find_contracts(env, name, ids):
    """Approved contracts of which a row names some records.

    :param str name: a field of :class:`licensing.term.mixin`
    :return: ``licensing.contract``
    """
    # sudo: who changes a tree or group need not see the contracts that rely on it
    contracts = env["licensing.contract"].sudo().with_context(active_test=False)
    if not ids:
        return contracts.browse()
    for model in TERMS:
        rows = env[model].sudo().with_context(active_test=False)
        contracts |= rows.search(
            [(name, "in", list(ids)), ("contract_id.state", "not in", OPEN)]
        ).contract_id
    return contracts


def refuse(record, contracts):
    """:raise UserError: where approved contracts rely on a record, naming them"""
    if contracts:
        raise UserError(
            record.env._(
                "%(record)s (%(kind)s) is part of approved contracts: %(contracts)s."
                " Make another one, and amend the contracts that are to follow it.",
                record=record.display_name,
                kind=record._description,
                contracts=", ".join(contracts[:5].mapped("name")),
            )
        )


class LicensingTreeMixin(models.AbstractModel):
    """Moving a branch moves what contracts about its old and new place cover."""

    _inherit = "licensing.tree.mixin"

    def write(self, vals):
        if "parent_id" in vals:
            new = self.browse(vals["parent_id"] or [])
            for node in self.filtered(lambda node: node.parent_id != new):
                moved = node._get_above(node.parent_id) ^ node._get_above(new)
                refuse(node, find_contracts(self.env, self._term_field, moved))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for node in self:
            refuse(node, find_contracts(self.env, self._term_field, node.ids))

    @api.model
    def _get_above(self, node):
        """Ids of a node and all above it."""
        # sudo: the tree decides on money and must not depend on who looks
        path = node.sudo().parent_path or ""
        return {int(number) for number in path.split("/") if number}


class LicensingProperty(models.Model):
    _inherit = "licensing.property"
    _term_field = "property_ids"


class LicensingCategory(models.Model):
    _inherit = "licensing.category"
    _term_field = "category_ids"


class LicensingChannel(models.Model):
    _inherit = "licensing.channel"
    _term_field = "channel_ids"


class LicensingProduct(models.Model):
    """A product that was reported and approved stays what it is rated by."""

    _inherit = "licensing.product"

    def write(self, vals):
        for product in self:
            if "component_ids" in vals or differs(product, vals, RATED_BY):
                refuse(product, product._find_reports())
        return super().write(vals)

    def _find_reports(self):
        """Contracts with approved reports of a product."""
        return self.env["licensing.contract"]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for product in self:
            refuse(product, find_contracts(self.env, "product_ids", product.ids))


class LicensingProductComponent(models.Model):
    _inherit = "licensing.product.component"

    @api.model_create_multi
    def create(self, vals_list):
        components = super().create(vals_list)
        components._check_not_reported()
        return components

    def write(self, vals):
        self._check_not_reported()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _check_not_reported(self):
        for bundle in self.bundle_id:
            refuse(bundle, bundle._find_reports())


class ResCountryGroup(models.Model):
    _inherit = "res.country.group"

    def write(self, vals):
        if "country_ids" not in vals:
            return super().write(vals)
        before = {group: group.country_ids for group in self}
        result = super().write(vals)
        for group in self.filtered(lambda group: group.country_ids != before[group]):
            refuse(group, find_contracts(self.env, "territory_ids", group.ids))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for group in self:
            refuse(group, find_contracts(self.env, "territory_ids", group.ids))


class ResCountry(models.Model):
    _inherit = "res.country"

    @api.model_create_multi
    def create(self, vals_list):
        countries = super().create(vals_list)
        for group in countries.country_group_ids:
            refuse(group, find_contracts(self.env, "territory_ids", group.ids))
        return countries

    def write(self, vals):
        """The same group has another side: its countries name it."""
        if "country_group_ids" not in vals:
            return super().write(vals)
        before = {country: country.country_group_ids for country in self}
        result = super().write(vals)
        for country in self:
            for group in (country.country_group_ids - before[country]) | (
                before[country] - country.country_group_ids
            ):
                refuse(group, find_contracts(self.env, "territory_ids", group.ids))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        for country in self:
            refuse(country, find_contracts(self.env, "country_ids", country.ids))


class AccountPaymentTerm(models.Model):
    """When royalties are due is agreed: the term that says it stands."""

    _inherit = "account.payment.term"

    def write(self, vals):
        names = {"line_ids", "early_discount", "discount_days", "discount_percentage"}
        if names.intersection(vals):
            self._check_not_agreed()
        return super().write(vals)

    def _check_not_agreed(self):
        # sudo: an accountant need not see the contracts that rely on the term
        contracts = self.env["licensing.contract"].sudo()
        for payment_term in self:
            refuse(
                payment_term,
                contracts.search(
                    [
                        ("payment_term_id", "=", payment_term.id),
                        ("state", "not in", OPEN),
                    ]
                ),
            )


class AccountPaymentTermLine(models.Model):
    _inherit = "account.payment.term.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.payment_id._check_not_agreed()
        return lines

    def write(self, vals):
        self.payment_id._check_not_agreed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.payment_id._check_not_agreed()
