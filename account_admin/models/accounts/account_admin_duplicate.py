from odoo import api, fields, models
from odoo.exceptions import UserError

from ...engine.quality import Known, propose
from ..base.bulk import insert_once, update_rows

#: What two accounts have in common, as the engine names it.
REASONS = {
    "vat": "has_vat",
    "name": "has_name",
    "phone": "has_phone",
    "domain": "has_domain",
}


class AccountAdminDuplicate(models.Model):
    """Two accounts that may be one: merged by Odoo's own wizard, or told apart."""

    _name = "account.admin.duplicate"
    _description = "Likely Duplicate"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "score desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The older of the two.",
    )
    other_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="The younger of the two.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, ondelete="cascade"
    )
    score = fields.Integer(
        string="Likely %",
        readonly=True,
        aggregator=None,
        help="The same VAT number 60, name 40, phone number 25, domain 20.",
    )
    has_vat = fields.Boolean(
        string="Same VAT", readonly=True, help="Their VAT numbers are the same."
    )
    has_name = fields.Boolean(
        string="Same Name",
        readonly=True,
        help="But for case, accents, punctuation and the form of the company.",
    )
    has_phone = fields.Boolean(
        string="Same Phone", readonly=True, help="Their phone numbers are the same."
    )
    has_domain = fields.Boolean(
        string="Same Domain",
        readonly=True,
        help="Their mail goes to one host, and not to one of mailboxes for anybody.",
    )
    state = fields.Selection(
        selection=[("open", "To Decide"), ("apart", "Two Accounts")],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Two accounts: somebody looked at them, they are not proposed again.",
    )
    decided_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        help="Who told the two apart.",
    )

    _once = models.UniqueIndex(
        "(company_id, partner_id, other_id)", "A pair is proposed once."
    )

    @api.depends("partner_id", "other_id")
    def _compute_display_name(self):
        for pair in self:
            names = (pair.partner_id.display_name, pair.other_id.display_name)
            pair.display_name = " = ".join(name or "" for name in names)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("Decide it: merge the two or tell them apart."))

    def action_merge(self):
        """Odoo's own merge with the two of them."""
        self.ensure_one()
        both = self.partner_id | self.other_id
        both.check_access("write")
        action = self.env["ir.actions.actions"]._for_xml_id("base.action_partner_merge")
        return {
            **action,
            "context": {"active_model": "res.partner", "active_ids": both.ids},
        }

    def action_tell_apart(self):
        """They are two: propose them no more."""
        self.check_access("write")
        self._write_kept({"state": "apart", "decided_by_id": self.env.uid})

    def action_reopen(self):
        """Decide it again."""
        self.check_access("write")
        self._write_kept({"state": "open", "decided_by_id": False})

    @api.model
    def _refresh(self, company):
        """Propose pairs of the accounts of a company; what was decided stays so."""
        fields_read = ["name", "vat", "email", "phone_sanitized"]
        accounts = self.env["account.admin.quality"]._find_accounts(company)
        accounts.fetch(fields_read)
        pairs = propose(
            Known(
                account.id,
                account.name or "",
                account.vat or "",
                account.email or "",
                account.phone_sanitized or "",
            )
            for account in accounts
        )
        wanted = {
            (pair.one, pair.other): {
                "score": pair.score,
                **{field: key in pair.reasons for key, field in REASONS.items()},
            }
            for pair in pairs
        }
        names = ["score", *REASONS.values()]
        rows = self.search_fetch(
            [("company_id", "=", company.id)], ["partner_id", "other_id", *names]
        )
        known = {(row.partner_id.id, row.other_id.id): row for row in rows}
        gone = [row.id for key, row in known.items() if key not in wanted]
        # sudo: who looks at the list lets go what is mended
        self.sudo().browse(gone).unlink()
        changed = [
            {"id": known[key].id, **values}
            for key, values in wanted.items()
            if key in known and any(known[key][name] != values[name] for name in names)
        ]
        if changed:
            update_rows(self, changed)
        new = [
            {
                "partner_id": one,
                "other_id": other,
                "company_id": company.id,
                "state": "open",
                **values,
            }
            for (one, other), values in wanted.items()
            if (one, other) not in known
        ]
        insert_once(self, new)
