"""Whose an account is: the one answer that rules, checks and figures use."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


def owner_sql(partner="partner", member="member"):
    """SQL of who looks after an account: its own administrator, else the nearest of
    its region or national account.

    :param str partner: alias of the account's row of ``res_partner``
    :param str member: alias of its row of ``national.account._members_sql``, joined
        outer
    """
    return SQL(
        "COALESCE(%s, %s)",
        SQL.identifier(partner, "collections_user_id"),
        SQL.identifier(member, "user_id"),
    )


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _collections_owners_sql(self, companies, partners=None):
        """SQL of who looks after accounts today: partner_id, user_id.

        An account that nobody looks after has no row; one that is kept by the national
        accounts of several companies has one for each.

        :param partners: ids of commercial partners to look at, all when ``None``
        """
        nationals = self.env["national.account"]
        self.flush_model(["collections_user_id"])
        nationals._flush_members()
        return SQL(" UNION ").join(
            SQL(
                """SELECT partner.id AS partner_id, %(owner)s AS user_id
                     FROM res_partner partner
                     LEFT JOIN (%(members)s) member ON member.partner_id = partner.id
                    WHERE %(owner)s IS NOT NULL AND %(these)s""",
                owner=owner_sql(),
                members=nationals._members_sql(
                    company, company._collections_today(), partners
                ),
                these=SQL("TRUE")
                if partners is None
                else SQL("partner.id = ANY(%s)", list(partners)),
            )
            for company in companies
        )

    @api.model
    def _collections_get_responsible(self, company, partner_ids):
        """Who looks after each account.

        :return: dict commercial partner id -> user id or False
        """
        query = SQL(
            "SELECT partner_id, user_id FROM (%s) AS owner",
            self._collections_owners_sql(company, partner_ids),
        )
        found = dict(self.env.execute_query(query))
        return {partner: found.get(partner, False) for partner in partner_ids}

    def _collections_filter_own(self, company, deputy=True):
        """Those of these accounts that the user, nobody, or whom they cover has.

        :param bool deputy: whether those of whom the user stands in for today count
        """
        # sudo: who looks after an account decides, whoever asks
        users = self.sudo()._collections_get_responsible(company, self.ids)
        own = self.filtered(lambda p: users[p.id] in (False, self.env.uid))
        others = self - own
        if deputy and others:
            own |= others.with_company(company)._collections_get_covered()
        return own & self

    def _collections_check_own(self, company, deputy=True):
        """Refuse accounts that somebody else looks after.

        :param bool deputy: whether those of whom the user stands in for today pass
        :raise UserError: naming the account and who looks after it
        """
        if not self._collections_is_limited():
            return
        others = self - self._collections_filter_own(company, deputy)
        if not others:
            return
        # sudo: whose it is has to be named
        user = others.sudo()._collections_get_responsible(company, others.ids)
        raise UserError(
            self.env._(
                "%(account)s is looked after by %(user)s.",
                account=others[0].display_name,
                user=self.env["res.users"].sudo().browse(user[others[0].id]).name,
            )
        )

    def _collections_get_covered(self):
        """Those of these accounts whose owner's work the user does today."""
        # sudo: whose an account is counts, whoever may read it
        partners = self.sudo()
        domain = partners._collections_covered_domain()
        return partners.search(Domain("id", "in", self.ids) & domain).with_env(self.env)

    @api.model
    def _collections_covered_domain(self):
        return self.env["account.admin.absence"]._get_covered_domain(
            "collections_responsible_id",
            lambda _scopes, accounts: Domain("commercial_partner_id", "in", accounts),
            in_company=False,
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
        """Refuse that who works on own accounts only changes whose another's is.

        A deputy's days end: what would outlast them is for the owner.


        :param companies: in which it is asked whose they are, all of the user's if none
        :raise UserError: naming an account that somebody else looks after
        """
        # whom none of our groups concerns is limited by Odoo alone
        if self.env.user.has_group("account_admin.group_account_admin_user"):
            for company in companies or self.env.companies:
                self.commercial_partner_id._collections_check_own(company, deputy=False)
