from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Keep one open case where several of the merged partners have one."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if dst_partner:
            partners |= dst_partner
        # sudo: whoever may merge partners need not see their cases
        cases = self.env["collections.case"].sudo()
        open_cases = cases.search(
            [
                ("partner_id", "in", partners.ids),
                ("state", "!=", "closed"),
            ],
            order="last_contact desc nulls last, opened_on, id",
        )
        for same in open_cases.grouped("company_id").values():
            same._unite(same[0])
        return super()._merge(partner_ids, dst_partner, extra_checks)
