from odoo import api, fields, models
from odoo.tools import format_date

CODES = {
    "unmatched": "Unknown product",
    "unmatched_territory": "Unknown territory",
    "unmatched_channel": "Unknown channel",
    "not_granted": "Not granted",
    "unapproved": "Product not approved",
    "out_of_territory": "Outside the territory",
    "out_of_channel": "Outside the channels",
    "out_of_term": "Outside the term",
    "out_of_period": "Outside the period",
    "no_rate": "No royalty rate",
    "rate_tie": "Several rates",
    "pool_tie": "Several pools",
    "deduction_tie": "Several deduction rules",
    "sign": "Sign of a deduction",
    "no_fx": "No rate of exchange",
    "net_differs": "Net differs",
    "rate_differs": "Rate differs",
    "royalty_differs": "Royalty differs",
}
#: What mends a finding, by its code; what is not named is corrected on the line.
REMEDIES = {
    "unmatched_territory": "match",
    "unmatched_channel": "match",
    "unapproved": "product",
    **dict.fromkeys(("net_differs", "rate_differs", "royalty_differs"), "ask"),
    "no_fx": "rate",
    **dict.fromkeys(
        (
            *("not_granted", "out_of_territory", "out_of_channel", "out_of_term"),
            *("no_rate", "rate_tie", "pool_tie", "deduction_tie"),
        ),
        "contract",
    ),
}


