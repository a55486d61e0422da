"""What OCA's modules do in each phase of the comparison."""

from datetime import timedelta

from odoo import Command

from benchmarks.lib import ledger
from benchmarks.lib.own_phases import Phase
from benchmarks.lib.phases import NIGHTS, REPORTS
from benchmarks.lib.workbook import read_rows

POLICY = "Bench"


class FirstNight(Phase):
    """One level a day after the due date; the next follow the previous reminder.

    Levels by due date would escalate again in the same night, which ours never does.
    """

    def prepare(self, env):
        template = env.ref("account_credit_control.email_template_credit_control_base")
        policy = env["credit.control.policy"].create(
            {
                "name": POLICY,
                "account_ids": env["account.admin.open.item"]
                ._get_receivable_accounts(env.company)
                .ids,
                "level_ids": [
                    Command.create(
                        {
                            "name": f"Level {level}",
                            "level": level,
                            "computation_mode": mode,
                            "delay_days": days,
                            "email_template_id": template.id,
                            "channel": "email",
                            "custom_text": "Please pay.",
                            "custom_mail_text": "Please pay.",
                        }
                    )
                    for level, mode, days in (
                        (1, "net_days", 1),
                        (2, "previous_date", 14),
                        (3, "previous_date", 14),
                    )
                ],
            }
        )
        env.company.credit_policy_id = policy

    def work(self, env):
        run = env["credit.control.run"].create(
            {"date": self.day, "policy_ids": env.company.credit_policy_id.ids}
        )
        run.generate_credit_lines()
        return run.id

    def answer(self, env, done):
        """The items that it chases: id -> [customer, currency, amount]."""
        env.cr.execute(
            """SELECT move_line_id, partner_id, currency_id, balance_due::text
                 FROM credit_control_line WHERE run_id = %s""",
            [done],
        )
        return {
            line: [partner, currency, f"{float(amount):.2f}"]
            for line, partner, currency, amount in env.cr.fetchall()
        }


class SameNight(FirstNight):
    def prepare(self, env):
        # what waits as a draft would be made a second time
        env.cr.execute("UPDATE credit_control_line SET state = 'sent'")

    def answer(self, env, done):
        """Number of lines made."""
        domain = [("run_id", "=", done)]
        return env["credit.control.line"].search_count(domain)


class SteadyNight(SameNight):
    def prepare(self, env):
        ledger.settle_and_age(env)


class AgedToday(Phase):
    def prepare(self, env):
        # a server has imported and compiled everything before
        self._write(env, env["res.partner"].search([("name", "=", "Bench 1")]))

    @property
    def date(self):
        return self.day

    def work(self, env):
        return self._write(env, env["res.partner"])

    def _write(self, env, partners):
        wizard = env["aged.partner.balance.report.wizard"].create(
            {
                "date_at": self.date,
                "company_id": env.company.id,
                "partner_ids": partners.ids,
                "account_ids": env["account.admin.open.item"]
                ._get_receivable_accounts(env.company)
                .ids,
            }
        )
        data = wizard._prepare_report_data()
        # the web client sends it as JSON
        data["date_at"] = str(data["date_at"])
        report = env["ir.actions.report"].with_context(
            active_model=wizard._name, active_ids=wizard.ids
        )
        name = "a_f_r.report_aged_partner_balance_xlsx"
        return report._render_xlsx(name, wizard.ids, data)[0]

    def answer(self, env, done):
        """Each customer's buckets and total."""
        return {
            name: [*buckets, total]
            for name, (total, *buckets) in read_rows(done, 1, 7).items()
        }


class AgedPast(AgedToday):
    @property
    def date(self):
        return self.day - timedelta(days=30)


class Statements(Phase):
    def prepare(self, env):
        self._render(env, self._get_partners(env)[:1])

    def _get_partners(self, env):
        return env["res.partner"].search(
            [("name", "like", "Bench ")], limit=self.statements
        )

    def work(self, env):
        return self._render(env, self._get_partners(env))

    def _render(self, env, partners):
        html = env["ir.actions.report"]._render_qweb_html(
            "partner_statement.outstanding_statement",
            partners.ids,
            self._prepare(env, partners),
        )
        return html[0]

    def _prepare(self, env, partners):
        wizard = (
            env["outstanding.statement.wizard"]
            .with_context(active_ids=partners.ids, model="res.partner")
            .create({"date_end": self.day, "filter_negative_balances": False})
        )
        return wizard._prepare_statement()

    def answer(self, env, done):
        """What each statement asks for in each currency."""
        partners = self._get_partners(env)
        report = env["report.partner_statement.outstanding_statement"]
        values = report._get_report_values(partners.ids, self._prepare(env, partners))
        currencies = {c.id: c.name for c in env["res.currency"].search([])}
        names = {partner.id: partner.name for partner in partners}
        return {
            names[partner]: {
                currencies[currency]: f"{section['amount_due']:.2f}"
                for currency, section in found["currencies"].items()
            }
            for partner, found in values["data"].items()
        }


PHASES = dict(
    zip(
        (*NIGHTS, *REPORTS),
        (FirstNight, SameNight, SteadyNight, AgedToday, AgedPast, Statements),
        strict=True,
    )
)
