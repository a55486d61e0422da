from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..base.bounds import bounded


@bounded
class AccountAdminTeam(models.Model):
    """Who of us does what for an account, or for all of a national account."""

    _name = "account.admin.team"
    _description = "Our Person for an Account"
    _inherit = ["account.admin.company.mixin", "account.admin.dated.mixin"]
    _order = "partner_id, national_account_id, function, date_start desc, id"
    _rec_name = "user_id"
    _moved_by = ("partner_id", "national_account_id")

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        index="btree_not_null",
        ondelete="cascade",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="Does it for this account.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        index="btree_not_null",
        ondelete="cascade",
        help="Does it for all that is below, where nobody else is named.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
        help="Who of us it is.",
    )
    function = fields.Selection(
        selection=lambda self: self._get_functions(),
        required=True,
        help="What they do for the account.",
    )
    date_start = fields.Date(string="From", help="First day; always when empty.")
    date_end = fields.Date(string="Until", help="Last day; for good when empty.")

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "Nobody stops doing something before they begin: correct one of the two days.",
    )
    _one_place = models.Constraint(
        "CHECK(num_nonnulls(partner_id, national_account_id) = 1)",
        "Name the account or the national account that it is for, not both.",
    )

    @api.model
    def _get_functions(self):
        return [
            ("deputy", self.env._("Deputy")),
            ("sales_inside", self.env._("Sales, Inside")),
            ("sales_outside", self.env._("Sales, Outside")),
            ("billing", self.env._("Billing")),
            ("legal", self.env._("Legal")),
            ("marketing", self.env._("Marketing")),
            ("risk", self.env._("Risk")),
            ("service", self.env._("Service")),
        ]

    @api.constrains(
        "partner_id", "national_account_id", "function", "date_start", "date_end"
    )
    def _check_one_at_a_time(self):
        # sudo: who does it counts whoever may see it
        others = self.sudo().search(
            Domain("partner_id", "in", self.partner_id.ids)
            | Domain("national_account_id", "in", self.national_account_id.ids)
        )
        by_place = others.grouped(
            lambda one: (one.partner_id, one.national_account_id, one.function)
        )
        for one in self:
            place = (one.partner_id, one.national_account_id, one.function)
            for other in by_place.get(place, others.browse()) - one:
                if one._overlaps(other):
                    labels = dict(self._get_functions())
                    raise ValidationError(
                        self.env._(
                            "%(user)s is %(function)s of %(account)s on some of these"
                            " days already: end that first.",
                            user=other.user_id.name,
                            function=labels[one.function],
                            account=(
                                one.partner_id or one.national_account_id
                            ).display_name,
                        )
                    )

    @api.model
    def _get_teams(self, company, accounts, day):
        """Who of us does what for accounts on a day.

        Whoever is named for the account, else for the nearest of its national account;
        its administrator does what is nobody's: the function ``False``.

        :param accounts: commercial partners
        :return: dict commercial partner id -> dict function -> ``res.users``
        """
        lines = self.env["national.account"]._get_lines(company, day, accounts.ids)
        nationals = {one for line in lines.values() for one in line.ids}
        # sudo: who does what is for everybody who sees the account
        found = self.sudo().search(
            self._get_covering_domain(day)
            & (
                Domain("partner_id", "in", accounts.ids)
                | Domain("national_account_id", "in", list(nationals))
            )
            & Domain("user_id.active", "=", True)
        )
        by_place = found.grouped(
            lambda one: (one.partner_id.id, one.national_account_id.id)
        )
        users = self.env["res.users"].sudo()
        own = self.env["res.partner"].sudo()
        own = own._collections_get_responsible(company, accounts.ids)
        result = defaultdict(dict)
        for account in accounts.ids:
            line = [one.id for one in lines.get(account, ())]
            # the farthest first: what is nearer is written over it
            places = [*((False, one) for one in reversed(line)), (account, False)]
            for place in places:
                for one in by_place.get(place, ()):
                    result[account][one.function] = one.user_id
            result[account][False] = users.browse(own[account] or ())
        return result
