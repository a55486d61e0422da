from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_amount

from ...engine.desk.score import Weights, check, compare, to_rows
from ...models.base.bounds import bounded

#: Accounts that the preview shows.
SHOWN = 20


@bounded
class CollectionsScoreChange(models.TransientModel):
    """Points tried on today's accounts before they count."""

    _name = "collections.score.change"
    _description = "Change of Score Rules"
    _inherit = ["account.admin.wizard.mixin"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose list of the day it is.",
    )
    line_ids = fields.One2many(
        comodel_name="collections.score.change.line",
        inverse_name="change_id",
        string="Points",
        default=lambda self: self._get_lines(
            self.env["collections.score.rule"]._get_weights(self.env.company)
        ),
        help="What each fact is worth; the highest line that is reached counts.",
    )
    preview_html = fields.Html(
        compute="_compute_preview_html",
        sanitize=False,
        help="Today's accounts in the order that these points give, and where each is"
        " now.",
    )

    @api.depends("company_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = self.env._("Points of %s", change.company_id.name)

    @api.depends("line_ids.rule", "line_ids.tier", "line_ids.floor", "line_ids.points")
    def _compute_preview_html(self):
        for change in self:
            change.preview_html = self.env["ir.qweb"]._render(
                "account_admin.score_change_preview", change._get_preview()
            )

    def _get_preview(self):
        """Values of the template: what is wrong, or the accounts in the new order."""
        self.ensure_one()
        rules = self.env["collections.score.rule"]
        company = self.company_id
        after = rules._to_weights(self.line_ids)
        wrong = check(after)
        if wrong:
            return {"wrong": rules._explain(wrong, company), "rows": []}
        items = self.env["collections.work.item"]
        found = items._read_facts(company, company._collections_today())
        facts = {partner: row for _case, partner, _user, row in found}
        shifts = compare(facts, rules._get_weights(company), after)
        names = self.env["res.partner"].browse(shift.key for shift in shifts[:SHOWN])
        return {
            "wrong": "",
            "moved": sum(shift.place != shift.place_before for shift in shifts),
            "count": len(shifts),
            "rows": [
                {
                    "name": partner.display_name,
                    "amount": format_amount(
                        self.env, float(facts[partner.id].amount), company.currency_id
                    ),
                    "shift": shift,
                }
                for partner, shift in zip(names, shifts, strict=False)
            ],
        }

    @api.model
    def _get_lines(self, weights):
        names = ("rule", "tier", "floor", "points")
        return [
            Command.create(dict(zip(names, row, strict=True)))
            for row in to_rows(weights)
        ]

    def action_as_usual(self):
        """Fill in the points that count where nobody set any."""
        self.ensure_one()
        self.line_ids = [Command.clear(), *self._get_lines(Weights())]
        return {
            **self._get_records_action(name=self.env._("Try Points"), target="new"),
        }

    def action_apply(self):
        """Let these points count; the lists that are open are ordered anew.

        :raise ValidationError: where they make no sense; then nothing is changed
        """
        self.ensure_one()
        rules = self.env["collections.score.rule"]
        wrong = check(rules._to_weights(self.line_ids))
        if wrong:
            raise ValidationError(rules._explain(wrong, self.company_id))
        rules._replace(self.company_id, self.line_ids)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
