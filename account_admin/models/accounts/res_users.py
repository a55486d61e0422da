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
    def _account_admin_choose(self, company, wanted, group=MANAGER, **about):
        """Who acts on each of some records today: in any case somebody.

        Every place that gives work to a person asks this, or what it asks itself.

        :return: dict key -> ``res.users``, one each
        """
        found = self._account_admin_find(company, wanted, group, **about)
        return {key: user or self.env.user for key, user in found.items()}

    @api.model
    def _account_admin_find(
        self, company, wanted, group=MANAGER, accounts=(), desk=None, requesters=()
    ):
        """The first that is wanted and there, or whoever stands in; else a manager.

        :param company: ``res.company`` that the records belong to
        :param dict wanted: key -> users, in order of preference
        :param str group: external id of the managers' group
        :param dict accounts: key -> commercial partner whose work it is
        :param desk: ``account.admin.desk`` whose work it is
        :param dict requesters: key -> user who asked, and may not answer, as deputy
            neither
        :return: dict key -> ``res.users``, empty where there is no manager either
        """
        absences, day = self.env["account.admin.absence"], company._collections_today()
        cover = absences._get_cover(company.id, day, ROLE_OF.get(group, USER))
        accounts, requesters = dict(accounts), dict(requesters)
        ids = {account.id for account in accounts.values()}
        scopes = absences._get_scopes(company, day, cover, ids)
        desks = (("account.admin.desk", desk.id),) if desk else ()
        nobody = self.browse().sudo()
        # sudo: who is there is told to whoever needs somebody
        acting = {
            key: users.sudo()._account_admin_get_acting(
                company,
                cover,
                day,
                scopes.get(accounts.get(key, nobody).id, ()) + desks,
                requesters.get(key, nobody),
            )
            for key, users in wanted.items()
        }
        if not all(acting.values()):
            managers = self.env.ref(group).sudo().all_user_ids
            managers = managers._account_admin_present(company)
            here = managers.filtered(lambda m: cover.resolve(m.id, day) == m.id)
            for key, user in acting.items():
                queue = (here or managers) - requesters.get(key, nobody)
                acting[key] = user or queue[:1]
        return {key: user.with_env(self.env) for key, user in acting.items()}

    def _account_admin_get_acting(self, company, cover, day, scopes, requester):
        """The first of these users who is there, or whoever stands in for one.

        :param cover: :class:`~..engine.absence.Cover` of the day
        :param tuple scopes: what the work belongs to, the nearest first
        :param requester: who asked, and may not answer
        """
        present = self._account_admin_present(company)
        # who is wanted and there acts, whatever role they have
        acting = [
            cover.resolve(user.id, day, scopes)
            if cover.get_away(user.id, day, scopes)
            else user.id
            for user in present
        ]
        managers = [cover.managers.get(user.id) for user in self - present]
        acting += [cover.resolve(manager, day, scopes) for manager in managers]
        found = (user for user in acting if user and user != requester.id)
        return self.browse(next(found, ()))

    def _account_admin_present(self, company):
        """Those of these users who work in a company now."""
        return self.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
