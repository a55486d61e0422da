"""Whose case it is: accounts that are chased themselves or at their head office."""

from odoo import api, models


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    def _get_accounts_partners(self):
        """The commercial partners whose items are chased in this case."""
        self.ensure_one()
        # sudo: who is chased for whom is the same for every user
        heads = (
            self.env["collections.policy"]
            .sudo()
            ._get_heads(self.company_id, self.company_id._collections_today())
        )
        members = [m for m, head in heads.items() if head == self.partner_id.id]
        return self.partner_id | self.env["res.partner"].browse(members)

    @api.model
    def _get_open_of(self, company, partners):
        """Open case of each account; a chased head office's is its members' too.

        :param partners: commercial partners
        :return: dict commercial partner id -> case, those the user may read
        """
        accounts = self._get_chased_accounts(company, partners)
        # with what the forms of partners and payments show of a case
        cases = self.search_fetch(
            self._get_open_domain(company, accounts.values()),
            ["partner_id", "step_id", "next_step_id", "next_date", "on_hold"],
        )
        by_account = {case.partner_id.id: case for case in cases}
        return {
            partner: by_account[account]
            for partner, account in accounts.items()
            if account in by_account
        }

    @api.model
    def _get_open_domain(self, company, accounts):
        return [
            ("partner_id", "in", list(accounts)),
            ("company_id", "=", company.id),
            ("state", "!=", "closed"),
        ]

    @api.model
    def _get_chased_accounts(self, company, partners, nationals=None):
        """Account in whose case each account is chased: itself or its head office.

        :param partners: commercial partners
        :param dict nationals: every national account that one of them is in, where
            they are known already: commercial partner id -> ``national.account``
        :return: dict commercial partner id -> id of a commercial partner
        """
        heads = {}
        if nationals is None or nationals:
            # sudo: who is chased for whom is the same for every user
            policies = self.env["collections.policy"].sudo()
            day = company._collections_today()
            heads = policies._get_heads(company, day, partners.ids, nationals)
        return {partner: heads.get(partner, partner) for partner in partners.ids}
