"""What an account stands by, for many accounts at once, and rows that follow it."""

from collections import defaultdict
from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.days import add_days
from ...engine.desk import standing as engine
from ..base.bulk import insert_once, update_rows

GOOD = engine.Standing(engine.GOOD, engine.GOOD)


@dataclass(frozen=True)
class Found:
    """How an account stands, in words.

    :param Standing standing: of the engine
    :param tuple reasons: sentences, the worst first
    :param int override: id of what somebody set, ``None`` where the rules count
    :param int hold: id of the rule that places a hold, ``None`` where none does
    """

    standing: engine.Standing = GOOD
    reasons: tuple[str, ...] = ()
    override: int | None = None
    hold: int | None = None

    @property
    def level(self):
        return self.standing.level


class CollectionsStanding(models.Model):
    _inherit = "collections.standing"

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _get_facts(self, company, day, rules, accounts):
        """Facts of accounts by name, each read for all of them at once.

        A room below that knows of another fact adds it to the selection of the rule,
        its words to ``_say`` and a method ``_read_<fact>`` here: a number, whether it
        holds, or the last day on which it is in order.

        :param rules: the ``collections.standing.rule`` that count
        :param accounts: ids of commercial partners, all that may be concerned if None
        :return: dict commercial partner id -> dict fact -> value
        """
        facts = defaultdict(dict)
        for name, mine in rules.grouped(lambda rule: rule._get_fact()).items():
            read = getattr(self, f"_read_{mine[0].fact}")
            for account, value in read(company, day, mine[0], accounts).items():
                facts[account][name] = value
        return facts

    @api.model
    def _read_used(self, company, _day, _rule, accounts):
        """Share of the limit with most of it used: dict account id -> Fraction."""
        # sudo: what an account may owe is the same for whoever may see the account
        limits = self.env["collections.limit"].sudo()
        items = self.env["account.admin.open.item"].sudo()
        has_books = items._find_receivable_accounts(company)
        if not has_books or not limits._is_any(company):
            return {}
        if accounts is None:
            accounts = items._get_exposed(company)
        return {
            account: max(
                engine.get_share(state.used, state.top)
                for state in states
                if state.is_set
            )
            for account, states in limits._get_states(company, accounts).items()
            if any(state.is_set for state in states)
        }

    @api.model
    def _read_broken(self, company, day, rule, accounts):
        """Promises that were broken in the rule's days: dict account id -> number."""
        domain = Domain("company_id", "=", company.id)
        domain &= Domain("state", "=", "broken")
        domain &= Domain("judged_on", ">", add_days(day, -rule.window_days))
        if accounts is not None:
            domain &= Domain("partner_id", "in", list(accounts))
        # sudo: as above
        promises = self.env["collections.promise"].sudo()
        groups = promises._read_group(domain, ["partner_id"], ["__count"])
        return {account.id: count for account, count in groups}

    @api.model
    def _read_overdue(self, company, day, _rule, accounts):
        """Days that the oldest item that may be chased is past due."""
        # sudo: as above
        items = self.env["account.admin.open.item"].sudo()
        if not items._find_receivable_accounts(company):
            return {}
        facts = items._get_facts(company, day, accounts=accounts)
        return {
            account: (day - fact.lead_due).days
            for account, fact in facts.items()
            if fact.lead_due and fact.lead_due < day
        }

    @api.model
    def _read_on_hold(self, company, _day, _rule, accounts):
        """Accounts that somebody put on hold, their national account included."""
        # sudo: what is held back is the same for whoever asks
        holds = self.env["collections.hold"].sudo()
        if accounts is None:
            by_hand = holds.search(
                [
                    ("state", "=", "active"),
                    ("source", "=", "hand"),
                    ("company_id", "in", [False, company.id]),
                ]
            )
            members = by_hand.national_account_id._get_members(
                company, company._collections_today()
            )
            accounts = set(by_hand.partner_id.ids).union(*members.values())
        found = holds._find_of(company, accounts)
        return {
            account: True
            for account, mine in found.items()
            if "hand" in mine.mapped("source")
        }

    @api.model
    def _read_bounced(self, company, _day, _rule, accounts):
        """Accounts whose contact for reminders has no address that takes mail."""
        self.env["account.admin.bounce"].flush_model()
        partners = self.env["res.partner"].sudo()
        partners.flush_model(["email", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM account_admin_bounce bounce
                     JOIN res_partner partner
                       ON partner.email_normalized = bounce.email
                    WHERE partner.active AND %s""",
                SQL("TRUE")
                if accounts is None
                else SQL("partner.commercial_partner_id = ANY(%s)", list(accounts)),
            )
        )
        concerned = partners.browse(account for (account,) in rows)
        role = self.env["collections.case"]._default_role()
        contacts = concerned._collections_get_contacts(role)
        _alive, dead = partners.union(*contacts.values())._collections_get_alive()
        return {account: True for account, one in contacts.items() if one & dead}

    @api.model
    def _read_document(self, company, _day, _rule, accounts):
        """The last day on which all types of papers of an account are in order."""
        # sudo: as above
        documents = self.env["account.admin.document"].sudo()
        last = documents._get_last_days(company, accounts, vital=True)
        return {account: ends for account, (ends, _kind) in last.items()}

    @api.model
    def _read_obligation(self, company, _day, _rule, accounts):
        """The last day of the oldest obligation that an account missed."""
        # sudo: as above
        obligations = self.env["account.admin.obligation"].sudo()
        missed = obligations._get_missed_days(company, accounts, vital=True)
        return {account: day for account, (day, _name) in missed.items()}

    @api.model
    def _read_rating(self, _company, day, _rule, accounts):
        """Class of the external ratings, the worst that counts."""
        return self.env["account.admin.rating"]._get_external(day, accounts)

    @api.model
    def _read_review(self, _company, _day, _rule, accounts):
        """The last day on which the profile of an account is fresh enough."""
        domain = Domain("review_on", "!=", False)
        if accounts is not None:
            domain &= Domain("partner_id", "in", list(accounts))
        # sudo: as above
        profiles = self.env["account.admin.profile"].sudo()
        found = profiles.search_fetch(domain, ["partner_id", "review_on"])
        return {one.partner_id.id: one.review_on for one in found}

    # ------------------------------------------------------------------
    # STAND
    # ------------------------------------------------------------------

    @api.model
    def _find(self, company, accounts=None):
        """How accounts stand today by the rules and by what somebody set.

        :param accounts: ids of commercial partners; all with a reason if ``None``
        :return: dict commercial partner id -> :class:`Found`; who is missing is good
        """
        day = company._collections_today()
        rules = self.env["collections.standing.rule"]._get_of(company)
        overrides = self.env["collections.standing.override"]._get_counting(
            company, day, "partner_id", accounts
        )
        facts = self._get_facts(company, day, rules, accounts)
        engines = rules._to_engine()
        asked = None if accounts is None else set(accounts)
        return {
            account: self._judge(
                facts.get(account, {}), rules, engines, day, overrides.get(account)
            )
            for account in {*facts, *overrides}
            if asked is None or account in asked
        }

    @api.model
    def _judge(self, facts, rules, engines, day, override):
        """How one account stands by its facts: a :class:`Found`."""
        counts = override and engine.Override(override.level, override.date_end)
        standing = engine.get_standing(facts, engines, day, counts)
        hits = rules.browse(standing.hits)
        placing = hits.filtered("places_hold")[:1]
        return Found(
            standing,
            tuple(rule._say(facts[rule._get_fact()]) for rule in hits),
            override.id if override else None,
            placing.id if standing.level == engine.HOLD and placing else None,
        )

    @api.model
    def _find_nationals(self, company, found, nationals=None):
        """How national accounts, regions and areas stand: as the worst of their
        members, and who that is.

        :param dict found: of :meth:`_find`, of all members
        :param nationals: those asked for, all if ``None``
        :return: dict national account id -> :class:`Found`
        """
        day = company._collections_today()
        # sudo: members that a user may not see count, too
        lines = self.env["national.account"].sudo()._get_lines(company, day, found)
        overrides = self.env["collections.standing.override"]._get_counting(
            company, day, "national_account_id", nationals and nationals.ids
        )
        by_national = defaultdict(list)
        for member, line in lines.items():
            for national in line if nationals is None else line & nationals:
                by_national[national.id].append((member, found[member]))
        names = self.env["res.partner"].sudo().browse(found).mapped("display_name")
        names = dict(zip(found, names, strict=True))
        result = {}
        for national in {*by_national, *overrides}:
            rows = sorted(
                by_national[national],
                key=lambda row: -engine.LEVELS.index(row[1].level),
            )
            level = engine.get_worst(row.level for _member, row in rows)
            override = overrides.get(national)
            result[national] = Found(
                engine.Standing(override.level if override else level, level),
                tuple(
                    f"{names[member]}: {reason}"
                    for member, row in rows
                    if row.level != engine.GOOD
                    for reason in row.reasons
                ),
                override.id if override else None,
            )
        return result

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @api.model
    def _refresh(self, company, accounts=None):
        """Bring the rows of a company up to date; what is good and was never else has
        none.

        :param accounts: ids of commercial partners, all if ``None``
        """
        found = self._find(company, accounts)
        wanted = {("partner_id", account): row for account, row in found.items()}
        if accounts is None:
            nationals = self._find_nationals(company, found)
            wanted |= {
                ("national_account_id", national): row
                for national, row in nationals.items()
            }
        domain = Domain("company_id", "=", company.id)
        if accounts is not None:
            domain &= Domain("partner_id", "in", list(accounts))
        known = {standing._get_place(): standing for standing in self.search(domain)}
        day, rows, new = company._collections_today(), [], []
        for place in {*wanted, *known}:
            row, old = wanted.get(place, Found()), known.get(place)
            vals = {
                "level": row.level,
                "computed_level": row.standing.computed,
                "rank": engine.LEVELS.index(row.level),
                "reasons": "\n".join(row.reasons) or None,
                "override_id": row.override,
                "date": day,
                "since": old.since if old and old.level == row.level else day,
            }
            if old:
                rows.append({"id": old.id, **vals})
            elif row != Found():
                names = dict.fromkeys(("partner_id", "national_account_id"))
                names[place[0]] = place[1]
                new.append({"company_id": company.id, **names, **vals})
        update_rows(self, rows)
        # somebody else may open the list at this moment
        insert_once(self, new)

    def _get_place(self):
        self.ensure_one()
        if self.partner_id:
            return "partner_id", self.partner_id.id
        return "national_account_id", self.national_account_id.id

    @api.model
    def _refresh_known(self, company, accounts):
        """Bring up to date those of these accounts that the list has."""
        known = self.search(
            [("company_id", "=", company.id), ("partner_id", "in", list(accounts))]
        )
        if known:
            self._refresh(company, known.partner_id.ids)
