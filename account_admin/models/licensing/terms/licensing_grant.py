from dataclasses import replace

from odoo import api, fields, models

from ....engine import royalty


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
                scope=scope,
                licensee=row.contract_id.partner_id.id,
                exclusive=row.exclusive,
                sell_off_last=row._get_sell_off_last(known_at),
                amendment=row.amendment_id.id or None,
            )
            for row in self
            if (scope := row._get_granted_scope(trees, known_at))
        )

    def _get_granted_days(self, known_at=None):
        """First and last day of a grant within the term of its contract.

        :return: (first day, last day), in the wrong order when no day is left, as when
            the contract ended before the grant began
        """
        first, last = self.contract_id._get_duration(known_at)
        return max(first, self.date_start or first), min(
            last, self._get_last(known_at) or last
        )

    def _get_granted_scope(self, trees, known_at):
        """The scope of a grant, ``None`` without a day."""
        first, last = self._get_granted_days(known_at)
        if last < first:
            return None
        scope = self._get_scope(trees, known_at)
        return replace(scope, first=first, last=last)

    def _get_sell_off_last(self, known_at):
        return self.contract_id._get_sell_off_last(known_at) if self.sells_off else None

    @api.model
    def _find_conflicts(self, grants, known_at=None):
        """Exclusive grants of any contract in force that some grants run into.

        :param grants: ``licensing.grant`` of one company
        :return: list of (grant, the other one, ``royalty.Overlap``)
        """
        trees = self.env["licensing.contract"]._read_trees()
        # sudo: a conflict is one whoever may see the other contract
        mine = grants.sudo()
        others = mine.search(mine._get_rivals_domain(trees["licensing.property"]))
        found = []
        ids = set(mine.ids)
        for overlap in royalty.find_overlaps(
            (mine | others)._to_engine(trees, known_at), of=ids
        ):
            pair = (overlap.grant, overlap.other)
            first, second = pair if pair[0] in ids else reversed(pair)
            found.append((self.browse(first), self.browse(second), overlap))
        return found

    def _get_rivals_domain(self, below):
        """Grants in force that some grants might run into; not all of them do.

        :param dict below: property id -> ids of those below it, itself included
        """
        domain = [
            ("company_id", "in", self.company_id.ids),
            ("contract_id.state", "in", ("approved", "active", "sell_off")),
            ("is_proposed", "=", False),
            ("id", "not in", self.ids),
        ]
        if not any(self.mapped("exclusive")):
            domain.append(("exclusive", "=", True))
        if all(grant.property_ids for grant in self):
            named = set(self.property_ids.ids)
            near = {node for node, ids in below.items() if ids & named}
            near = near.union(*(below.get(node, {node}) for node in named))
            domain += [
                "|",
                ("property_ids", "=", False),
                ("property_ids", "in", sorted(near)),
            ]
        return domain
