from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.licensing.statement_texts import TEXTS


class LicensingMatch(models.TransientModel):
    """What a territory or channel of a submitted report means, said once."""

    _name = "licensing.match"
    _description = "Meaning of a Reported Text"
    _inherit = ["licensing.match.mixin"]

    statement_id = fields.Many2one(
        comodel_name="licensing.statement", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    partner_id = fields.Many2one(related="statement_id.partner_id")
    line_count = fields.Integer(string="Lines", compute="_compute_line_count")

    @api.depends("statement_id", "kind", "text")
    def _compute_line_count(self):
        for match in self:
            match.line_count = len(match._find_lines())

    def _find_lines(self):
        """Lines of the statement with the text, as it is compared, and no meaning."""
        if self.kind not in TEXTS or not self.text:
            return self.env["licensing.statement.line"]
        name, target, _rows = TEXTS[self.kind]
        lines = self.env["licensing.statement.line"]
        open_lines = [
            ("statement_id", "=", self.statement_id.id),
            (name, "!=", False),
            (target, "=", False),
        ]
        key = self._get_key(self.kind, self.text)
        same = [
            text
            for (text,) in lines._read_group(open_lines, [name])
            if self._get_key(self.kind, text) == key
        ]
        return lines.search([*open_lines, (name, "in", same)])

    def action_match(self):
        """Give the lines their meaning, remember it for the licensee, and compute."""
        self.ensure_one()
        statement, target = self.statement_id, self._get_target()
        if not target:
            raise UserError(self.env._("Say what “%s” means.", self.text))
        statement._check_reportable()
        self._find_lines().write({TEXTS[self.kind][1]: target.id})
        profiles = self.env["licensing.import.profile"]
        profile = profiles._get_for(statement.contract_id)
        self.env["licensing.alias"]._learn(profile, {(self.kind, self.text): target})
        statement.action_compute()
        return {"type": "ir.actions.act_window_close"}


class LicensingFinding(models.Model):
    _inherit = "licensing.finding"

    def action_match(self):
        """Ask what the text of an unknown territory or channel means."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What It Means"),
            "res_model": "licensing.match",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_statement_id": self.statement_id.id,
                "default_kind": self.code.removeprefix("unmatched_"),
                "default_text": self.text,
            },
        }
