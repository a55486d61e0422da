"""Who works for whom today: asked by whatever routes work, and by the record rules.

The rules ask at each query, so that a right begins and ends with the day, without
anything that has to run. What they ask is kept in memory by company and day, and
forgotten as soon as an absence, a user or a national account changes. The day is that
of the company whose record it is; of what belongs to no company, of those worked in.
"""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ...engine.absence import Cover, find_covered

USER = "account_admin.group_account_admin_user"


class AccountAdminAbsence(models.Model):
    _inherit = "account.admin.absence"

    @api.model
    def _forget_cover(self):
        """Something changed of which absences, rules and routing tell."""
        self.env.registry.clear_cache()
        self.env.invalidate_all()

    @api.model
    def _make_cover(self, rows, company=None, role=None):
        """Absences with the managers of everybody, and those who cannot act.

        :param rows: list of :class:`~..engine.absence.Absence`
        :param company: those who do not work there cannot act
        :param str role: external id of a group; those without it cannot act
        """
        # sudo: who is there, and whose manager somebody is, is the same for everybody
        users = self.env["res.users"].sudo().with_context(active_test=False)
        led = users.search([("account_admin_manager_id", "!=", False)])
        managers = {user.id: user.account_admin_manager_id.id for user in led}
        people = {row.user for row in rows} | {row.deputy for row in rows}
        people = users.browse((people | set(managers.values())) - {None})
        gone = people.filtered(
            lambda user: (
                not user.active
                or user.share
                or (company and company not in user.company_ids)
                or (role and not user.has_group(role))
            )
        )
        return Cover(rows, managers, gone.ids)

    @api.model
    @ormcache("company_id", "day", "role")
    def _get_cover(self, company_id, day, role=USER):
        """Who is away on a day, for the work of a company.

        :param str role: external id of the group that whoever acts has to have
        :rtype: engine.absence.Cover
        """
        # sudo: an absence counts whoever may read it
        absences = self.sudo().search(
            [("date_start", "<=", day), ("date_end", ">=", day)]
        )
        company = self.env["res.company"].sudo().browse(company_id)
        rows = [absence._get_row() for absence in absences]
        return self._make_cover(rows, company, role)

    @api.model
    def _get_scopes(self, company, day, cover, accounts):
        """What the work of accounts belongs to, the nearest first.

        :param accounts: commercial partner ids
        :return: dict id -> tuple, with the national account where somebody has an
            absence for one
        """
        scopes = {account: (("res.partner", account),) for account in accounts}
        if any(kind == "national.account" for kind, _id in cover.scopes):
            # sudo: a membership counts whoever may see it
            nationals = self.env["national.account"].sudo()
            for account, line in nationals._get_lines(
                company, day, list(scopes)
            ).items():
                scopes[account] += tuple(("national.account", one) for one in line.ids)
        return scopes

    @api.model
    @ormcache("user_id", "company_ids", "day")
    def _is_needed(self, user_id, company_ids, day):
        """Whether somebody stands in for anybody, wherever it is that day or the next.

        Most people do not on most days: nothing has to be read to tell them.
        """
        return any(
            self._find_covered(company, day + timedelta(days=offset), user_id)[0]
            for company in company_ids
            for offset in (-1, 0, 1)
        )

    @api.model
    @ormcache("company_id", "day", "user_id")
    def _find_covered(self, company_id, day, user_id):
        """Whose work somebody does on a day in a company, in their place.

        :return: dict scopes -> ids of users, and dict scopes -> ids of the accounts
            that have them; both empty for who stands in for nobody
        """
        cover = self._get_cover(company_id, day)
        if not cover.absences:
            return {}, {}
        company = self.env["res.company"].browse(company_id)
        accounts = self._get_scoped_accounts(company, day, cover)
        covered = find_covered(cover, user_id, day, accounts)
        return (covered, accounts) if any(covered.values()) else ({}, {})

    @api.model
    def _get_scoped_accounts(self, company, day, cover):
        """Accounts that somebody has an absence for: dict scopes -> tuple of ids."""
        wanted = {item for kind, item in cover.scopes if kind == "res.partner"}
        groups = [scope for scope in cover.scopes if scope[0] == "national.account"]
        found = {(group,): () for group in groups}
        if groups:
            # sudo: a membership counts whoever may see it
            nationals = self.env["national.account"].sudo()
            groups = nationals.browse(item for _kind, item in groups)
            wanted.update(*groups._get_members(company, day).values())
        for account, scopes in self._get_scopes(company, day, cover, wanted).items():
            named = tuple(scope for scope in scopes if scope in cover.scopes)
            found[named] = (*found.get(named, ()), account)
        return found

    @api.model
    def _get_covered_domain(self, user_field, tell_accounts, in_company):
        """Records of those whose work the user does today.

        :param str user_field: whose a record is
        :param tell_accounts: takes scopes and ids of accounts, gives the domain of
            their records
        :param bool in_company: whether records have a company
        """
        companies, found = self.env.companies, {}
        if not self._is_needed(self.env.uid, companies._ids, fields.Date.today()):
            return Domain.FALSE
        for company in companies:
            day = company._collections_today()
            covered, accounts = self._find_covered(company.id, day, self.env.uid)
            if covered:
                domain = _tell_covered(user_field, covered, accounts, tell_accounts)
                found[company] = domain
        if not found:
            return Domain.FALSE
        if not in_company:
            return Domain.OR(found.values())
        home = next(iter(found))
        if len(found) == len(companies) and all(
            domain == found[home] for domain in found.values()
        ):
            return found[home]
        return Domain.OR(
            Domain("company_id", "=", company.id) & domain
            for company, domain in found.items()
        )


def _tell_covered(user_field, covered, accounts, tell_accounts):
    """Domain of :func:`~..engine.absence.find_covered`."""
    general = covered[()]
    special = {
        scopes: tell_accounts(scopes, accounts[scopes])
        for scopes, users in covered.items()
        if scopes and users != general
    }
    everywhere_else = Domain.AND(~domain for domain in special.values())
    domains = [Domain(user_field, "in", sorted(general)) & everywhere_else]
    for scopes, domain in special.items():
        domains.append(Domain(user_field, "in", sorted(covered[scopes])) & domain)
    return Domain.OR(domains)
