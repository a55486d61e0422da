"""Whose case it is, and keeping it as its account is: at once, not tomorrow."""

import logging
from datetime import date
from functools import partial

from odoo import Command, api, models
from odoo.tools import SQL

from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)

#: Accounts whose cases are brought up to date before the transaction is committed.
TOUCHED = "account_admin.touched"


def _wait_for_the_night(records, error):
    _logger.info("Cases of %s wait for the night: %s", records, describe(error))


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

    # ------------------------------------------------------------------
    # FOLLOW
    # ------------------------------------------------------------------

    @api.model
    def _follow_accounts(self, company, day, partners=None):
        """Let open cases go where their account is chased now: a parent, a head office.

        The case moves as it stands; where one is open there already, the two are one.

        :param partners: ids of accounts whose cases are looked at, all when ``None``
        """
        heads = self.env["collections.policy"]._get_heads(company, day)
        self.flush_model(["partner_id", "state", "company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT collections_case.id, collections_case.partner_id,
                          partner.commercial_partner_id
                     FROM collections_case
                     JOIN res_partner partner
                       ON partner.id = collections_case.partner_id
                    WHERE collections_case.state <> 'closed'
                      AND collections_case.company_id = %s %s
                    ORDER BY collections_case.last_contact DESC NULLS LAST,
                             collections_case.id""",
                company.id,
                SQL("")
                if partners is None
                else SQL("AND collections_case.partner_id = ANY(%s)", list(partners)),
            )
        )
        at_home, moving = {}, {}
        for case_id, partner, commercial in rows:
            account = heads.get(commercial, commercial)
            if account == partner:
                at_home[account] = self.browse(case_id)
            else:
                moving.setdefault(account, []).append(case_id)
        for account, case_ids in moving.items():
            cases = self.browse(case_ids)
            home = at_home.get(account)
            cases._move_to(self.env["res.partner"].browse(account), home)

    def _move_to(self, partner, home=None):
        """These cases are an account's from now on: one of them, as strict as all.

        :param home: the case that is open there already
        """
        keeper = home or self[0]
        (self | keeper)._unite(keeper)
        if keeper.partner_id != partner:
            keeper._log_events(
                [
                    {
                        **keeper._event_vals("moved"),
                        "note": self.env._(
                            "Was the case of %s.", keeper.partner_id.display_name
                        ),
                    }
                ]
            )
            keeper.partner_id = partner

    def _unite_twins(self):
        """Of open cases of one account the one that was chased last stays."""
        last = self.sorted(lambda case: (case.last_contact or date.min, -case.id))[-1]
        self._unite(last)

    def _unite(self, keeper):
        """Keep one of several open cases, as strict as the strictest of them."""
        others = self - keeper
        if not others:
            return
        last = self.filtered("last_contact").sorted("last_contact")[-1:]
        handed = (keeper | others).filtered("handed_to")[:1]
        vals = {
            "step_id": last.step_id.id,
            "last_contact": last.last_contact,
            "handed_to": handed.handed_to,
            "handed_item_id": handed.handed_item_id.id,
            "on_hold": any(self.mapped("on_hold")),
            "told_item_ids": [Command.set(self.told_item_ids.ids)],
        }
        others._close({case.id: ("merged", None) for case in others})
        keeper.write(vals)
        if keeper.state != "attention":
            keeper.write({"state": keeper._get_state_of_work()})

    # ------------------------------------------------------------------
    # KEEP UP TO DATE
    # ------------------------------------------------------------------

    @api.model
    def _touch(self, company, partners):
        """What accounts owe or how they are reached has changed: their cases show it.

        Once, before the transaction is committed, however often it is called.

        :param partners: ``res.partner``, contacts among them
        """
        if not partners:
            return
        hooks = self.env.cr.precommit
        if TOUCHED not in hooks.data:
            hooks.data[TOUCHED] = {}
            hooks.add(partial(self.sudo().browse()._refresh_touched))
        hooks.data[TOUCHED].setdefault(company.id, set()).update(partners.ids)

    @api.model
    def _refresh_touched(self):
        """Bring the open cases of touched accounts up to date.

        What fails here is the next night's: nobody's invoice or payment waits for it.
        """
        touched = self.env.cr.precommit.data.pop(TOUCHED, {})
        for company_id, partner_ids in touched.items():
            company = self.env["res.company"].browse(company_id)
            if not self._has_open_of(company, partner_ids):
                continue
            partners = self.env["res.partner"].browse(partner_ids).exists()
            isolate(
                self.env,
                partners,
                partial(self.with_company(company)._refresh_of, company),
                _wait_for_the_night,
            )

    @api.model
    def _refresh_new_days(self):
        """Where a company's day has begun and its night has not come: show the day."""
        run = self.env["collections.run"]
        for company in run._get_companies_of_tonight():
            today = company._collections_today()
            if company.collections_shown_on == today or not run._lock(company):
                continue
            try:
                isolate(self.env, company, self._show_day, _wait_for_the_night)
            finally:
                run._unlock(company)
            self.env["ir.cron"]._commit_progress()

    @api.model
    def _show_day(self, company):
        """Show in a company's cases what its day says."""
        today = company._collections_today()
        judged = self.env["collections.run"].with_company(company)
        self._refresh_open(judged._judge(company, today))
        company.collections_shown_on = today

    @api.model
    def _has_open_of(self, company, partner_ids):
        """Whether a case may be about these: one query, since every invoice asks."""
        self.flush_model(["partner_id", "company_id", "state"])
        return bool(
            self.env.execute_query(
                SQL(
                    """WITH account AS (
                           SELECT commercial_partner_id AS id FROM res_partner
                            WHERE id = ANY(%(partners)s)
                        UNION SELECT unnest(%(partners)s))
                    SELECT FROM collections_case
                     WHERE company_id = %(company)s AND state <> 'closed'
                       AND partner_id IN (
                           SELECT id FROM account
                        UNION ALL
                           SELECT national.partner_id
                             FROM national_account_member member
                             JOIN account ON account.id = member.partner_id
                             JOIN national_account national
                               ON national.id = member.national_account_id)
                     LIMIT 1""",
                    partners=list(partner_ids),
                    company=company.id,
                )
            )
        )

    @api.model
    def _refresh_of(self, company, partners):
        """Show in the open cases of these accounts what a night would show now."""
        commercial = partners.commercial_partner_id
        accounts = {*commercial.ids, *partners.ids}
        accounts.update(self._get_chased_accounts(company, commercial).values())
        cases = self.search(self._get_open_domain(company, accounts))
        # what a night is working on is up to date when it is done
        cases = cases.try_lock_for_update(allow_referencing=True)
        if not cases:
            return
        today = company._collections_today()
        self._follow_accounts(company, today, accounts)
        cases = cases.filtered(lambda case: case.state != "closed")
        self._release_mended(company, cases.partner_id.ids)
        judged = self.env["collections.run"]._judge(
            company, today, cases.partner_id.ids
        )
        self._refresh_open(judged)
