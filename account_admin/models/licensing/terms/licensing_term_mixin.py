from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....engine import royalty
from ...base.bounds import bounded

SALE_TYPES = [("domestic", "Domestic"), ("fob", "FOB"), ("direct", "Direct")]


@bounded
class LicensingTermMixin(models.AbstractModel):
    """A row of a contract: what it covers, from when until when.

    Empty covers everything. A row of an approved contract is never edited: an
    amendment ends it and adds another.
    """

    _name = "licensing.term.mixin"
    _description = "Row of a Licensing Contract"
    _inherit = ["licensing.open.mixin"]
    _order = "contract_id, date_start, id"
    _check_company_auto = True

    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    name = fields.Char(
        string="Description",
        help="What the row is called in explanations and lists; when empty, what it"
        " covers.",
    )
    property_ids = fields.Many2many(
        comodel_name="licensing.property",
        string="Properties",
        check_company=True,
        # an archived one is still agreed: without it the row would cover everything
        context={"active_test": False},
        help="Properties and everything below them; all when empty.",
    )
    category_ids = fields.Many2many(
        comodel_name="licensing.category",
        string="Categories",
        check_company=True,
        # an archived one is still agreed: without it the row would cover everything
        context={"active_test": False},
        help="Product categories and everything below them; all when empty.",
    )
    territory_ids = fields.Many2many(
        comodel_name="res.country.group",
        string="Territories",
        help="Groups of countries, beside the single countries; everywhere when both"
        " are empty.",
    )
    country_ids = fields.Many2many(
        comodel_name="res.country",
        string="Countries",
        help="Single countries, beside the territories; everywhere when both are"
        " empty.",
    )
    places = fields.Char(
        string="Where",
        compute="_compute_places",
        help="Territories and single countries together; everywhere when empty.",
    )
    channel_ids = fields.Many2many(
        comodel_name="licensing.channel",
        string="Channels",
        check_company=True,
        # an archived one is still agreed: without it the row would cover everything
        context={"active_test": False},
        help="Sales channels and everything below them; all when empty.",
    )
    product_ids = fields.Many2many(
        comodel_name="licensing.product",
        string="Products",
        check_company=True,
        # an archived one is still agreed: without it the row would cover everything
        context={"active_test": False},
        help="Single products; all that the rest of the row covers when empty.",
    )
    sale_type = fields.Selection(
        selection=SALE_TYPES, help="How it is sold; empty for every kind of sale."
    )
    date_start = fields.Date(
        string="From", help="First day; empty from the contract's start."
    )
    date_end = fields.Date(
        string="Until", help="Last day; empty to the contract's end."
    )
    amendment_id = fields.Many2one(
        comodel_name="licensing.amendment",
        string="Brought by",
        index="btree_not_null",
        copy=False,
        ondelete="cascade",
        check_company=True,
        help="The amendment that added this row.",
    )
    ended_by_id = fields.Many2one(
        comodel_name="licensing.amendment",
        string="Ended by",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="restrict",
        check_company=True,
        help="The amendment that ended this row.",
    )
    date_end_before = fields.Date(
        readonly=True, copy=False, help="Last day before an amendment ended the row."
    )
    is_proposed = fields.Boolean(
        compute="_compute_is_proposed",
        search="_search_is_proposed",
        help="Part of an amendment that is not applied yet.",
    )

    @api.depends("amendment_id.state")
    def _compute_is_proposed(self):
        for row in self:
            row.is_proposed = bool(row.amendment_id) and (
                row.amendment_id.state != "applied"
            )

    @api.depends("territory_ids.name", "country_ids.name")
    @api.depends_context("lang")
    def _compute_places(self):
        for row in self:
            names = [*row.territory_ids.mapped("name"), *row.country_ids.mapped("name")]
            row.places = ", ".join(names) or self.env._("Everywhere")

    def _search_is_proposed(self, operator, value):
        if operator != "in":
            return NotImplemented
        proposed = [
            ("amendment_id", "!=", False),
            ("amendment_id.state", "!=", "applied"),
        ]
        return proposed if True in value else ["!", "&", *proposed]

    @api.depends("name", "property_ids.name", "category_ids.name")
    def _compute_display_name(self):
        for row in self:
            covered = [*row.property_ids, *row.category_ids]
            row.display_name = (
                row.name
                or ", ".join(record.name or "" for record in covered)
                or f"{row._description} {row.id or ''}".strip()
            )

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for row in self:
            if row.date_start and row.date_end and row.date_end < row.date_start:
                raise ValidationError(
                    self.env._(
                        "%(row)s of %(contract)s ends before it starts.",
                        row=row.display_name,
                        contract=row.contract_id.display_name,
                    )
                )

    @api.constrains("contract_id", "amendment_id")
    def _check_amendment(self):
        for row in self:
            amendment = row.amendment_id
            if amendment and amendment.contract_id != row.contract_id:
                raise ValidationError(
                    self.env._(
                        "%(row)s is of another contract than %(amendment)s, which adds"
                        " it: choose the same.",
                        row=row.display_name,
                        amendment=amendment.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # NEVER EDITED ONCE APPROVED
    # ------------------------------------------------------------------

    def _check_open(self):
        """Refuse to change rows that others rely on; their contract or amendment is.

        :raise UserError: naming the row and what to do
        """
        if self.env.su:
            return
        for row in self:
            owner = row.amendment_id or row.contract_id
            if owner.state != "draft":
                raise UserError(
                    self.env._(
                        "%(row)s belongs to %(owner)s, which is no draft any more:"
                        " write an amendment that ends it and adds another.",
                        row=row.display_name,
                        owner=owner.display_name,
                    )
                )

    def _end(self, amendment, day):
        """End rows by an amendment that is being applied.

        :param date day: the last day on which they count
        """
        for row in self:
            row.write(
                {
                    "date_end_before": row.date_end,
                    "date_end": min(row.date_end or day, day),
                    "ended_by_id": amendment.id,
                }
            )

    # ------------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------------

    def _known(self, known_at):
        """The rows as they stood at a moment: what came later is left out.

        :param datetime known_at: ``None`` for now
        """
        return self.filtered(
            lambda row: not row.amendment_id or row.amendment_id._is_applied(known_at)
        )

    def _get_last(self, known_at):
        """The last day of a row, as it stood at a moment."""
        if self.ended_by_id and not self.ended_by_id._is_applied(known_at):
            return self.date_end_before
        return self.date_end

    def _get_scope(self, trees, known_at):
        """The engine's scope of a row.

        :param trees: as from ``licensing.contract._read_trees``
        :rtype: royalty.Scope
        """

        def below(records):
            return frozenset().union(
                *(trees[records._name].get(node, {node}) for node in records.ids)
            )

        countries = self.country_ids | self.territory_ids.country_ids
        return royalty.Scope(
            properties=below(self.property_ids),
            categories=below(self.category_ids),
            territories=frozenset(countries.ids),
            channels=below(self.channel_ids),
            products=frozenset(self.product_ids.ids),
            sale_types=frozenset(filter(None, [self.sale_type])),
            first=self.date_start or None,
            last=self._get_last(known_at) or None,
        )
