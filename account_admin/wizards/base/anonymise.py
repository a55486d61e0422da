from odoo import api, fields, models

from ...models.base.account_admin_evidence import get_kinds


class AccountAdminAnonymise(models.TransientModel):
    """Asks before a person is taken out of what was sent and written."""

    _name = "account.admin.anonymise"
    _description = "Anonymise Contacts"
    _inherit = ["account.admin.wizard.mixin"]

    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Contacts",
        context={"active_test": False},
        required=True,
        help="The people who are taken out.",
    )
    summary = fields.Text(
        string="What Goes",
        compute="_compute_summary",
        help="What will be emptied, and what stays.",
    )

    @api.depends("partner_ids")
    def _compute_summary(self):
        for wizard in self:
            wizard.partner_ids._check_may_anonymise()
            # sudo: counted only, and the administrator's right was just checked
            people = (
                wizard.partner_ids.sudo()
                .with_context(active_test=False)
                .search([("id", "child_of", wizard.partner_ids.ids)])
            )
            kinds = [kind.sudo() for kind in get_kinds(self.env)]
            counts = [
                f"{found._description}: {len(found)}"
                for kind in kinds
                if (found := kind._get_concerned(people))
            ]
            copies = sum(len(kind._get_copies(people)) for kind in kinds)
            wizard.summary = self.env._(
                "Contacts, with those below them: %(people)s\n%(counts)s\n\nTheir texts"
                " and files are emptied; amounts, days and hashes stay. Audit packs"
                " that hold a copy: %(packs)s; they go with their own retention"
                " period.",
                people=len(people),
                counts="\n".join(counts),
                packs=copies,
            )

    def action_anonymise(self):
        """Do it; it cannot be undone."""
        self.ensure_one()
        self.partner_ids._collections_anonymise()
        return {"type": "ir.actions.act_window_close"}
