from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine.periods import subtract
from ...engine.tree import BILLED
from ..base.bounds import bounded


@bounded
class NationalAccountMember(models.Model):
    _name = "national.account.member"
    _description = "Member of a National Account"
    _inherit = ["account.admin.company.mixin", "account.admin.place.mixin"]
    _item_name, _node_name = "partner_id", "national_account_id"
    _order = "national_account_id, date_start, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    national_account_id = fields.Many2one(
        comodel_name="national.account",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="national_account_id.company_id", store=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Member",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        domain=[("parent_id", "=", False)],
        help="A company, not one of its contacts. It is a member of one national"
        " account at a time.",
    )
    role = fields.Selection(
        selection=[
            (BILLED, "Billed"),
            ("ship_to", "Ship-To"),
            ("buying_group", "Buying Group Member"),
            ("licensee", "Licensee"),
            ("franchisee", "Franchisee"),
        ],
        default=BILLED,
        required=True,
        help="Where it is billed it counts: its figures are added up and it is chased"
        " there. The other roles are for people to know. It has one place at a time in"
        " each role.",
    )
    legal_form = fields.Selection(
        selection=[("subsidiary", "Subsidiary"), ("branch", "Branch")],
        help="What it is to the group by law; for people to know.",
    )
    date_start = fields.Date(
        string="From",
        help="First day of the membership; empty when it has always been so.",
    )
    date_end = fields.Date(
        string="Until",
        help="Last day of the membership. Figures of earlier days stay as they were.",
    )
    is_head = fields.Boolean(compute="_compute_is_head", search="_search_is_head")

    _dates_in_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A membership cannot end before it starts.",
    )

    @api.depends("partner_id", "national_account_id.partner_id")
    def _compute_is_head(self):
        for member in self:
            member.is_head = member.partner_id == member.national_account_id.partner_id

    def _search_is_head(self, operator, value):
        if operator != "in":
            return NotImplemented
        heads = self.search_fetch([], ["partner_id", "national_account_id"]).filtered(
            "is_head"
        )
        return [("id", "in" if True in value else "not in", heads.ids)]

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for member in self:
            company = member.partner_id.commercial_partner_id
            if member.partner_id != company:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: make the company the"
                        " member.",
                        contact=member.partner_id.display_name,
                        company=company.display_name,
                    )
                )

    @api.constrains(
        "partner_id", "national_account_id", "date_start", "date_end", "role"
    )
    def _check_one_account_at_a_time(self):
        # sudo: a membership counts whoever may see it
        others = self.sudo().search([("partner_id", "in", self.partner_id.ids)])
        by_partner = others.grouped("partner_id")
        for member in self:
            for other in by_partner.get(member.partner_id, others.browse()) - member:
                if member.role == other.role and member._overlaps(other):
                    raise ValidationError(
                        self.env._(
                            "%(partner)s is already a member of %(account)s in this"
                            " period, in the same role: end that membership first.",
                            partner=member.partner_id.display_name,
                            account=other.national_account_id.display_name,
                        )
                    )

    @api.constrains("partner_id", "national_account_id", "role")
    def _check_not_head_elsewhere(self):
        accounts = self.env["national.account"]
        accounts._check_no_cycle(
            accounts.search(
                [("partner_id", "in", self.partner_id.ids), ("date_end", "=", False)]
            ).partner_id
        )

    # ------------------------------------------------------------------
    # CASES
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_partners(vals_list)
        members = super().create(vals_list)
        members.national_account_id._bring_under_control(members.partner_id)
        members._touch_cases()
        self.env["account.admin.absence"]._forget_cover()
        return members

    def write(self, vals):
        self._check_own_partners([vals])
        self._touch_cases()
        result = super().write(vals)
        if vals.get("partner_id"):
            self.national_account_id._bring_under_control(self.partner_id)
        self._touch_cases()
        self.env["account.admin.absence"]._forget_cover()
        return result

    def unlink(self):
        self._touch_cases()
        result = super().unlink()
        self.env["account.admin.absence"]._forget_cover()
        return result

    @api.model
    def _check_own_partners(self, vals_list):
        """Refuse to draw an account in that somebody else looks after.

        Before it is done: once it is a member it is the national account's.
        """
        partners = {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
        self.env["res.partner"].browse(partners)._collections_check_kept()

    def _touch_cases(self):
        """Cases go at once where the members are chased now."""
        partners = self.partner_id | self.national_account_id.partner_id
        partners._collections_touch()

    def _get_role(self):
        return self.role

    def _from_row(self, row):
        return {**super()._from_row(row), "role": row.role}

    # ------------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------------

    @api.model
    def _merge_partners(self, sources, target):
        """Memberships of accounts that become one: those of the one that stays count.

        Of the others what does not overlap is kept. A head office is a member nowhere
        else from today on.
        """
        mine = self.search([("partner_id", "=", target.id)])
        kept = defaultdict(list)
        for member in mine:
            kept[member.role].append((member.date_start, member.date_end))
        for member in self.search([("partner_id", "in", sources.ids)]):
            period = (member.date_start or None, member.date_end or None)
            pieces = subtract(period, kept[member.role])
            kept[member.role] += pieces
            if not pieces:
                member.unlink()
                continue
            rows = [member, *(member.copy() for _piece in pieces[1:])]
            # one write a piece: each has its own days, and there are one or two
            for row, (start, end) in zip(rows, pieces, strict=True):
                row.write({"date_start": start, "date_end": end})
        self._end_of_heads(sources | target)

    @api.model
    def _end_of_heads(self, partners):
        """End memberships of accounts that head another national account themselves."""
        headed = self.env["national.account"].search(
            [("partner_id", "in", partners.ids)]
        )
        if not headed:
            return
        members = self.search(
            [
                ("partner_id", "in", partners.ids),
                ("role", "=", BILLED),
                ("national_account_id", "not in", headed.ids),
            ]
        )
        for member in members:
            company = member.company_id or self.env.company
            today = company._collections_today()
            if member.date_start and member.date_start >= today:
                member.unlink()
            elif not member.date_end or member.date_end >= today:
                member.date_end = today - timedelta(days=1)
