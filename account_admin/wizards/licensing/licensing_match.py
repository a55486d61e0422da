from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.licensing.statements.licensing_statement_compute import TEXTS


class LicensingMatch(models.TransientModel):
    """What a territory or channel of a submitted report means, said once."""

    _name = "licensing.match"
    _description = "Meaning of a Reported Text"
    _inherit = ["licensing.match.mixin", "account.admin.wizard.mixin"]

    statement_id = fields.Many2one(
        comodel_name="licensing.statement", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    partner_id = fields.Many2one(related="statement_id.partner_id")
    line_count = fields.Integer(
        string="Lines",
        compute="_compute_lines",
        help="Lines of the statement that get the meaning.",
    )
    current = fields.Char(
        string="Means Now",
        compute="_compute_lines",
        help="What the lines have; they get what you choose instead.",
    )

    @api.depends("statement_id", "kind", "text")
    def _compute_lines(self):
        lines = self.env["licensing.statement.line"]
        for match in self:
            found, meanings = match._get_lines_domain(), []
            if match.kind in TEXTS:
                meanings = lines._read_group(found, [TEXTS[match.kind][1]])
            match.line_count = lines.search_count(found)
            match.current = ", ".join(
                meaning.display_name for (meaning,) in meanings if meaning
            )

    def _get_lines_domain(self):
        """Lines of the statement with the text, as it is compared, whatever it means.

        :rtype: Domain
        """
        if self.kind not in TEXTS or not self.text:
            return Domain.FALSE
        name = TEXTS[self.kind][0]
        mine = Domain("statement_id", "=", self.statement_id.id)
        mine &= Domain(name, "!=", False)
        key = self._get_key(self.kind, self.text)
        same = [
            text
            for (text,) in self.env["licensing.statement.line"]._read_group(
                mine, [name]
            )
            if self._get_key(self.kind, text) == key
        ]
        return mine & Domain(name, "in", same)

    def action_match(self):
        """Give the lines their meaning, remember it for the licensee, and compute."""
        self.ensure_one()
        statement, target = self.statement_id, self._get_target()
        if not target:
            raise UserError(self.env._("Say what “%s” means.", self.text))
        statement._check_reportable()
        lines = self.env["licensing.statement.line"].search(self._get_lines_domain())
        lines.write({TEXTS[self.kind][1]: target.id})
        profiles = self.env["licensing.import.profile"]
        profile = profiles._get_for(statement.contract_id)
        self.env["licensing.alias"]._learn(profile, {(self.kind, self.text): target})
        statement.action_compute()
        return {"type": "ir.actions.act_window_close"}

    @api.model
    def _open(self, statement, kind, text):
        """The question what a text of a statement means.

        :param str kind: of ``TEXTS``
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What It Means"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_statement_id": statement.id,
                "default_kind": kind,
                "default_text": text,
            },
        }


class LicensingFinding(models.Model):
    _inherit = "licensing.finding"

    def action_match(self):
        """Ask what the text of an unknown territory or channel means."""
        self.ensure_one()
        kind = self.code.removeprefix("unmatched_")
        return self.env["licensing.match"]._open(self.statement_id, kind, self.text)


class LicensingStatementLine(models.Model):
    _inherit = "licensing.statement.line"

    def action_match_territory(self):
        """Ask again what the territory means that was reported."""
        return self._ask_meaning("territory")

    def action_match_channel(self):
        """Ask again what the channel means that was reported."""
        return self._ask_meaning("channel")

    def _ask_meaning(self, kind):
        self.ensure_one()
        text = self[TEXTS[kind][0]]
        return self.env["licensing.match"]._open(self.statement_id, kind, text)
