"""What the screens of an account show: its structure with figures, on any day."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.money import ZERO

#: Members that are listed at once, and parts that a drawing has room for.
LISTED, DRAWN = 100, 150
#: Figures of each row of the structure.
SHOWN = ("sales", "amount_open", "amount_overdue")


class AccountAdminOverview(models.AbstractModel):
    _name = "account.admin.overview"
    _description = "Structure of a National Account"

    @api.model
    def get_structure(self, res_id, day=None, offset=0):
        """A national account with its parts and members, and their figures on a day.

        :param int res_id: of the national account
        :param str day: today if none
        :param int offset: members that were listed already
        :return: dict with ``day``, ``rows`` (the account itself, its parts, its
            members), and ``more``: members that are not listed yet
        :raise UserError: for a day that is none
        """
        national, day = self._check(res_id, day)
        company = self.env.company
        parts = self._find_parts(national, day)
        accounts = self._find_members(national, day)
        listed = accounts[offset : offset + LISTED]
        figures = national._get_figures(company, day, national | parts)
        own = national._get_account_figures(company, day, listed.ids)
        levels = self._find_levels(company, listed, national | parts)
        kinds = dict(national._fields["kind"]._description_selection(self.env))
        rows = [
            self._make_row(node, kinds[node.kind], figures[node.id], levels)
            for node in (national | parts if not offset else parts.browse())
        ]
        roles = dict(
            self.env["national.account.member"]
            ._fields["role"]
            ._description_selection(self.env)
        )
        for account in listed:
            role = (
                self.env._("Head Office")
                if account == national.partner_id
                else roles["billed"]
            )
            rows.append(self._make_row(account, role, own[account.id], levels))
        return {
            "day": fields.Date.to_string(day),
            "rows": rows,
            "more": max(0, len(accounts) - offset - len(listed)),
        }

    @api.model
    def get_drawing(self, res_id, day=None):
        """The tree below a national account, each part with its figures.

        :return: dict with ``nodes``: rows as of :meth:`get_structure` with ``parent``
            and ``members``, and ``more``: parts that the drawing has no room for
        """
        national, day = self._check(res_id, day)
        company = self.env.company
        nodes = national._get_below(day)
        drawn = nodes._filtered_access("read")[:DRAWN] | national
        figures = national._get_figures(company, day, drawn)
        members = drawn._get_members(company, day)
        levels = self._find_levels(company, self.env["res.partner"], drawn)
        kinds = dict(national._fields["kind"]._description_selection(self.env))
        parents = self._find_parents(drawn, day)
        return {
            "nodes": [
                {
                    **self._make_row(node, kinds[node.kind], figures[node.id], levels),
                    "parent": node != national and parents.get(node.id, False),
                    "members": len(members[node.id]),
                }
                for node in drawn
            ],
            "more": len(nodes) - len(drawn),
        }

    @api.model
    def _check(self, res_id, day):
        """The national account, if the user may read it, and the day."""
        national = self.env["national.account"].browse(res_id)
        national.check_access("read")
        try:
            day = fields.Date.to_date(day)
        except ValueError as error:
            raise UserError(self.env._("“%s” is no day.", day)) from error
        return national, day or self.env.company._collections_today()

    @api.model
    def _find_parts(self, national, day):
        """What is directly below and may be read, by name."""
        parts = national.part_ids.filtered(lambda place: place._covers(day))
        found = parts.national_account_id._filtered_access("read")
        return found.sorted(lambda node: (node.name, node.id))

    @api.model
    def _find_parents(self, nodes, day):
        places = self.env["national.account.position"].search(
            [("national_account_id", "in", nodes.ids)]
        )
        return {
            place.national_account_id.id: place.parent_id.id
            for place in places
            if place._covers(day)
        }

    @api.model
    def _find_members(self, national, day):
        """Accounts directly in it on a day, the head office first, by name."""
        rows = national.member_ids.filtered(
            lambda row: row.role == "billed" and row._covers(day)
        )
        found = rows.partner_id - national.partner_id
        return national.partner_id | found.sorted(lambda one: (one.name or "", one.id))

    @api.model
    def _find_levels(self, company, accounts, nationals):
        """How each stands today: dict record -> (level, reasons)."""
        # sudo: how an account stands is the same for whoever may see it
        standings = self.env["collections.standing"].sudo()
        below = nationals._get_members(company, company._collections_today())
        ids = list({*accounts.ids, *(one for ids in below.values() for one in ids)})
        found = standings._find(company, ids) if ids else {}
        groups = standings._find_nationals(company, found, nationals)
        return {
            **{account: found.get(account.id) for account in accounts},
            **{national: groups.get(national.id) for national in nationals},
        }

    @api.model
    def _make_row(self, record, role, figures, levels):
        currency = self.env.company.currency_id
        standing = levels.get(record)
        return {
            "key": f"{record._name},{record.id}",
            "model": record._name,
            "id": record.id,
            "name": record.display_name,
            "role": role,
            "level": standing.level if standing else "good",
            "reasons": "\n".join(standing.reasons) if standing else "",
            "is_part": record._name == "national.account",
            **{name: currency.format(float(figures.get(name, ZERO))) for name in SHOWN},
            "is_overdue": figures.get("amount_overdue", ZERO) > 0,
        }
