"""What limits and holds say to a document of a customer, and who may go on anyway."""

from odoo import SUPERUSER_ID, api, models
from odoo.tools import format_date

from ...engine.credit import DELIVERY, find_broken

#: Who may post or confirm in spite of a limit or a hold.
OVERRIDE = "account_admin.group_account_admin_override"
#: So many names of people, and accounts, a sentence has.
NAMED = 3


class CollectionsCredit(models.AbstractModel):
    """Asked by invoices, and by orders and deliveries where they are installed."""

    _name = "collections.credit"
    _description = "Credit Check"

    @api.model
    def _is_any(self, company):
        """Whether a company has a limit or a hold at all."""
        # sudo: limits count whoever may see them
        return self.env["collections.limit"].sudo()._is_any(company)

    @api.model
    def _take_turns(self, company, partners):
        """Wait for whoever adds to the limits of these accounts at this moment.

        :return: the limits, for :meth:`_find_stopped`
        """
        # sudo: as above
        limits = self.env["collections.limit"].sudo()
        found = limits._find_of(company, partners.ids)
        limits._take_turns({unit for mine in found.values() for unit in mine})
        return found

    @api.model
    def _find_stopped(
        self,
        company,
        partners,
        kind,
        before=None,
        is_strict=False,
        more=None,
        found=None,
    ):
        """What stops a document of each account: limits it exceeds, holds.

        :param partners: commercial partners
        :param kind: of ``engine.credit.STOPPED``; a delivery adds to no limit
        :param before, is_strict: see :meth:`collections.limit._measure`
        :param dict more: partner id -> list of (amount, ``res.currency``) that the
            document adds and that no book has yet
        :param dict found: of :meth:`_take_turns`, where that was asked before
        :return: dict partner id -> pair of list of
            :class:`~..engine.credit.Limit` and ``collections.hold``
        """
        # sudo: limits and holds stop whoever may not even see them
        holds = self.env["collections.hold"].sudo()
        limits = self.env["collections.limit"].sudo()
        stopping = holds._find_stopping(company, partners.ids, kind)
        states = {}
        if kind != DELIVERY:
            states = limits._get_states(company, partners.ids, before, is_strict, found)
            limits._add_to_states(company, states, more or {}, is_strict)
        stopped = {}
        for partner in partners.ids:
            broken = find_broken(states.get(partner, ()))
            if broken or partner in stopping:
                stopped[partner] = broken, stopping.get(partner, holds)
        return stopped

    @api.model
    def _may_override(self):
        # what runs by itself overrides nothing
        return self.env.uid != SUPERUSER_ID and self.env.user.has_group(OVERRIDE)

    @api.model
    def _note_overrides(self, company, documents):
        """Keep who let which document through in spite of what.

        :param documents: list of (values that name the document, reason, what stopped
            it as of :meth:`_find_stopped`)
        """
        day = company._collections_today()
        rows = []
        for named, reason, (broken, holds) in documents:
            noted = {**named, "reason": reason, "date_start": day, "date_end": day}
            rows += [
                {**noted, "limit_id": limit.key[0], "amount": float(-limit.free)}
                for limit in broken
            ]
            rows += [{**noted, "hold_id": hold.id} for hold in holds]
        # sudo: these are kept whatever else the user may do with limits
        self.env["collections.limit.override"].sudo().create(rows)

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    @api.model
    def _say_stopped(self, sentences):
        """The sentences of the first accounts, and who may do it anyway."""
        if len(sentences) > NAMED:
            rest = len(sentences) - NAMED
            sentences = [
                *sentences[:NAMED],
                self.env._("The same goes for %s more accounts.", rest),
            ]
        return "\n".join([*sentences, self._say_who_may()])

    @api.model
    def _say_why(self, account, broken, holds):
        """A sentence for each limit and hold, the nearest first."""
        # sudo: who is stopped is told by what
        limits = self.env["collections.limit"].sudo()
        sentences = []
        for state in broken:
            limit = limits.browse(state.key[0])
            if limit.onboarding_id:
                sentences.append(limit._say_no_credit_yet())
                continue
            show = limit.currency_id.format
            whose = account.sudo().display_name if state.key[1] else limit._get_whose()
            sentences.append(
                self.env._(
                    "With it %(whose)s owes %(used)s, %(over)s more than its credit"
                    " limit of %(limit)s.",
                    whose=whose,
                    used=show(float(state.used)),
                    over=show(float(-state.free)),
                    limit=show(float(state.top)),
                )
            )
        sentences += [
            self.env._(
                "%(whose)s is on hold since %(day)s: %(reason)s",
                whose=hold._get_whose(),
                day=format_date(self.env, hold.date_start),
                reason=hold.reason,
            )
            for hold in holds.sudo()
        ]
        return " ".join(sentences)

    @api.model
    def _say_who_may(self):
        # sudo: a group's people are named to whoever needs one of them
        users = self.env.ref(OVERRIDE).sudo().all_user_ids
        users = users.filtered(
            lambda user: user.active
            and user.id != SUPERUSER_ID
            and self.env.company in user.company_ids
        )
        if not users:
            return self.env._(
                "Nobody may override limits yet: an administrator gives the right."
            )
        return self.env._(
            "May override limits: %s.", ", ".join(users[:NAMED].mapped("name"))
        )
