"""Open cases between the nights: where their account is chased, what it owes now."""

import logging
from functools import partial

from odoo import Command, api, models
from odoo.tools import SQL

from ..base.isolation import describe, isolate

_logger = logging.getLogger(__name__)
#: Accounts whose cases are brought up to date before the transaction is committed.
TOUCHED = "account_admin.touched"


class CollectionsUpkeep(models.AbstractModel):
    """Keeps open cases up to date as their accounts change."""

    _name = "collections.upkeep"
    _description = "Upkeep of Open Cases"

    @api.model
    def _follow_accounts(self, company, day, partners=None):
        """Let open cases go where their account is chased now: a parent, a head office.

        The case moves as it stands; where one is open there already, the two are one.

        :param partners: ids of accounts whose cases are looked at, all when ``None``
        """
        cases = self.env["collections.case"]
        heads = self.env["collections.policy"]._get_heads(company, day)
        cases.flush_model(["partner_id", "state", "company_id"])
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
                at_home[account] = cases.browse(case_id)
            else:
                moving.setdefault(account, []).append(case_id)
        for account, case_ids in moving.items():
            partner = self.env["res.partner"].browse(account)
            self._move_to(cases.browse(case_ids), partner, at_home.get(account))

    @api.model
    def _move_to(self, cases, partner, home=None):
        """Cases are an account's from now on: one of them, as strict as all.

        :param home: the case that is open there already
        """
        keeper = home or cases[0]
        self._unite(cases | keeper, keeper)
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

    @api.model
    def _unite(self, cases, keeper):
        """Keep one of several open cases, as strict as the strictest of them."""
        others = cases - keeper
        if not others:
            return
        last = cases.filtered("last_contact").sorted("last_contact")[-1:]
        handed = (keeper | others).filtered("handed_to")[:1]
        vals = {
            "step_id": last.step_id.id,
            "last_contact": last.last_contact,
            "handed_to": handed.handed_to,
            "handed_item_id": handed.handed_item_id.id,
            "on_hold": any(cases.mapped("on_hold")),
            "told_item_ids": [Command.set(cases.told_item_ids.ids)],
        }
        others._close({case.id: ("merged", None) for case in others})
        keeper.write(vals)
        if keeper.state != "attention":
            keeper.write({"state": keeper._get_state_of_work()})

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
            hooks.add(partial(self.sudo()._refresh_touched))
        hooks.data[TOUCHED].setdefault(company.id, set()).update(partners.ids)

    @api.model
    def _refresh_touched(self):
        """Bring the open cases of touched accounts up to date.

        What fails here is the next night's: nobody's invoice or payment waits for it.
        """
        touched = self.env.cr.precommit.data.pop(TOUCHED, {})
        for company_id, partner_ids in touched.items():
            company = self.env["res.company"].browse(company_id)
            partners = self.env["res.partner"].browse(partner_ids)
            if self._has_open_of(company, partner_ids):
                isolate(
                    self.env,
                    partners.exists(),
                    partial(self.with_company(company)._refresh_of, company),
                    _wait_for_the_night,
                )
                isolate(
                    self.env,
                    partners.exists(),
                    partial(self.with_company(company)._follow_standings, company),
                    _wait_for_the_night,
                )
            if self.env["collections.hold"]._has_causes(company):
                isolate(
                    self.env,
                    partners.exists(),
                    partial(self.with_company(company)._follow_holds, company),
                    _wait_for_the_night,
                )

    @api.model
    def _follow_standings(self, company, partners):
        """The list of standings shows these accounts as they stand now."""
        accounts = partners.commercial_partner_id.ids
        self.env["collections.standing"]._refresh_known(company, accounts)

    @api.model
    def _follow_holds(self, company, partners):
        """Holds of these accounts come and go with their cause."""
        self.env["collections.hold"]._follow_causes(
            company, partners.commercial_partner_id.ids
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
        cases = self.env["collections.case"]
        cases._refresh_open(judged._judge(company, today))
        company.collections_shown_on = today

    @api.model
    def _has_open_of(self, company, partner_ids):
        """Whether a case may be about these: one query, since every invoice asks."""
        self.env["collections.case"].flush_model(["partner_id", "company_id", "state"])
        nationals = self.env["national.account"]
        nationals._flush_members()
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
                           SELECT partner_id FROM national_account
                            WHERE id IN (SELECT line.above FROM account,
                                                LATERAL (%(line)s) line))
                     LIMIT 1""",
                    partners=list(partner_ids),
                    line=nationals._line_sql(
                        SQL("account.id"),
                        SQL("%s", company.id),
                        SQL("%s", company._collections_today()),
                    ),
                    company=company.id,
                )
            )
        )

    @api.model
    def _refresh_of(self, company, partners):
        """Show in the open cases of these accounts what a night would show now."""
        commercial = partners.commercial_partner_id
        accounts = {*commercial.ids, *partners.ids}
        cases = self.env["collections.case"]
        accounts.update(cases._get_chased_accounts(company, commercial).values())
        cases = cases.search(cases._get_open_domain(company, accounts))
        # what a night is working on is up to date when it is done
        cases = cases.try_lock_for_update(allow_referencing=True)
        if not cases:
            return
        today = company._collections_today()
        self._follow_accounts(company, today, accounts)
        cases = cases.filtered(lambda case: case.state != "closed")
        cases._release_mended(company, cases.partner_id.ids)
        judged = self.env["collections.run"]._judge(
            company, today, cases.partner_id.ids
        )
        cases._refresh_open(judged)


def _wait_for_the_night(records, error):
    _logger.info("Cases of %s wait for the night: %s", records, describe(error))
