"""Whose an account is: the one answer that rules, checks and figures use."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


def owner_sql(partner="partner", national="national"):
    """SQL of who looks after an account: its own administrator, else its national's.

    :param str partner: alias of the account's row of ``res_partner``
    :param str national: alias of its row of ``national_account``, joined outer
    """
    return SQL(
        "COALESCE(%s, %s)",
        SQL.identifier(partner, "collections_user_id"),
        SQL.identifier(national, "user_id"),
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _collections_owners_sql(self, companies):
        """SQL of who looks after accounts today: partner_id, user_id.

        An account that nobody looks after has no row; one that is kept by the national
        accounts of several companies has one for each.
        """
        nationals = self.env["national.account"]
        self.flush_model(["collections_user_id"])
        nationals._flush_members()
        return SQL(" UNION ").join(
            SQL(
                """SELECT partner.id AS partner_id, %(owner)s AS user_id
                     FROM res_partner partner
                     LEFT JOIN (%(members)s) member ON member.partner_id = partner.id
                     LEFT JOIN national_account national
                            ON national.id = member.national_account_id
                    WHERE %(owner)s IS NOT NULL""",
                owner=owner_sql(),
                members=nationals._members_sql(company, company._collections_today()),
            )
            for company in companies
        )

    @api.model
    def _collections_get_responsible(self, company, partner_ids):
        """Who looks after each account.

        :return: dict commercial partner id -> user id or False
        """
        query = SQL(
            "SELECT partner_id, user_id FROM (%s) AS owner WHERE partner_id = ANY(%s)",
            self._collections_owners_sql(company),
            list(partner_ids),
        )
        found = dict(self.env.execute_query(query))
        return {partner: found.get(partner, False) for partner in partner_ids}

    def _collections_check_own(self, company):
        """:raise UserError: naming an account that somebody else looks after"""
        if not self._collections_is_limited():
            return
        # sudo: who looks after an account decides, whoever asks
        users = self.sudo()._collections_get_responsible(company, self.ids)
        for partner in self:
            if users[partner.id] not in (False, self.env.uid):
                user = self.env["res.users"].sudo().browse(users[partner.id])
                raise UserError(
                    self.env._(
                        "%(account)s is looked after by %(user)s.",
                        account=partner.display_name,
                        user=user.name,
                    )
                )

    @api.model
    def _collections_is_limited(self):
        """Whether the user sees own accounts only.

        Who works on all of them and auditors may see every account.
        """
        return not self.env.su and not any(
            self.env.user.has_group(f"account_admin.group_account_admin_{name}")
            for name in ("all", "auditor")
        )

    def _collections_check_kept(self, companies=None):
        """Refuse that who works on own accounts only changes another's.

        :param companies: in which it is asked whose they are, all of the user's if none
        :raise UserError: naming an account that somebody else looks after
        """
        # whom none of our groups concerns is limited by Odoo alone
        if self.env.user.has_group("account_admin.group_account_admin_user"):
            for company in companies or self.env.companies:
                self.commercial_partner_id._collections_check_own(company)
