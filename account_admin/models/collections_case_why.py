"""Explaining a case on screen and to the customer: the same items, the same rules."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import format_amount, format_date

from ..engine.escalation import Rule

#: Why a part of an item is not asked for, in the order it is taken off.
EXCLUSIONS = ("held", "disputed", "in_process", "promised", "credited")


class CollectionsCase(models.Model):
    _inherit = "collections.case"

    why_html = fields.Html(
        string="Why?", compute="_compute_why_html", sanitize=False, readonly=True
    )
    notice_contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Writes To",
        compute="_compute_notice_contact_id",
        help="The contact the current or next notice goes to.",
    )
    notice_items_html = fields.Html(
        compute="_compute_notice_items_html", sanitize=False, readonly=True
    )

    @api.depends_context("lang", "uid")
    def _compute_why_html(self):
        for case, why in self._get_why().items():
            case.why_html = self.env["ir.qweb"]._render(
                "account_admin.case_why", {"case": case, "why": why}
            )

    def _compute_notice_contact_id(self):
        sending = self.env["collections.notice"].search(
            [
                ("case_id", "in", self.ids),
                ("channel", "in", ("email", "letter")),
                ("contact_id", "!=", False),
                ("state", "in", ("sending", "sent")),
            ],
            order="id",
        )
        current = {
            notice.case_id: notice.contact_id
            for notice in sending
            if notice.state == "sending"
        }
        rest = self.filtered(lambda case: case not in current)
        current |= rest._get_contacts("email")
        for case in self:
            case.notice_contact_id = current[case]

    @api.depends_context("lang")
    def _compute_notice_items_html(self):
        for case, tables in self._get_notice_tables().items():
            case.notice_items_html = self.env["ir.qweb"]._render(
                "account_admin.notice_items", {"case": case, "tables": tables}
            )

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
            date it was sent) and ``excluded`` (list of reason, formatted amount)
        """
        rules = dict(self._fields["rule"]._description_selection(self.env))
        result = {}
        for case, (found, items) in self._get_judged().items():
            if not found or case.state == "closed":
                result[case] = {"rule": case._get_closed_sentence(), "items": []}
                continue
            decision, facts = found["decision"], found["facts"]
            items = [self._format_item(item) for item in items]
            next_step = decision.step or decision.next_step
            result[case] = {
                "rule": facts.problem or case._get_rule_sentence(decision, rules),
                "lead": next((i for i in items if i["id"] == decision.lead_item), None),
                "days": decision.days,
                "policy": found["policy"],
                "next_step": self.env["collections.policy.step"].browse(
                    next_step.id if next_step else []
                ),
                "next_date": "" if decision.step else self._date(decision.next_date),
                "tonight": bool(decision.step),
                "items": items,
                "steps": case._get_step_rows(found),
                "excluded": self._get_excluded(facts),
            }
        return result

    def _get_rule_sentence(self, decision, rules):
        self.ensure_one()
        if decision.rule.value == "attention":
            return self.attention
        if decision.rule.value == "step_reached":
            return self.env._(
                "%(days)s days past due: “%(step)s” is due.",
                days=decision.days,
                step=self.env["collections.policy.step"].browse(decision.step.id).name,
            )
        return rules[decision.rule.value]

    def _get_closed_sentence(self):
        self.ensure_one()
        reasons = dict(self._fields["close_reason"]._description_selection(self.env))
        return reasons.get(self.close_reason) or self.env._("Nothing is open.")

    def _get_step_rows(self, found):
        """Each step of the policy with the days it is reached and was sent."""
        self.ensure_one()
        # sudo: whoever reads a case may know when its steps were sent
        sent = {
            notice.step_id: notice.sent_on
            for notice in self.sudo().notice_ids
            if notice.state == "sent"
        }
        lead_due = found["decision"].lead_due
        steps = found["policy"].step_ids
        engine = {step.id: step for step in steps._to_engine()}
        return [
            {
                "step": step,
                "reached": self._date(
                    lead_due and engine[step.id].reached_on(lead_due)
                ),
                "sent": self._date(sent.get(step)),
            }
            for step in steps
        ]

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

        :return: dict case -> list of dicts with ``items`` (overdue items that are asked
            for, formatted), ``less`` (list of label, formatted amount) and ``total``
        """
        labels = self._get_exclusion_labels()
        result = {}
        for case, (found, items) in self._get_judged().items():
            by_currency = {}
            early = self._get_early_due(found)
            for item in items:
                due = item["days"] > 0 or (
                    early and item["due"] <= early and item["chaseable"]
                )
                if due and item["residual"] > 0 and not item["held"]:
                    by_currency.setdefault(item["currency_id"], []).append(item)
            result[case] = [
                {
                    "items": [self._format_item(item) for item in rows],
                    "less": [
                        (labels[name], self._money(-amount, currency))
                        for name in EXCLUSIONS
                        if (amount := self._sum(rows, name))
                    ],
                    "total": self._money(self._sum(rows, "chaseable"), currency),
                }
                for currency, rows in by_currency.items()
            ]
        return result

    @api.model
    def _get_early_due(self, found):
        """Due date up to which a reminder before the due date asks, if it is one."""
        if not found or found["facts"].problem:
            return None
        decision = found["decision"]
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
