"""How accounts stand: good, watch or hold, with every reason, as last looked at."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.actions import open_window

LEVELS = [("good", "Good"), ("watch", "Watch"), ("hold", "Hold")]


class CollectionsStanding(models.Model):
    """Of an account, or of a national account as its worst member stands.

    Kept for the list: each screen that shows an account asks anew.
    """

    _name = "collections.standing"
    _description = "Standing of an Account"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "rank desc, since, id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The customer that stands so.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="The group that stands so: as the worst of its members.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    level = fields.Selection(
        selection=LEVELS,
        string="Standing",
        required=True,
        readonly=True,
        index=True,
        help="That counts: what somebody set, up to its last day, else the worst rule.",
    )
    computed_level = fields.Selection(
        selection=LEVELS,
        string="By the Rules",
        required=True,
        readonly=True,
        help="The worst rule that applies, whatever somebody set.",
    )
    rank = fields.Integer(
        readonly=True, aggregator=None, help="For the order: the worst first."
    )
    reasons = fields.Text(
        readonly=True, help="Every rule that applies, the worst first."
    )
    since = fields.Date(readonly=True, help="The day on which the standing changed.")
    date = fields.Date(
        string="As Of", readonly=True, help="The day it was last looked at."
    )
    override_id = fields.Many2one(
        comodel_name="collections.standing.override",
        string="Set By Hand",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What somebody set instead of the rules, and until when.",
    )

    _of_one = models.Constraint(
        "CHECK((partner_id IS NULL) <> (national_account_id IS NULL))",
        "A standing is of an account or of a national account.",
    )
    _once = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(national_account_id, 0))",
        "An account stands in one way.",
    )

    @api.depends("partner_id", "national_account_id", "level")
    def _compute_display_name(self):
        levels = dict(self._fields["level"]._description_selection(self.env))
        for standing in self:
            whose = standing.partner_id or standing.national_account_id
            standing.display_name = self.env._(
                "%(account)s: %(level)s",
                account=whose.display_name or "",
                level=levels.get(standing.level, ""),
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(
                self.env._("Standings follow the rules: change a rule, or set one.")
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def action_open(self):
        """The list, after each account of the company was looked at anew."""
        self.check_access("read")
        for company in self.env.companies:
            # sudo: how an account stands is written by the product for all who read it
            self.sudo()._refresh(company)
        return open_window(self.env, "collections_standing_action")

    def action_view_account(self):
        """The account or national account."""
        self.ensure_one()
        return (self.partner_id or self.national_account_id)._get_records_action()

    def action_set(self):
        """The form of a standing that somebody sets instead of the rules."""
        self.ensure_one()
        return self.env["collections.standing.override"]._get_form(
            self.partner_id or self.national_account_id, self.company_id
        )
