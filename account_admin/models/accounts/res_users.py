from odoo import api, fields, models

from ..base.groups import COLLECTIONS
from .account_admin_absence_cover import USER

MANAGER = "account_admin.group_account_admin_manager"
#: Whoever acts has this role, by the managers who act where nobody does.
ROLE_OF = {
    "account_admin.group_licensing_manager": "account_admin.group_licensing_user"
}
#: What says who is there, and whose manager somebody is.
PRESENCE = {
    *("active", "share", "group_ids", "company_ids", "account_admin_manager_id"),
}


class ResUsers(models.Model):
    _inherit = "res.users"

    account_admin_manager_id = fields.Many2one(
        comodel_name="res.users",
        string="Manager for Absences",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        domain=[("share", "=", False)],
        groups=f"{COLLECTIONS},account_admin.group_licensing_user,base.group_erp_manager",
        help="Gets the work where the user is away and no deputy is there.",
    )

    def write(self, vals):
        result = super().write(vals)
        if PRESENCE & set(vals):
            self.env["account.admin.absence"]._forget_cover()
        return result

    @api.model
    def _account_admin_choose(
        self, company, wanted, group=MANAGER, accounts=None, desk=None
    ):
        """Who acts on each of some records today, in any case somebody.

        Every place that gives work to a person asks this, or :meth:`_account_admin_find`.

        :param company: ``res.company`` that the records belong to
        :param dict wanted: key -> users, in order of preference
        :param str group: external id of the managers' group
        :param dict accounts: key -> commercial partner, where the work is an account's
        :param desk: ``account.admin.desk`` whose work it is
        :return: dict key -> ``res.users``, one each
        """
        found = self._account_admin_find(company, wanted, group, accounts, desk)
        return {key: user or self.env.user for key, user in found.items()}

    @api.model
    def _account_admin_find(
        self, company, wanted, group=MANAGER, accounts=None, desk=None
    ):
        """Who acts, of those who are there: the first that is wanted, or their deputy.

        Where all of them are away without anybody who is there it is a manager. Takes
        what :meth:`_account_admin_choose` takes.

        :return: dict key -> ``res.users``, empty where there is no manager either
        """
        absences, day = self.env["account.admin.absence"], company._collections_today()
        cover = absences._get_cover(company.id, day, ROLE_OF.get(group, USER))
        accounts = accounts or {}
        ids = {account.id for account in accounts.values()}
        scopes = absences._get_scopes(company, day, cover, ids)
        desks = (("account.admin.desk", desk.id),) if desk else ()
        # sudo: who is there is told to whoever needs somebody
        managers = self.env.ref(group).sudo().all_user_ids
        managers = managers._account_admin_present(company)
        here = (user for user in managers if cover.resolve(user.id, day) == user.id)
        queue = next(here, managers[:1])
        acting = {
            key: users.sudo()._account_admin_get_acting(
                company,
                day,
                cover,
                scopes.get(accounts[key].id, ()) + desks if key in accounts else desks,
            )
            for key, users in wanted.items()
        }
        return {key: (user or queue).with_env(self.env) for key, user in acting.items()}

    def _account_admin_get_acting(self, company, day, cover, scopes):
        """The first of these users who is there, or whoever stands in for one."""
        present = self._account_admin_present(company)
        for user in present:
            if not cover.get_away(user.id, day, scopes):
                return user
            acting = cover.resolve(user.id, day, scopes)
            if acting:
                return self.browse(acting)
        for user in self - present:
            manager = cover.managers.get(user.id)
            acting = manager and cover.resolve(manager, day, scopes)
            if acting:
                return self.browse(acting)
        return self.browse()

    def _account_admin_present(self, company):
        """Those of these users who work in a company now."""
        return self.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
