from odoo import api, fields, models

from ....engine import royalty
from ....engine.money import to_decimal
from ...base.bounds import bounded


@bounded
class LicensingCommitment(models.Model):
    """Advance and minimum guarantee of one pool.

    What the row covers is the pool: royalties of all of it recoup its advance and count
    toward its guarantee together.
    """

    _name = "licensing.commitment"
    _description = "Guarantee or Advance"
    _inherit = ["licensing.term.mixin"]

    name = fields.Char(
        string="Pool",
        required=True,
        help="What the pool is called on statements and in the ledger.",
    )
    guarantee = fields.Monetary(
        string="Minimum Guarantee",
        help="What is billed into the pool at least by its end, advances included.",
    )
    recoup_until = fields.Date(
        help="Last day on which royalties may recoup what was paid ahead; empty without"
        " end."
    )
    sell_off_counts = fields.Boolean(
        string="Sell-off Counts",
        help="Royalties of the sell-off period count toward the guarantee.",
    )
    prorates = fields.Boolean(
        string="Shrinks When Ended Early",
        help="The guarantee is prorated by days when the contract ends early, or an"
        " amendment ends the pool.",
    )
    recoup_from_ids = fields.Many2many(
        comodel_name="licensing.commitment",
        relation="licensing_commitment_recoup_rel",
        column1="commitment_id",
        column2="earlier_id",
        string="Recoups Rest of",
        copy=False,
        domain="[('contract_id', '=', contract_id), ('id', '!=', id)]",
        check_company=True,
        help="Earlier pools whose unrecouped rest this pool's royalties recoup first.",
    )
    line_ids = fields.One2many(
        comodel_name="licensing.commitment.line",
        inverse_name="commitment_id",
        string="Instalments",
        copy=True,
        help="When advances and parts of the guarantee are billed, and how much.",
    )

    _guarantee_positive = models.Constraint(
        "CHECK (guarantee >= 0)", "A minimum guarantee is not below 0."
    )

    @api.depends("name", "contract_id.name")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.name

    def _get_agreed_last(self, known_at=None):
        """The day until which the guarantee was agreed, of a pool that was ended.

        :param datetime known_at: ``None`` for now
        :return: date, ``None`` for a pool that no amendment ended
        """
        ended = self.ended_by_id and self.ended_by_id._is_applied(known_at)
        return (ended and self.date_end_before) or None

    def _to_engine(self, trees, known_at):
        """The engine's rows.

        :return: tuple of ``royalty.Commitment``
        """
        return tuple(
            royalty.Commitment(
                id=row.id,
                guarantee=to_decimal(row.guarantee),
                scope=row._get_scope(trees, known_at),
                instalments=row.line_ids._to_engine(),
                recoup_until=row.recoup_until or None,
                sell_off_counts=row.sell_off_counts,
                prorates=row.prorates,
                recoup_from=tuple(row.recoup_from_ids.sorted("id").ids),
                agreed_last=row._get_agreed_last(known_at),
                amendment=row.amendment_id.id or None,
            )
            for row in self
        )
