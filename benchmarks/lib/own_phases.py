"""What account_admin does in each phase of the comparison."""

from datetime import timedelta

from benchmarks.escalate import run_night
from benchmarks.lib.phases import NIGHTS, REPORTS
from benchmarks.lib.workbook import read_rows
from benchmarks.reports import aged_workbook, make_statements, render_html


class Phase:
    def __init__(self, day, statements):
        self.day, self.statements = day, statements

    def prepare(self, env):
        """What is not measured."""

    def work(self, env):
        """What is measured."""

    def answer(self, env, done):
        """What it found, for the comparison."""


class FirstNight(Phase):
    def work(self, env):
        run_night(env)

    def answer(self, env, done):
        """The overdue items asked for: id -> [customer, currency, amount]."""
        notices = env["collections.notice"].search([("state", "=", "queued")])
        items = env["account.admin.open.item"]._get_items(
            env.company, self.day, notices.partner_id.ids
        )
        return {
            item["id"]: [account, item["currency_id"], f"{item['chaseable']:.2f}"]
            for account, found in items.items()
            for item in found
            if item["days"] > 0 and item["chaseable"]
        }


class SameNight(Phase):
    def prepare(self, env):
        from benchmarks.lib import ledger

        ledger.deliver_all(env)

    def work(self, env):
        run_night(env)

    def answer(self, env, done):
        """Number of notices made."""
        return env["collections.notice"].search_count([("state", "=", "queued")])


class SteadyNight(SameNight):
    def prepare(self, env):
        from benchmarks.lib import ledger

        ledger.settle_and_age(env)


class AgedToday(Phase):
    def prepare(self, env):
        # a server has imported and compiled everything before
        some = env["res.partner"].search([("name", "=", "Bench 1")])
        wizard = env["account.admin.aging.wizard"].create(
            {"date": self.date, "partner_ids": some.ids}
        )
        wizard._get_xlsx()

    @property
    def date(self):
        return self.day

    def work(self, env):
        return aged_workbook(env, self.date)

    def answer(self, env, done):
        """Each customer's buckets and total."""
        return read_rows(done, 3, 7)


class AgedPast(AgedToday):
    @property
    def date(self):
        return self.day - timedelta(days=30)


class Statements(Phase):
    def prepare(self, env):
        render_html(env, make_statements(env, self.day, 1))

    def work(self, env):
        self.made = make_statements(env, self.day, self.statements)
        return render_html(env, self.made)

    def answer(self, env, done):
        """What each statement asks for in each currency."""
        currencies = {c.id: c.name for c in env["res.currency"].search([])}
        return {
            statement.partner_id.name: {
                currencies[section.currency]: f"{section.closing:.2f}"
                for section in sections
            }
            for statement, sections in self.made._get_sections().items()
        }


PHASES = dict(
    zip(
        (*NIGHTS, *REPORTS),
        (FirstNight, SameNight, SteadyNight, AgedToday, AgedPast, Statements),
        strict=True,
    )
)
