"""Explaining a case on screen and to the customer: the same items, the same rules."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ...engine.days import add_days
from ...engine.escalation import Rule
from ..base.context import get_context_ids
from .collections_standing import LEVELS

#: Why a part of an item is not asked for, in the order it is taken off.
EXCLUSIONS = ("held", "disputed", "in_process", "promised", "credited")


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    why_html = fields.Html(
        string="Why?",
        compute="_compute_why_html",
        sanitize=False,
        readonly=True,
        help="What leads, which rule applies, what is left out, and what comes next.",
    )
    standing = fields.Selection(
        selection=LEVELS,
        compute="_compute_standing",
        help="How the account stands: good, watch or hold.",
    )
    standing_reasons = fields.Char(
        string="Why It Stands So",
        compute="_compute_standing",
        help="Every rule that applies, the worst first.",
    )
    # what a template may place: the editor offers fields that can be searched
    notice_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Notice: Contact",
        compute="_compute_notice_contact_id",
        search="_search_notice_text",
        help="The contact the current or next notice goes to.",
    )
    notice_greeting = fields.Char(
        string="Notice: Greeting",
        compute="_compute_notice_texts",
        search="_search_notice_text",
        help="Dear and the contact's name, in its language.",
    )
    notice_amount_text = fields.Char(
        string="Notice: Amount",
        compute="_compute_notice_texts",
        search="_search_notice_text",
        help="What is to be paid, with its currency.",
    )
    notice_pay_by_text = fields.Char(
        string="Notice: Day to Pay By",
        compute="_compute_notice_texts",
        search="_search_notice_text",
    )
    notice_items_html = fields.Html(
        string="Notice: Item Table",
        compute="_compute_notice_items_html",
        search="_search_notice_text",
        sanitize=False,
        help="The open items that the notice is about, and what else is past due.",
    )
    notice_payment_html = fields.Html(
        string="Notice: How to Pay",
        compute="_compute_notice_texts",
        search="_search_notice_text",
        sanitize=False,
        help="Amount, day to pay by, bank account and reference.",
    )
    notice_link_html = fields.Html(
        string="Notice: Button to the Portal",
        compute="_compute_notice_texts",
        search="_search_notice_text",
        sanitize=False,
    )

    @api.depends("partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_standing(self):
        for company, cases in self.grouped("company_id").items():
            found = cases.partner_id._collections_get_standing(company)
            for case in cases:
                mine = found.get(case.partner_id.id)
                case.standing = mine and mine.level
                case.standing_reasons = mine and "; ".join(mine.reasons)

    @api.depends_context("lang", "uid")
    def _compute_why_html(self):
        for case, why in self._get_why().items():
            case.why_html = self.env["ir.qweb"]._render(
                "account_admin.case_why", {"case": case, "why": why}
            )

    @api.depends_context("collections_notice_ids")
    def _compute_notice_contact_id(self):
        current = {
            case: notice.contact_id
            for case, notice in self._get_current_notices().items()
            if notice.contact_id
        }
        rest = self.filtered(lambda case: case not in current)
        current |= rest._get_contacts("email")
        for case in self:
            case.notice_contact_id = current[case]

    @api.depends_context("lang", "collections_notice_ids")
    def _compute_notice_items_html(self):
        for case, tables in self._get_notice_tables().items():
            case.notice_items_html = self.env["ir.qweb"]._render(
                "account_admin.notice_items", {"case": case, "tables": tables}
            )

    @api.depends_context("lang", "collections_notice_ids")
    def _compute_notice_texts(self):
        notices = self._get_current_notices()
        for case, tables in self._get_notice_tables().items():
            contact = case.notice_contact_id
            amount = self.env._(" and ").join(table["total"] for table in tables)
            pay_by = self._date(case._get_pay_by(notices.get(case)))
            case.notice_greeting = contact._collections_get_greeting()
            case.notice_amount_text = amount
            case.notice_pay_by_text = pay_by
            case.notice_payment_html = self.env["ir.qweb"]._render(
                "account_admin.notice_payment",
                {
                    "amount": amount,
                    "pay_by": pay_by,
                    "bank": case._get_bank_account(),
                    "reference": case._get_payment_reference(tables),
                },
            )
            case.notice_link_html = self.env["ir.qweb"]._render(
                "account_admin.notice_link",
                {"url": case.get_base_url() + case.get_portal_url()},
            )

    @api.model
    def mail_allowed_qweb_expressions(self):
        """What somebody who may not write templates in full may place all the same."""
        blocks = [
            name
            for name, field in self._fields.items()
            if field.search == "_search_notice_text"
        ]
        return (
            *super().mail_allowed_qweb_expressions(),
            *(f"object.{name}" for name in blocks),
            "object.notice_contact_id.name",
            "object.company_id.name",
        )

    def _search_notice_text(self, _operator, _value):
        raise UserError(
            self.env._(
                "What a notice says is made when it is written and cannot be searched"
                " for: look into Notices."
            )
        )

    # ------------------------------------------------------------------
    # THE NOTICE THAT IS BEING WRITTEN
    # ------------------------------------------------------------------

    def _get_current_notices(self):
        """The notice that each case is asked to word: the one in the context.

        :return: dict case -> ``collections.notice``, of cases that have one
        """
        # sudo: a template words a notice for whoever sends it
        notices = self.env["collections.notice"].sudo()
        given = get_context_ids(self.env, "collections_notice_ids")
        current = notices.browse(given).exists()
        by_case = {notice.case_id.id: notice for notice in current}
        return {case: by_case[case.id] for case in self if case.id in by_case}

    def _get_call_script(self):
        """What to say on the phone: the script of the step that asks for a call.

        :return: HTML; what is wrong with the script where it does not render
        """
        self.ensure_one()
        # sudo: a script names all that the account owes; reading the case was checked
        notices = self.env["collections.notice"].sudo()
        planned = notices._get_planned(self)[:1]
        steps = planned.step_id | self.next_step_id | self.step_id
        step = steps.filtered("channel_call")[:1] or steps[:1]
        call = notices.new(
            {
                "case_id": self.id,
                "step_id": step.id,
                "channel": "call",
                "state": "queued",
                "company_id": self.company_id.id,
            }
        )
        return call.text_html

    def _get_pay_by(self, notice=None):
        """The day to pay by: the notice's, or what it would be if sent today."""
        self.ensure_one()
        step = notice.step_id if notice else self.next_step_id or self.step_id
        today = self.company_id._collections_today()
        if notice and notice.pay_by:
            return notice.pay_by
        return add_days(today, step.pay_days if step else 0)

    def _get_bank_account(self):
        """The account to pay into: the leading invoice's, else the company's first."""
        self.ensure_one()
        # sudo: whoever words a notice may name the company's bank account
        case = self.sudo()
        invoice = case.lead_item_id.move_id
        return invoice.partner_bank_id or case.company_id.partner_id.bank_ids[:1]

    def _get_payment_reference(self, tables):
        """What to write on the payment: of one item its own, of several the case's."""
        self.ensure_one()
        items = [item for table in tables for item in table["items"]]
        if len(items) == 1:
            # sudo: whoever words a notice may name the invoice's reference
            move = self.env["account.move"].sudo().browse(items[0]["move_id"])
            return move.payment_reference or items[0]["name"]
        return f"C{self.id:05d}"

    # ------------------------------------------------------------------
    # DATA
    # ------------------------------------------------------------------

    def _get_judged(self):
        """Tonight's judgement and the items of each case.

        :return: dict case -> (value of :meth:`collections.run._judge`, list of items as
            from :meth:`account.admin.open.item._get_items`)
        """
        # sudo: an account is judged on all its items; reading the case was checked
        run, items = self.env["collections.run"].sudo(), {}
        result = {}
        for company, cases in self.grouped("company_id").items():
            today = company._collections_today()
            accounts = cases.partner_id.ids
            judged = run.with_company(company)._judge(company, today, accounts)
            heads = run.env["collections.policy"]._get_heads(company, today)
            items = run.env["account.admin.open.item"]._get_items(
                company, today, accounts, heads
            )
            for case in cases:
                account = case.partner_id.id
                result[case] = (judged.get(account), items.get(account, []))
        return {case: result[case] for case in self}

    def _get_why(self):
        """Everything tonight's decision rests on.

        :return: dict case -> dict with ``rule`` (sentence), ``lead`` (item dict or
            None), ``days``, ``policy``, ``next_step``, ``next_date``, ``items`` (item
            dicts with formatted amounts), ``steps`` (list of step, date it is reached,
            date it was sent), ``notes`` (sentences on what else bears on it) and
            ``excluded`` (list of reason, formatted amount)
        """
        rules = dict(self._fields["rule"]._description_selection(self.env))
        judged = self._get_judged()
        sent = self._get_sent_steps(
            [row.decision.lead_item for row, _items in judged.values() if row]
        )
        notes = self._get_notes()
        result = {}
        for case, (row, items) in judged.items():
            if not row or case.state == "closed":
                result[case] = {"rule": case._get_closed_sentence(), "items": []}
                continue
            decision, facts = row.decision, row.facts
            items = [self._format_item(item) for item in items]
            next_step = decision.step or decision.next_step
            result[case] = {
                "rule": facts.problem or case._get_rule_sentence(row, rules),
                "lead": next((i for i in items if i["id"] == decision.lead_item), None),
                "days": decision.days,
                "policy": row.policy,
                "next_step": self.env["collections.policy.step"].browse(
                    next_step.id if next_step else []
                ),
                "next_date": "" if decision.step else self._date(decision.next_date),
                "tonight": bool(decision.step) and row.sends,
                "observes": bool(decision.step) and not row.sends,
                "items": items,
                "notes": notes.get(case, []),
                "steps": case._get_step_rows(row, sent),
                "excluded": self._get_excluded(facts),
            }
        return result

    def _get_notes(self):
        """What else bears on how each case goes on: dict case -> list of sentences."""
        notes = {}
        for company, cases in self.grouped("company_id").items():
            accounts = cases.partner_id
            disputes = self.env["collections.dispute"]
            limit = self.env["collections.contact.limit"]
            found = disputes._get_sentences(company, accounts.ids)
            calls = limit._say_call_days(company, accounts.ids)
            counsels = accounts._account_admin_get_counsels()
            for case in cases:
                account = case.partner_id
                notes[case] = [
                    *found.get(account.id, ()),
                    *([calls[account.id]] if account.id in calls else ()),
                ]
                if account.id in counsels:
                    sentence = account._account_admin_say_counsel()
                    notes[case].append(sentence)
        return notes

    def _get_rule_sentence(self, judged, rules):
        self.ensure_one()
        decision = judged.decision
        if decision.rule.value == "attention":
            return self.attention
        if decision.rule.value == "step_reached":
            values = {
                "days": decision.days,
                "step": self.env["collections.policy.step"]
                .browse(decision.step.id)
                .name,
            }
            if judged.sends:
                return self.env._(
                    "%(days)s days past due: “%(step)s” is due.", **values
                )
            return self.env._(
                "%(days)s days past due: “%(step)s” is due. It waits: sending is off.",
                **values,
            )
        return rules[decision.rule.value]

    @api.model
    def _get_no_case_sentence(self, judged):
        """Why an account with something overdue has no case.

        :param judged: value of :meth:`collections.run._judge`, or None
        """
        if not judged:
            return self.env._("What is overdue is not chased in this company.")
        decision, facts = judged.decision, judged.facts
        if facts.problem:
            return facts.problem
        if judged.state and not judged.state.reopens:
            return self.env._("Its case is somebody else's.")
        if decision.opens or decision.step or judged.todo:
            return self.env._("The next night opens a case.")
        rules = dict(self._fields["rule"]._description_selection(self.env))
        excluded = ", ".join(
            self.env._("%(reason)s: %(amount)s", reason=reason, amount=amount)
            for reason, amount in self._get_excluded(facts)
        )
        if decision.rule in (Rule.NOTHING_DUE, Rule.NOT_CHASEABLE) and excluded:
            return self.env._("Nothing of it may be chased. %s", excluded)
        return rules[decision.rule.value]

    def _get_closed_sentence(self):
        self.ensure_one()
        reasons = dict(self._fields["close_reason"]._description_selection(self.env))
        return reasons.get(self.close_reason) or self.env._("Nothing is open.")

    def _get_step_rows(self, judged, sent):
        """Each step of the policy with the days it is reached and was sent.

        :param dict sent: of :meth:`_get_sent_steps`
        """
        self.ensure_one()
        lead, lead_due = judged.decision.lead_item, judged.decision.lead_due
        steps = judged.policy.step_ids
        engine = {step.id: step for step in steps._to_engine()}
        return [
            {
                "step": step,
                "reached": self._date(
                    lead_due and engine[step.id].reached_on(lead_due)
                ),
                "sent": self._date(sent.get((lead, step.id))),
            }
            for step in steps
        ]

    @api.model
    def _get_sent_steps(self, items):
        """When items were in a notice of each step: (item id, step id) -> date."""
        # sudo: whoever reads a case may know when its steps were sent
        groups = (
            self.env["collections.notice.item"]
            .sudo()
            ._read_group(
                [("item_id", "in", items), ("notice_id.state", "=", "sent")],
                ["item_id", "notice_id"],
            )
        )
        today = self.env.company._collections_today()
        restarts = self.env["collections.dispute"]._get_restarts(items, today)
        sent = {}
        for item, notice in sorted(groups, key=lambda group: group[1].sent_on):
            # what was sent before an item started again is to be sent once more
            since = restarts.get(item.id)
            if not since or notice.sent_on >= since:
                sent[item.id, notice.step_id.id] = notice.sent_on
        return sent

    def _get_excluded(self, facts):
        """What is overdue but not asked for, by reason and currency."""
        labels = self._get_exclusion_labels()
        return [
            (labels[name], self._money(amount, amounts.currency))
            for amounts in facts.amounts
            for name, amount in (
                ("held", amounts.held),
                ("disputed", amounts.disputed),
                ("in_process", amounts.in_process),
                ("promised", amounts.promised),
                ("credited", amounts.credits),
            )
            if amount
        ]

    @api.model
    def _get_exclusion_labels(self):
        return {
            "held": self.env._("Excluded from follow-up or blocked"),
            "disputed": self.env._("In dispute"),
            "in_process": self.env._("Payment on its way"),
            "promised": self.env._("Promised"),
            "credited": self.env._("Credits and payments not yet matched"),
        }

    def _get_notice_tables(self):
        """What a notice asks for: a table a currency that adds up to its total.

        Of the notice that is being written, its own items, those it is about apart from
        those also past due; without one, whatever is overdue.

        :return: dict case -> list of dicts with ``items`` (formatted), ``groups`` (list
            of title or "", items, formatted sum), ``less`` (list of label, formatted
            amount) and ``total``
        """
        notices = self._get_current_notices()
        result = {}
        for case, (found, items) in self._get_judged().items():
            listed = case._get_listed(notices.get(case), found, items)
            by_currency = {}
            for item, is_own in listed:
                by_currency.setdefault(item["currency_id"], []).append((item, is_own))
            result[case] = [
                self._get_notice_table(currency, rows)
                for currency, rows in by_currency.items()
            ]
        return result

    def _get_listed(self, notice, found, items):
        """Items that a notice lists, and whether it is about them.

        :return: list of (item dict, bool)
        """
        self.ensure_one()
        today = self.company_id._collections_today()
        if notice and notice.item_ids:
            is_past = notice.sent_on and notice.sent_on < today
            now = {} if is_past else {item["id"]: item for item in items}
            return [
                (now.get(row.item_id.id) or row._as_item(), row.is_own)
                for row in notice.item_ids.sorted(lambda row: (row.due, row.id))
            ]
        listed = self.env["collections.notice"]._pick_asked(
            items, today, self._get_early_due(found)
        )
        return [(item, True) for item in items if item["id"] in listed]

    @api.model
    def _get_notice_table(self, currency, rows):
        """:param rows: list of (item dict, whether the notice is about it)"""
        labels = self._get_exclusion_labels()
        items = [item for item, _is_own in rows]
        titles = {True: self.env._("This notice"), False: self.env._("Also past due")}
        groups = []
        for is_own, title in titles.items():
            same = [item for item, own in rows if own == is_own]
            if same:
                groups.append(
                    {
                        "title": title,
                        "items": [self._format_item(item) for item in same],
                        "sum": self._money(self._sum(same, "residual"), currency),
                    }
                )
        if len(groups) == 1:
            # nothing to tell apart
            groups[0]["title"] = ""
        return {
            "items": [item for group in groups for item in group["items"]],
            "groups": groups,
            "less": [
                (labels[name], self._money(-amount, currency))
                for name in EXCLUSIONS
                if (amount := self._sum(items, name))
            ],
            "total": self._money(self._sum(items, "chaseable"), currency),
        }

    @api.model
    def _get_early_due(self, judged):
        """Due date up to which a reminder before the due date asks, if it is one."""
        if not judged or judged.facts.problem:
            return None
        decision = judged.decision
        is_active = decision.rule not in (
            Rule.NOTHING_DUE,
            Rule.SETTLED,
            Rule.NOT_CHASEABLE,
        )
        return decision.lead_due if is_active and decision.days <= 0 else None

    # ------------------------------------------------------------------
    # FORMAT
    # ------------------------------------------------------------------

    @api.model
    def _sum(self, rows, name):
        return sum((row[name] for row in rows), Decimal(0))

    @api.model
    def _format_item(self, item):
        """An item with its amounts and dates as text in the reader's language."""
        labels = self._get_exclusion_labels()
        return {
            **item,
            "open": self._money(item["residual"], item["currency_id"]),
            "asked": self._money(item["chaseable"], item["currency_id"]),
            "is_asked": bool(item["chaseable"]) and item["days"] > 0,
            "excluded": ", ".join(
                f"{labels[name]}: {self._money(item[name], item['currency_id'])}"
                for name in EXCLUSIONS
                if item[name]
            ),
            "date_text": self._date(item["date"]),
            "due_text": self._date(item["due"]),
        }

    @api.model
    def _money(self, amount, currency_id):
        currency = self.env["res.currency"].browse(currency_id)
        # exact until here; Odoo's formatter takes floats
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _date(self, value):
        return format_date(self.env, value) if value else ""
