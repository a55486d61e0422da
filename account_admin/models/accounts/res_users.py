from odoo import api, models

MANAGER = "account_admin.group_account_admin_manager"


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _account_admin_choose(self, company, wanted, group=MANAGER):
        """Who acts on each of some records: somebody who is there, else a manager.

        :param company: ``res.company`` that the records belong to
        :param dict wanted: key -> users, in order of preference
        :param str group: external id of the managers' group
        :return: dict key -> ``res.users``, one each
        """
        # sudo: who is there is told to whoever needs somebody
        chosen = {
            key: users.sudo()._account_admin_present(company)[:1]
            for key, users in wanted.items()
        }
        if all(chosen.values()):
            return {key: user.with_env(self.env) for key, user in chosen.items()}
        managers = self.env.ref(group).sudo().all_user_ids
        other = managers._account_admin_present(company)[:1] or self.env.user
        return {key: (user or other).with_env(self.env) for key, user in chosen.items()}

    def _account_admin_present(self, company):
        """Those of these users who work in a company now."""
        return self.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
