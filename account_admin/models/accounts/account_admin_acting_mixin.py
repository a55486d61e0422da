from odoo import api, fields, models
from odoo.tools import format_date


class AccountAdminActingMixin(models.AbstractModel):
    """A record that says who acts on it while its person is away."""

    _name = "account.admin.acting.mixin"
    _description = "Record That Somebody Acts On"
    _inherit = ["account.admin.cover.mixin"]

    acting_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Acting Today",
        compute="_compute_acting_user_id",
        help="The responsible person, or whoever stands in for them today.",
    )
    away_note = fields.Char(
        string="Away",
        compute="_compute_acting_user_id",
        help="Until when the responsible person is away, and who acts meanwhile.",
    )

    @api.depends("user_id", "partner_id", "company_id")
    def _compute_acting_user_id(self):
        absences = self.env["account.admin.absence"]
        self.away_note = False
        for record in self:
            record.acting_user_id = record.user_id
        for company, records in self.grouped("company_id").items():
            if not company:
                continue
            day = company._collections_today()
            cover = absences._get_cover(company.id, day)
            away = records.filtered(lambda r, c=cover: r.user_id.id in c.absences)
            if not away:
                continue
            accounts = away.partner_id.ids
            scopes = absences._get_scopes(company, day, cover, accounts)
            for record in away:
                record._set_acting(cover, day, scopes.get(record.partner_id.id, ()))

    def _set_acting(self, cover, day, scopes):
        """Say who acts, where that is not whose the record is."""
        # sudo: who acts is told by name, whoever may read users
        users = self.env["res.users"].sudo()
        away = cover.get_away(self.user_id.id, day, scopes)
        if not away:
            return
        acting = users.browse(cover.resolve(self.user_id.id, day, scopes) or ())
        self.acting_user_id = acting
        said = {
            "person": self.user_id.sudo().name,
            "day": format_date(self.env, away[0].end),
            "acting": acting.name,
        }
        self.away_note = (
            self.env._("%(person)s is away until %(day)s: %(acting)s acts.", **said)
            if acting
            else self.env._(
                "%(person)s is away until %(day)s: an administrator acts.", **said
            )
        )