class LicensingFinding(models.Model):
    """Something about a reported line that a person has to see."""

    _name = "licensing.finding"
    _description = "Finding on a Statement"
    #: Figures by the million, without free text about persons.
    _has_words = False
    _inherit = ["account.admin.readonly.mixin", "licensing.sentence.mixin"]
    _order = "statement_id, blocking desc, code, row, id"
    _rec_name = "sentence"
    _log_access = False
    _check_company_auto = True

    statement_id = fields.Many2one(
        comodel_name="licensing.statement",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    line_id = fields.Many2one(
        comodel_name="licensing.statement.line",
        ondelete="cascade",
        readonly=True,
        index=True,
        help="The reported line that it is about.",
    )
    row = fields.Integer(
        readonly=True, aggregator=None, help="Row of the file it came from."
    )
    code = fields.Selection(
        selection=list(CODES.items()),
        string="What",
        required=True,
        readonly=True,
        help="What differs from the contract.",
    )
    blocking = fields.Boolean(readonly=True, help="Stops the approval.")
    sku = fields.Char(
        string="SKU", readonly=True, help="The product's number as it was reported."
    )
    date = fields.Date(string="Sale Date", readonly=True)
    text = fields.Char(
        string="As Reported", readonly=True, help="A text that matches nothing here."
    )
    rows = fields.Char(string="Rows of the Contract", readonly=True)
    reported = fields.Float(
        readonly=True, digits=(16, 6), aggregator=None, help="What the report says."
    )
    computed = fields.Float(
        readonly=True, digits=(16, 6), aggregator=None, help="What the contract gives."
    )
    sentence = fields.Char(string="What to Do", help="How it is settled.")

    remedy = fields.Selection(
        selection=[
            ("match", "Say what it means"),
            ("line", "Correct the line"),
            ("product", "Approve the product"),
            ("contract", "Amend the contract"),
            ("rate", "Add the rate of exchange"),
            ("ask", "Ask the licensee"),
        ],
        compute="_compute_remedy",
    )

    _sentence_fields = (
        *("code", "row", "sku", "date", "reported", "computed", "rows"),
        "text",
    )

    @api.depends("code")
    def _compute_remedy(self):
        for finding in self:
            finding.remedy = REMEDIES.get(finding.code, "line")

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_line(self):
        """The line, to correct it."""
        return self._open(self.line_id)

    def action_view_product(self):
        """The product, to approve it."""
        return self._open(self.line_id.product_id)

    def action_amend(self):
        """An amendment of the contract; its draft is written itself."""
        self.ensure_one()
        contract = self.statement_id.contract_id
        return (
            self._open(contract)
            if contract.state == "draft"
            else (contract.action_amend())
        )

    def action_add_rate(self):
        """The currency of the line, to add its rate of the day."""
        return self._open(self.line_id.currency_id)

    def action_ask(self):
        """A question to the licensee about what was found."""
        self.ensure_one()
        return self.statement_id.action_query()

    def _open(self, record):
        self.ensure_one()
        return {**record._get_records_action(), "target": "new"}

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _get_places(self):
        return {
            "row": self.row,
            "sku": self.sku or "",
            "day": format_date(self.env, self.date) if self.date else "",
            "rows": self.rows or "",
            "text": self.text or "",
            "reported": f"{self.reported:g}",
            "computed": f"{self.computed:g}",
        }

    @api.model
    def _get_sentences(self):
        """What each code says, with places for its figures.

        :return: dict code -> text
        """
        return {
            "unmatched": self.env._(
                "Row %(row)s: no product is known by “%(sku)s”: match it to a product."
            ),
            "unmatched_territory": self.env._(
                "Row %(row)s: “%(text)s” is no known territory: say which one it is."
            ),
            "unmatched_channel": self.env._(
                "Row %(row)s: “%(text)s” is no known channel: say which one it is."
            ),
            "not_granted": self.env._(
                "Row %(row)s: the contract grants no such sale: correct the line or"
                " amend the contract."
            ),
            "unapproved": self.env._(
                "Row %(row)s: %(sku)s was not approved on %(day)s: approve the product"
                " or refuse the sale."
            ),
            "out_of_territory": self.env._(
                "Row %(row)s: its territory is not granted: correct the line or amend"
                " the contract."
            ),
            "out_of_channel": self.env._(
                "Row %(row)s: its channel is not granted: correct the line or amend the"
                " contract."
            ),
            "out_of_term": self.env._(
                "Row %(row)s: no grant is in force on %(day)s: correct the line or"
                " amend the contract."
            ),
            "out_of_period": self.env._(
                "Row %(row)s: its sale on %(day)s lies outside the statement's period."
            ),
            "no_rate": self.env._(
                "Row %(row)s: no royalty rate applies to it: add one to the contract."
            ),
            "rate_tie": self.env._(
                "Row %(row)s: rates %(rows)s apply equally: narrow one of them."
            ),
            "pool_tie": self.env._(
                "Row %(row)s: pools %(rows)s apply equally: narrow one of them."
            ),
            "deduction_tie": self.env._(
                "Row %(row)s: deduction rules %(rows)s apply equally: narrow one of"
                " them."
            ),
            "sign": self.env._(
                "Row %(row)s: a deduction is below 0, which adds to net: turn its sign"
                " or explain it."
            ),
            "no_fx": self.env._(
                "Row %(row)s: no rate of exchange is known for its currency on %(day)s:"
                " add one."
            ),
            "net_differs": self.env._(
                "Row %(row)s: net was reported as %(reported)s, it is %(computed)s: ask"
                " the licensee."
            ),
            "rate_differs": self.env._(
                "Row %(row)s: the rate was reported as %(reported)s, it is"
                " %(computed)s: ask why."
            ),
            "royalty_differs": self.env._(
                "Row %(row)s: royalty was reported as %(reported)s, it is %(computed)s:"
                " ask why."
            ),
        }

    # ------------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------------

    def _get_questions(self):
        """What to ask the licensee about these, in the language of the context.

        What only the licensor can mend, a missing rate for example, is not asked.

        :return: list of sentences
        """
        texts = self._get_question_texts()
        return [
            texts[finding.code] % finding._get_question_places()
            for finding in self
            if finding.code in texts
        ]

    def _get_question_places(self):
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        number = self.env["res.lang"].browse(lang.id)
        return {
            **self._get_places(),
            "reported": number.format("%.2f", self.reported, grouping=True),
            "computed": number.format("%.2f", self.computed, grouping=True),
        }

    @api.model
    def _get_question_texts(self):
        """The same findings in the voice that a licensee is asked in.

        :return: dict code -> text, of those that a licensee can answer
        """
        return {
            "unmatched": self.env._("Row %(row)s: which product is “%(sku)s”?"),
            "unmatched_territory": self.env._(
                "Row %(row)s: which territory do you mean by “%(text)s”?"
            ),
            "unmatched_channel": self.env._(
                "Row %(row)s: which sales channel do you mean by “%(text)s”?"
            ),
            "not_granted": self.env._(
                "Row %(row)s: our contract does not cover such a sale. Is the row"
                " right?"
            ),
            "unapproved": self.env._(
                "Row %(row)s: we had not approved %(sku)s on %(day)s. Is the row right?"
            ),
            "out_of_territory": self.env._(
                "Row %(row)s: our contract does not cover the territory. Is it right?"
            ),
            "out_of_channel": self.env._(
                "Row %(row)s: our contract does not cover the sales channel. Is it"
                " right?"
            ),
            "out_of_term": self.env._(
                "Row %(row)s: the sale on %(day)s lies outside the term of our"
                " contract. Is the date right?"
            ),
            "out_of_period": self.env._(
                "Row %(row)s: the sale on %(day)s lies outside the period of the"
                " report. Is the date right?"
            ),
            "sign": self.env._(
                "Row %(row)s: a deduction is below zero, which raises the net amount."
                " Is its sign right?"
            ),
            "net_differs": self.env._(
                "Row %(row)s: you report a net amount of %(reported)s, we arrive at"
                " %(computed)s. How is yours made up?"
            ),
            "rate_differs": self.env._(
                "Row %(row)s: you report a rate of %(reported)s, by our contract it is"
                " %(computed)s. Which one did you apply, and why?"
            ),
            "royalty_differs": self.env._(
                "Row %(row)s: you report a royalty of %(reported)s, we arrive at"
                " %(computed)s. How is yours made up?"
            ),
        }
