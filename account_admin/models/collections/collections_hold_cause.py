"""Holds that come and go with their cause: a limit, a step, the overdue rule."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.credit import find_broken


class CollectionsHold(models.Model):
    _inherit = "collections.hold"

    @api.model
    def _follow_causes(self, company, partner_ids=None):
        """Set holds whose cause has come, release those whose cause is gone.

        :param partner_ids: ids of commercial partners, all when ``None``
        """
        # sudo: a cause holds whoever brought it about
        self = self.sudo()
        self._expire(company)
        if not self._has_causes(company):
            return
        wanted = {
            **self._find_steps(company, partner_ids),
            **self._find_exceeded(company, partner_ids),
            **self._find_overdue(company, partner_ids),
            **self._find_standing(company, partner_ids),
        }
        standing = {}
        for hold in self._search_caused(company, partner_ids):
            place = hold.source, hold.partner_id.id, hold.national_account_id.id
            standing[place] = hold
        gone = [hold.id for place, hold in standing.items() if place not in wanted]
        self.browse(gone)._end("released")
        day = company._collections_today()
        self.create(
            [
                {
                    "source": source,
                    "partner_id": partner,
                    "national_account_id": national,
                    "company_id": company.id,
                    "reason": reason,
                    "date_start": day,
                }
                for (source, partner, national), reason in wanted.items()
                if (source, partner, national) not in standing
            ]
        )

    @api.model
    def _expire(self, company):
        """Holds whose last day has passed are over."""
        passed = self.search(
            [
                ("state", "=", "active"),
                ("company_id", "in", [False, company.id]),
                ("date_end", "<", company._collections_today()),
            ]
        )
        passed._end("expired")

    @api.model
    def _has_causes(self, company):
        """Whether anything may set or release a hold: one query, every payment asks."""
        self.flush_model(["company_id", "state", "source"])
        self.env["collections.limit"].flush_model(["company_id", "sets_hold", "amount"])
        self.env["collections.case"].flush_model(["company_id", "on_hold"])
        self.env["collections.standing.rule"].flush_model()
        (found,) = self.env.execute_query(
            SQL(
                """SELECT EXISTS (SELECT FROM collections_hold
                                   WHERE company_id = %(id)s AND state = 'active'
                                     AND source <> 'hand')
                       OR EXISTS (SELECT FROM collections_limit
                                   WHERE sets_hold AND amount IS NOT NULL
                                     AND (company_id IS NULL OR company_id = %(id)s))
                       OR EXISTS (SELECT FROM collections_case
                                   WHERE company_id = %(id)s AND on_hold)
                       OR EXISTS (SELECT FROM collections_standing_rule
                                   WHERE active AND places_hold
                                     AND (company_id IS NULL
                                          OR company_id = ANY(%(lineage)s)))""",
                id=company.id,
                # sudo: a branch follows companies that its users need not see
                lineage=company.sudo().parent_ids.ids,
            )
        )
        return found[0] or company.collections_hold_overdue

    @api.model
    def _search_caused(self, company, partner_ids):
        """Active holds of a company that go with their cause."""
        domain = Domain("state", "=", "active") & Domain("source", "!=", "hand")
        domain &= Domain("company_id", "=", company.id)
        if partner_ids is not None:
            lines = self.env["national.account"]._get_lines(
                company, company._collections_today(), list(partner_ids)
            )
            ids = {national for line in lines.values() for national in line.ids}
            domain &= Domain("partner_id", "in", list(partner_ids)) | Domain(
                "national_account_id", "in", list(ids)
            )
        return self.search(domain)

    # ------------------------------------------------------------------
    # CAUSES
    # ------------------------------------------------------------------

    @api.model
    def _find_steps(self, company, partner_ids):
        """Accounts whose case is on hold by a step of their policy."""
        domain = Domain("company_id", "=", company.id) & Domain("on_hold", "=", True)
        if partner_ids is not None:
            domain &= Domain("partner_id", "in", list(partner_ids))
        cases = self.env["collections.case"].search(
            domain & Domain("state", "!=", "closed")
        )
        return {
            ("step", case.partner_id.id, False): self.env._(
                "The step “%s” puts it on hold until its case closes.",
                case.step_id.name or "",
            )
            for case in cases
        }

    @api.model
    def _find_exceeded(self, company, partner_ids):
        """Accounts and national accounts that owe more than their limit."""
        limits = self.env["collections.limit"]
        if partner_ids is None:
            partner_ids = limits._get_concerned(company)
        broken = {}
        for partner, states in limits._get_states(company, partner_ids).items():
            for state in find_broken(states):
                limit = limits.browse(state.key[0])
                if limit.sets_hold:
                    national = limit.national_account_id.id
                    place = "limit", False if national else partner, national
                    broken[place] = self.env._(
                        "It owes more than its credit limit of %s.",
                        limit.currency_id.format(float(state.top)),
                    )
        return broken

    @api.model
    def _find_overdue(self, company, partner_ids):
        """Accounts that owe too much for too long by the company's rule.

        As :func:`~..engine.credit.is_overdue_blocked` has it, for all of them at once.
        """
        if not company.collections_hold_overdue:
            return {}
        items = self.env["account.admin.open.item"]
        days = company.collections_hold_days
        rows = items._get_overdue_since(
            company, days, company.collections_hold_amount, partner_ids
        )
        return {
            ("overdue", partner, False): self.env._(
                "%(amount)s is more than %(days)s days past due.",
                amount=company.currency_id.format(float(amount)),
                days=days,
            )
            for partner, amount in rows.items()
        }

    @api.model
    def _find_standing(self, company, partner_ids):
        """Accounts of which a rule of their standing places a hold."""
        rules = self.env["collections.standing.rule"]._get_of(company)
        if not rules.filtered("places_hold"):
            return {}
        found = self.env["collections.standing"]._find(company, partner_ids)
        return {
            ("standing", account, False): row.reasons[0] + "."
            for account, row in found.items()
            if row.hold
        }

    @api.model
    def _follow_limits(self, limits):
        """Holds by these limits follow what they allow now.

        :param limits: ``collections.limit``
        """
        limits = limits.sudo()
        # an account without a limit of its own asks tonight, or when something moves
        named = limits.filtered(lambda one: one.partner_id or one.national_account_id)
        for limit in named:
            for company in limit.company_id or self.env.company:
                accounts = limit._get_accounts(company, {(limit.id, None)})
                self._follow_causes(company, accounts[limit.id, None])
