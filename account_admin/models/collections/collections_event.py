from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("opened", "Case opened"),
    ("reopened", "Case reopened"),
    ("queued", "Step prepared"),
    ("sent", "Step sent"),
    ("suppressed", "Not sent"),
    ("failed", "Failed"),
    ("bounced", "Bounced"),
    ("retry", "Tried again"),
    ("approved", "Approved"),
    ("fee", "Fee charged"),
    ("disputed", "Disputed"),
    ("dispute_closed", "Dispute closed"),
    ("promised", "Promised"),
    ("promise_kept", "Promise kept"),
    ("promise_partial", "Promise kept in part"),
    ("promise_broken", "Promise broken"),
    ("promise_withdrawn", "Promise withdrawn"),
    ("called", "Call"),
    ("closed", "Case closed"),
    ("merged", "Merged"),
    ("moved", "Moved to another account"),
    ("told", "Told to a person"),
]


class CollectionsEvent(models.Model):
    """What happened on a case, with the figures it was decided on. Never changed."""

    _name = "collections.event"
    _description = "Collections Event"
    _order = "id desc"
    _rec_name = "kind"
    _check_company_auto = True

    case_id = fields.Many2one(
        comodel_name="collections.case", index=True, ondelete="restrict"
    )
    run_id = fields.Many2one(
        comodel_name="collections.run",
        index="btree_not_null",
        ondelete="restrict",
        help="The night it happened in.",
    )
    notice_id = fields.Many2one(
        comodel_name="collections.notice",
        ondelete="restrict",
        help="The notice that it is about.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        required=True,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date(required=True, help="The company's day.")
    kind = fields.Selection(selection=KINDS, required=True, help="What happened.")
    rule = fields.Char(help="The rule that decided, as the engine names it.")
    step_id = fields.Many2one(
        comodel_name="collections.policy.step", ondelete="set null"
    )
    step_name = fields.Char(help="The step as it was called then.")
    item_id = fields.Many2one(
        comodel_name="account.move.line",
        string="Leading Item",
        ondelete="set null",
        index="btree_not_null",
    )
    item_name = fields.Char(
        string="Leading Item Number", help="The leading item as it was called then."
    )
    days = fields.Integer(
        string="Days Past Due", help="Days past due of the leading item then."
    )
    amount = fields.Monetary(string="Asked", help="What was asked for.")
    figures = fields.Json(help="Amounts of each currency the decision was made on.")
    note = fields.Char(help="What was said or decided.")
    sha256 = fields.Char(string="SHA-256", help="Of the message that was sent.")
    anonymised_on = fields.Datetime()
    anonymised_by_id = fields.Many2one(comodel_name="res.users", ondelete="restrict")
    chain_number = fields.Integer(
        aggregator=None, help="Place in the company's chain of events."
    )
    content_sha256 = fields.Char(string="SHA-256 of the Event")
    chain_sha256 = fields.Char(
        string="SHA-256 of the Chain", help="Of the one before and this event."
    )

    _chain_uniq = models.UniqueIndex(
        "(company_id, chain_number) WHERE chain_number IS NOT NULL",
        "An event has its place in the chain alone.",
    )
    _unchained_idx = models.Index("(company_id, id) WHERE chain_number IS NULL")

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("The history of a case cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("The history of a case cannot be deleted."))
