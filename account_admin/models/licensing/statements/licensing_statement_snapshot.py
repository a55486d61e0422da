from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ....engine import royalty


class LicensingStatementSnapshot(models.Model):
    """What an approved statement came to, exact, for those after it. Never changed.

    A restatement adds one for every statement whose figures it changes; the latest of a
    statement counts.
    """

    _name = "licensing.statement.snapshot"
    _description = "Computation of a Royalty Statement"
    _order = "id desc"
    _check_company_auto = True

    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        required=True,
        index=True,
        ondelete="restrict",
    )
    cause_id = fields.Many2one(
        comodel_name="licensing.statement",
        string="Because of",
        index="btree_not_null",
        ondelete="restrict",
        help="The statement whose approval made it: itself, or a revision before it.",
    )
    amendment_id = fields.Many2one(
        comodel_name="licensing.amendment",
        string="Because of Amendment",
        index="btree_not_null",
        ondelete="restrict",
    )
    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    known_at = fields.Datetime(
        required=True, help="Amendments that were applied later had no part in it."
    )
    royalty = fields.Monetary()
    net = fields.Monetary(help="What changed about earlier sales included.")
    sums = fields.Text(required=True)
    fees = fields.Text(required=True)
    quotas = fields.Text(required=True)
    quotes = fields.Text(required=True)

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("The computation of an approved statement cannot be changed.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The computation of an approved statement cannot be deleted.")
        )

    def _load_sums(self):
        """What later statements build on.

        :return: list of ``royalty.Sums``
        """
        return [row for found in self for row in royalty.load_sums(found.sums)]

    @api.model
    def _latest_sql(self):
        """SQL of the snapshot of the row ``statement`` that counts, to join lateral."""
        return SQL(
            """SELECT snapshot.* FROM licensing_statement_snapshot snapshot
                WHERE snapshot.statement_id = statement.id
                ORDER BY snapshot.id DESC LIMIT 1"""
        )
