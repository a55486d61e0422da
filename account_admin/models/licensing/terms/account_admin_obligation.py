from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...accounts.account_admin_obligation import OPEN

MANAGER = "account_admin.group_licensing_manager"


class AccountAdminObligation(models.Model):
    """Obligations of a contract: its term and its licensee are theirs."""

    _inherit = "account.admin.obligation"

    contract_id = fields.Many2one(
        comodel_name="licensing.contract",
        index="btree_not_null",
        ondelete="restrict",
        help="The licence that asks for it; when its term is extended the due day"
        " moves.",
    )
    partner_id = fields.Many2one(
        compute="_compute_partner_id", store=True, readonly=False, precompute=True
    )

    @api.depends("contract_id")
    def _compute_partner_id(self):
        for one in self.filtered("contract_id"):
            one.partner_id = one.contract_id.partner_id

    @api.depends(
        *("contract_id.date_start", "contract_id.date_end"),
        "contract_id.termination_date",
    )
    def _compute_term(self):
        for one in self:
            contract = one.contract_id
            if contract and one.state in OPEN:
                one.term_start = contract.date_start
                one.term_end = contract.termination_date or contract.date_end

    @api.constrains("contract_id", "partner_id", "company_id")
    def _check_contract(self):
        for one in self.filtered("contract_id"):
            # sudo: what it is about is told to whoever enters it
            contract = one.contract_id.sudo()
            wanted = (contract.partner_id.id, contract.company_id.id)
            if wanted != (one.partner_id.id, one.company_id.id):
                raise ValidationError(
                    self.env._(
                        "%(obligation)s is of contract %(contract)s: it is about"
                        " %(licensee)s, in %(company)s.",
                        obligation=one.name,
                        contract=contract.name,
                        licensee=contract.partner_id.display_name,
                        company=contract.company_id.name,
                    )
                )

    def _get_wanted_owner(self):
        return self.contract_id.user_id or super()._get_wanted_owner()

    def _get_managers(self):
        return MANAGER if self.contract_id else super()._get_managers()

    def _get_waivers(self):
        groups = super()._get_waivers()
        return (*groups, MANAGER) if self.contract_id else groups

    def _get_passed_on(self):
        return (*super()._get_passed_on(), "contract_id")

    def _get_facts(self, paper_end):
        facts = super()._get_facts(paper_end)
        contract = self.contract_id
        if not contract or self.state in OPEN:
            return facts
        # what is over keeps its term; what comes next follows the contract
        return replace(
            facts,
            term_start=contract.date_start,
            term_end=contract.termination_date or contract.date_end,
        )
