from odoo import api, fields, models

from ...engine import royalty


class LicensingGrant(models.Model):
    """What the licensee may make, with which mark, where and through which channel."""

    _name = "licensing.grant"
    _description = "Licence Grant"
    _inherit = ["licensing.term.mixin"]

    exclusive = fields.Boolean(
        help="Nobody else may be granted the same while it lasts.",
    )
    sells_off = fields.Boolean(
        string="Sell-off",
        default=True,
        help="What is made within the term may be sold in the contract's sell-off"
        " period after it.",
    )
    override_reason = fields.Char(
        string="Overlap Allowed Because",
        help="Why this grant may overlap an exclusive one; it is approved in spite of"
        " that.",
    )

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :param trees: as from ``licensing.contract._read_trees``
        :return: tuple of ``royalty.Grant``
        """
        return tuple(
            royalty.Grant(
                id=row.id,
                scope=row._get_granted_scope(trees, known_at),
                licensee=row.contract_id.partner_id.id,
                exclusive=row.exclusive,
                sell_off_last=row._get_sell_off_last(known_at),
                amendment=row.amendment_id.id or None,
            )
            for row in self
        )

    def _get_granted_scope(self, trees, known_at):
        """The scope of a grant: within the term of its contract."""
        scope, contract = self._get_scope(trees, known_at), self.contract_id
        first, last = contract._get_term(known_at)
        return royalty.Scope(
            **{
                **{name: getattr(scope, name) for _n, name in royalty.DIMENSIONS},
                "first": max(filter(None, (scope.first, first)), default=None),
                "last": min(filter(None, (scope.last, last)), default=None),
            }
        )

    def _get_sell_off_last(self, known_at):
        return self.contract_id._get_sell_off_last(known_at) if self.sells_off else None

    @api.model
    def _find_conflicts(self, grants, known_at=None):
        """Exclusive grants of any contract in force that some grants run into.

        :param grants: ``licensing.grant`` of one company
        :return: list of (grant, the other one, ``royalty.Overlap``)
        """
        # sudo: a conflict is one whoever may see the other contract
        others = self.sudo().search(
            [
                ("company_id", "=", grants.company_id.id),
                ("contract_id.state", "in", ("approved", "active", "sell_off")),
                ("is_proposed", "=", False),
                ("id", "not in", grants.ids),
            ]
        )
        both = grants.sudo() | others
        trees = self.env["licensing.contract"]._read_trees()
        mine = set(grants.ids)
        found = []
        for overlap in royalty.find_overlaps(both._to_engine(trees, known_at)):
            pair = (overlap.grant, overlap.other)
            if mine & set(pair):
                first, second = pair if pair[0] in mine else reversed(pair)
                found.append((self.browse(first), self.browse(second), overlap))
        return found
