from odoo import api, models
from odoo.exceptions import UserError

from ...models.base.merging import unite_rows
from ...models.base.ownership import get_own_fields


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merged accounts are as one that has always been one.

        :raise UserError: naming an account that somebody else looks after
        """
        partners = self.env["res.partner"].browse(partner_ids).exists()
        partners._collections_check_kept()
        self._check_change_control(partners)
        result = super()._merge(partner_ids, dst_partner, extra_checks)
        partners.exists().commercial_partner_id._collections_touch()
        return result

    def _check_change_control(self, partners):
        """Refuse to merge what is under change control: fields would move unseen.

        Contacts of one account that have no bank accounts are merged as ever.

        :raise UserError: naming the account and what to do
        """
        # sudo: what is closed is so for everybody
        known = partners.sudo().with_context(active_test=False)
        accounts = known.commercial_partner_id
        closed = accounts.filtered("account_admin_controlled")
        if closed and (len(accounts) > 1 or known & accounts or known.bank_ids):
            raise UserError(
                self.env._(
                    "%s is under change control and cannot be merged: ask for a change"
                    " that ends the control, merge, and bring it under control again.",
                    closed[0].display_name,
                )
            )

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Unite what is ours before Odoo moves what names the partners that go.

        It moves row by row of any table and knows of no unique index.
        """
        target = self._get_account_of_merged(src_partners, dst_partner)
        accounts = (src_partners | dst_partner).filtered(
            lambda partner: partner.commercial_partner_id == partner != target
        )
        if accounts:
            # sudo: whoever may merge partners need not see what is kept about them
            nationals = self.env["national.account"].sudo()
            nationals._merge_partners(accounts, target)
            # an account's history goes to an account, never to one of its contacts
            unite_rows(accounts.sudo(), target.sudo(), ["partner_id"])
        unite_rows(src_partners.sudo(), dst_partner.sudo())
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _get_account_of_merged(self, src_partners, dst_partner):
        """Commercial partner of who stays, once Odoo filled in what the others had."""
        parents = dst_partner.parent_id or src_partners.parent_id[-1:]
        if not parents or any((src_partners | dst_partner).mapped("is_company")):
            return dst_partner
        return parents.commercial_partner_id

    def _update_values(self, src_partners, dst_partner):
        """Fill what is empty from the others: ours, too, whoever may see it."""
        result = super()._update_values(src_partners, dst_partner)
        # sudo: as above
        kept, others = dst_partner.sudo(), src_partners.sudo()
        missing = {
            field.name: field.convert_to_write(given[-1][field.name], given[-1])
            for field in get_own_fields(self.env)["res.partner"]
            if field.column_type and not field.compute and not field.company_dependent
            if not kept[field.name] and (given := others.filtered(field.name))
        }
        if missing:
            kept.write(missing)
        return result
