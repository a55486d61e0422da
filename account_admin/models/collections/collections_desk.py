"""The account at hand in *My Day*: whom to call, what to say, what is asked and why."""

from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime, formatLang

from ...engine.calendar import roll
from ...engine.days import add_days
from ...engine.desk.guardrail import Reach, get_opening
from ...engine.desk.standing import GOOD

#: What a call may be told with.
CALL_FIELDS = (
    *("outcome", "contact_id", "phone", "note", "duration", "call_back_at"),
    "direction",
)
#: What a promise made in a call may be told with.
PROMISE_FIELDS = ("amount", "date", "currency_id", "move_ids")
#: Lines of each list that the account at hand shows.
SHOWN = 5
#: Copies of invoices that go into one mail.
COPIES = 10
#: Accounts that a search shows.
FOUND = 12
#: Days after which a promise is suggested to be paid.
PROMISE_DAYS = 7


class CollectionsDesk(models.AbstractModel):
    """An account as whoever calls it, or is called by it, needs it.

    Every account has it, also one that is not on the list of the day.
    """

    _name = "collections.desk"
    _description = "Account at Hand"

    # ------------------------------------------------------------------
    # WHICH ACCOUNT
    # ------------------------------------------------------------------

    @api.model
    def open_partner(self, partner_id):
        """An account with everything to call it, from wherever it was met.

        :param int partner_id: a customer or one of its contacts
        :return: dict as of :meth:`collections.work.item.open_account`; ``id`` is False
            where the account is not on today's list
        """
        company = self.env.company
        account, case = self._find_case(partner_id, company)
        item = self.env["collections.work.item"]._find_of(case)
        if item:
            return item.open_account()
        return {"id": False, "holder": False, **self._show(account, company, case)}

    @api.model
    def _get_action(self, partner, company):
        """My Day with an account at hand.

        :param partner: a customer or one of its contacts
        """
        self.env["collections.work.item"].check_access("read")
        partner.check_access("read")
        if company != self.env.company:
            raise UserError(
                self.env._(
                    "%(account)s owes this to %(company)s: switch to that company.",
                    account=partner.commercial_partner_id.display_name,
                    company=company.display_name,
                )
            )
        action = self.env["ir.actions.actions"]._for_xml_id(
            "account_admin.my_day_action"
        )
        return {**action, "params": {"partner_id": partner.id}}

    @api.model
    def find(self, text):
        """Accounts by phone number in any way of writing, name or document.

        :return: list of dicts with ``partner_id``, ``name`` and ``hint``; the hint says
            what was found
        """
        self.env["collections.case"].check_access("read")
        text = (text or "").strip()
        if not text:
            return []
        partners = self.env["res.partner"]
        callers = partners._account_admin_find_by_phone(text)
        hints = {
            caller.commercial_partner_id: f"{caller.name or ''} {caller.phone or ''}"
            for caller in reversed(callers)
        }
        moves = self.env["account.move"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("name", "ilike", text),
                ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ("state", "=", "posted"),
            ],
            limit=FOUND,
        )
        for move in moves:
            hints.setdefault(move.commercial_partner_id, move.name)
        named = partners.search(
            Domain("name", "ilike", text), limit=FOUND, order="is_company DESC, id"
        )
        for partner in named:
            account = partner.commercial_partner_id
            hints.setdefault(account, "" if partner == account else partner.name)
        return [
            {
                "partner_id": account.id,
                "name": account.display_name,
                "hint": hint.strip(),
            }
            for account, hint in list(hints.items())[:FOUND]
        ]

    @api.model
    def _find_case(self, partner_id, company):
        """The account a partner is chased in, and its open case if there is one."""
        cases = self.env["collections.case"]
        cases.check_access("read")
        partner = self.env["res.partner"].browse(partner_id).exists()
        partner.check_access("read")
        account = partner.commercial_partner_id
        if not account:
            raise UserError(self.env._("This customer was deleted: choose another."))
        chased = cases._get_chased_accounts(company, account)[account.id]
        case = cases._get_open_of(company, account.browse(chased)).get(chased, cases)
        return (account.browse(chased), case) if case else (account, case)

    # ------------------------------------------------------------------
    # WHAT IS SHOWN OF IT
    # ------------------------------------------------------------------

    @api.model
    def _show(self, partner, company, case):
        """Everything of an account that does not depend on the list of the day.

        :param partner: a commercial partner that the user may read
        :param case: its open case, may be empty
        """
        why = case._get_why()[case] if case else {}
        items = self._get_items(partner, company, why)
        day = company._collections_today()
        asked = float(sum(i["chaseable_company"] for i in items if i["is_asked"]))
        return {
            "name": partner.display_name,
            "partner_id": partner.id,
            "case_id": case.id,
            "national_account": case.national_account_id.display_name or "",
            "asked": formatLang(self.env, asked, currency_obj=company.currency_id),
            "standing": self._show_standing(partner, company),
            "on_hold": partner.collections_hold_reason or case.on_hold,
            "over_limit": partner.collections_over_limit,
            "limit_share": round(partner.collections_limit_share),
            "warnings": self._get_warnings(partner, company),
            "excluded": [f"{reason} {money}" for reason, money in why["excluded"]]
            if why.get("excluded")
            else [],
            "rule": why.get("rule") or partner.collections_no_case_reason or "",
            "why": why
            and self.env["ir.qweb"]._render(
                "account_admin.case_why", {"case": case, "why": {**why, "items": []}}
            ),
            "items": [self._show_item(item) for item in items],
            "script": case._get_call_script() if case else "",
            "step": (case.next_step_id or case.step_id).name or "",
            "next_date": case.next_date and format_date(self.env, case.next_date),
            "contacts": self._show_contacts(partner, company, case),
            "calls": self._show_calls(partner, company),
            "notices": self._show_notices(partner, company),
            "promises": self._show_promises(partner, company),
            "promise": self._suggest_promise(company, day, items),
        }

    @api.model
    def _show_standing(self, partner, company):
        """How an account stands where it is watched or held, else False."""
        found = partner._collections_get_standing(company)[partner.id]
        if found.level == GOOD:
            return False
        return {
            "level": found.level,
            "label": dict(
                partner._fields["collections_standing"]._description_selection(self.env)
            )[found.level],
            "reasons": "; ".join(found.reasons),
        }

    @api.model
    def _suggest_promise(self, company, day, items):
        """All that is asked for, in the currency in which most of it is.

        :return: dict of :data:`PROMISE_FIELDS`, with ``currency`` by its name
        """
        amounts, shares = Counter(), Counter()
        for item in items:
            if item["is_asked"]:
                amounts[item["currency_id"]] += item["chaseable"]
                shares[item["currency_id"]] += item["chaseable_company"]
        currency = company.currency_id
        if shares:
            currency = currency.browse(max(shares, key=shares.get))
        promised = roll(
            company._collections_working_days(day), add_days(day, PROMISE_DAYS)
        )
        return {
            "amount": float(amounts[currency.id]),
            "date": fields.Date.to_string(promised),
            "currency_id": currency.id,
            "currency": currency.name,
        }

    @api.model
    def _get_warnings(self, partner, company):
        """What whoever calls has to know first."""
        counsel = partner._account_admin_say_counsel()
        return [counsel] if counsel else []

    @api.model
    def get_colleagues(self):
        """Who an account may be given to: those with a role in collections.

        :return: list of dicts with ``id`` and ``name``
        """
        self.env["collections.case"].check_access("read")
        # sudo: colleagues are named to each other
        users = self.env["res.users"].sudo()
        found = users.search(
            [
                ("share", "=", False),
                ("id", "!=", self.env.uid),
                ("company_ids", "in", self.env.company.ids),
                (
                    "all_group_ids",
                    "in",
                    self.env.ref("account_admin.group_account_admin_user").ids,
                ),
            ],
            order="name",
        )
        return [{"id": user.id, "name": user.name} for user in found]

    @api.model
    def _get_items(self, partner, company, why):
        """Open items of an account, formatted, as its case lists them."""
        if why.get("items"):
            return why["items"]
        # sudo: what an account owes is told to whoever has it on the phone
        items = self.env["account.admin.open.item"].sudo()
        found = items._get_items(company, company._collections_today(), [partner.id])
        cases = self.env["collections.case"]
        return [cases._format_item(item) for item in found.get(partner.id, ())]

    @api.model
    def _show_item(self, item):
        """An item as the table of the account at hand shows it."""
        return {
            **{name: item[name] for name in ("id", "move_id", "name", "days")},
            **{name: item[name] for name in ("currency_id", "is_asked", "excluded")},
            "currency": self.env["res.currency"].browse(item["currency_id"]).name,
            "due": item["due_text"],
            "open": item["open"],
            "asked": item["asked"] if item["is_asked"] else "",
            "amount": float(item["chaseable"]),
        }

    @api.model
    def _show_contacts(self, partner, company, case):
        """Who may be called, in order; of each the local time and why not."""
        now = fields.Datetime.now()
        contacts = partner._collections_rank_contacts(case.next_step_id.role_id)
        contacts = contacts[partner.id]
        day = company._collections_today()
        bars = self.env["account.admin.contact.bar"]._get_holding(contacts, day)
        calendar = company._collections_working_days(day)
        limit = self.env["collections.contact.limit"]
        free = limit._get_days_to_call(company, day, partner.ids).get(partner.id)
        waits = free and self.env._(
            "Contacted as often as the limit allows: may be called from %s",
            format_date(self.env, free),
        )
        shown = []
        for contact in contacts:
            zones = contact._account_admin_get_zones(company)
            opening = get_opening(Reach(zones, calendar), now)
            why = contact._account_admin_say_why_not(bars, opening, now)
            shown.append(
                {
                    "id": contact.id,
                    "name": contact.name or contact.display_name,
                    "role": ", ".join(contact.collections_role_ids.mapped("name")),
                    "phone": contact.phone or "",
                    "time": contact._account_admin_get_local_time(zones, now),
                    "why_not": why or waits or "",
                }
            )
        return sorted(shown, key=lambda found: bool(found["why_not"]))

    @api.model
    def _show_calls(self, partner, company):
        calls = self.env["collections.call"].search(
            self._get_own(partner, company), limit=SHOWN
        )
        labels = dict(calls._fields["outcome"]._description_selection(self.env))
        return [
            {
                "id": call.id,
                "when": format_datetime(self.env, call.date, dt_format="short"),
                "outcome": labels[call.outcome],
                "inbound": call.direction == "in",
                "who": call.contact_id.name or "",
                "by": call.user_id.name,
                "note": call.note or "",
            }
            for call in calls
        ]

    @api.model
    def _show_notices(self, partner, company):
        """What was written to the account last."""
        sent = self._get_own(partner, company) & Domain("state", "=", "sent")
        notices = self.env["collections.notice"].search(
            sent & Domain("channel", "in", ("email", "letter")),
            order="sent_on DESC, id DESC",
            limit=SHOWN,
        )
        labels = dict(notices._fields["channel"]._description_selection(self.env))
        return [
            {
                "id": notice.id,
                "when": format_date(self.env, notice.sent_on),
                "channel": labels[notice.channel],
                "step": notice.step_id.name or "",
                "who": notice.contact_id.name or "",
            }
            for notice in notices
        ]

    @api.model
    def _show_promises(self, partner, company):
        promises = self.env["collections.promise"].search(
            self._get_own(partner, company), limit=SHOWN
        )
        labels = dict(promises._fields["state"]._description_selection(self.env))
        return [
            {
                "id": promise.id,
                "date": format_date(self.env, promise.date),
                "amount": formatLang(
                    self.env, promise.amount, currency_obj=promise.currency_id
                ),
                "state": labels[promise.state],
                "is_broken": promise.state in ("broken", "partial"),
            }
            for promise in promises
        ]

    @api.model
    def _get_own(self, partner, company):
        return Domain("partner_id", "=", partner.id) & Domain(
            "company_id", "=", company.id
        )

    # ------------------------------------------------------------------
    # WHAT CAME OF IT
    # ------------------------------------------------------------------

    @api.model
    def log_call(self, partner_id, vals):
        """Log a call with an account that is not on today's list.

        :param dict vals: as of :meth:`collections.work.item.log_outcome`
        :raise UserError: with what is missing; then nothing is noted
        """
        self.env["collections.call"].check_access("create")
        account, _case = self._find_case(partner_id, self.env.company)
        self._log_call(account, self.env.company, vals)
        return True

    @api.model
    def get_copies(self, partner_id, move_ids, contact_id=False):
        """A mail to a contact with copies of invoices, to be read before it leaves.

        :param list move_ids: at most :data:`COPIES` invoices of the account
        :param contact_id: whom it goes to
        :return: action of the window to write it in
        """
        self.env["collections.call"].check_access("create")
        account, case = self._find_case(partner_id, self.env.company)
        moves = self._find_copied(account, move_ids)
        record = case or account
        # sudo: the file of an invoice goes with the invoice
        files, problems = self.env["collections.letter.run"]._get_files_of(moves.sudo())
        if problems:
            raise UserError("\n".join(problems.values()))
        copies = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{move.name.replace('/', '_')}.pdf",
                    "raw": content,
                    "res_model": "mail.compose.message",
                    "res_id": 0,
                }
                for move, content in files.items()
            ]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Copies for %s", account.display_name),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": record._name,
                "default_res_ids": record.ids,
                "default_partner_ids": [contact_id] if contact_id else [],
                "default_composition_mode": "comment",
                "default_subject": self.env._(
                    "Copies: %s", ", ".join(moves.mapped("name"))
                ),
                "default_attachment_ids": copies.ids,
            },
        }

    @api.model
    def _find_copied(self, account, move_ids):
        """The invoices of an account that copies are asked of.

        :raise UserError: where they are none, somebody else's, or too many
        """
        moves = self.env["account.move"].browse(move_ids).exists()
        moves.check_access("read")
        moves = moves.filtered(
            lambda move: move.is_sale_document() and move.state == "posted"
        )
        chased = self.env["collections.case"]._get_chased_accounts(
            self.env.company, moves.commercial_partner_id
        )
        # a branch whose head office has no case is at hand itself
        is_its = all(account.id in pair for pair in chased.items())
        if not moves or not is_its:
            raise UserError(
                self.env._(
                    "Choose the invoices of %s to send copies of.",
                    account.display_name,
                )
            )
        if len(moves) > COPIES:
            raise UserError(
                self.env._(
                    "%(number)s invoices of %(account)s are too many for one mail:"
                    " choose up to %(most)s.",
                    number=len(moves),
                    account=account.display_name,
                    most=COPIES,
                )
            )
        return moves

    @api.model
    def get_instalments(self, partner_id, move_ids):
        """The form of a promise in instalments, which leads back to the account.

        :param list move_ids: the invoices that are promised; the whole if none
        :return: action of the window
        """
        self.env["collections.promise"].check_access("create")
        account, _case = self._find_case(partner_id, self.env.company)
        moves = self.env["account.move"].browse(move_ids).exists()
        moves.check_access("read")
        promises = self.env["collections.promise"]
        action = promises._get_split_action(account, self.env.company)
        context = {**action["context"], "account_admin_stay": True}
        if moves:
            context["default_move_ids"] = moves.ids
            context["default_currency_id"] = moves[0].currency_id.id
        return {**action, "context": context}

    @api.model
    def _log_call(self, partner, company, vals):
        """A call, and the promise that was made in it.

        :return: ``collections.call``
        """
        told = {name: vals[name] for name in CALL_FIELDS if vals.get(name)}
        if not told.get("outcome"):
            raise UserError(
                self.env._("Say what came of the call with %s.", partner.display_name)
            )
        account = {"partner_id": partner.id, "company_id": company.id}
        call = self.env["collections.call"].create({**account, **told})
        if told["outcome"] == "promise":
            self._promise(account, vals.get("promise") or {}, told.get("note"))
        return call

    @api.model
    def _promise(self, account, promise, note):
        """A promise of an account or of some of its invoices."""
        told = {name: promise[name] for name in PROMISE_FIELDS if promise.get(name)}
        if not told.get("date"):
            partner = self.env["res.partner"].browse(account["partner_id"])
            raise UserError(self.env._("Say by when %s pays.", partner.display_name))
        made = self.env["collections.promise"].create(
            {"amount": 0, **account, **told, "note": note}
        )
        made._check_owed()
        return made
