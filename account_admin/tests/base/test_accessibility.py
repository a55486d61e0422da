from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..axe import AxeCase
from ..licensing.licensing_import import SALE, xlsx
from ..licensing.licensing_portal import LicensingPortalCommon

ROW = ".o_list_view .o_data_row"
GROUP = ".o_list_view .o_group_header"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
PAGE = "#wrap"


class AccessibilityCommon(AxeCase, LicensingPortalCommon):
    """A customer, a case, a licensee: something to be seen on every screen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()
        cls.env.user.group_ids |= cls.env.ref("base.group_multi_currency")
        cls.reader = new_test_user(
            cls.env,
            "axe_reader",
            groups="account_admin.group_account_admin_manager,base.group_system,"
            "account_admin.group_licensing_manager,account.group_account_manager,"
            "base.group_multi_currency,base.group_multi_company",
            name="Ada Reader",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.customer.write(
            {
                "user_id": cls.reader.id,
                "collections_user_id": cls.reader.id,
                "category_id": [Command.create({"name": "Chain", "color": 3})],
            }
        )
        cls.group = cls.env["national.account"].create(
            {
                "name": "Brook Group",
                "partner_id": cls.customer.id,
                "user_id": cls.reader.id,
                "member_ids": [
                    Command.create({"partner_id": cls._customer("Brook North").id})
                ],
            }
        )
        cls.invoice = cls._late(40, 1234.5)
        cls._late(3, 250)
        cls._late(-20, 900)

    @classmethod
    def _late(cls, days, amount, partner=None, **vals):
        """An invoice that is so many days late today."""
        due = cls.today - timedelta(days=days)
        vals.setdefault("date", due - timedelta(days=10))
        return cls._move(due, amount, partner, **vals)

    def _act(self):
        """A night, and what people do after it."""
        self._night(self.today)
        case = self._cases()
        promises = self.env["collections.promise"].with_user(self.reader)
        self.promise = promises.create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "amount": 100,
                "date": self.today + timedelta(days=5),
                "move_ids": [Command.set(self.invoice.ids)],
            }
        )
        self.dispute = self.env["collections.dispute"].create(
            {"move_id": self.invoice.id, "amount": 50, "user_id": self.reader.id}
        )
        self.call = self.env["collections.call"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "outcome": "wrong_number",
                "phone": "+14155550100",
            }
        )
        case.activity_schedule(
            "mail.mail_activity_data_todo", self.today, "Call", user_id=self.reader.id
        )
        # sudo: as the night does
        self.env["collections.standing"].sudo()._refresh(self.company)
        self.plan = self.env["account.admin.plan"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        self.task = self.env["account.admin.task"].create(
            {"name": "Call the bank", "user_id": self.reader.id}
        )
        self.account_statement = (
            self.env["collections.statement"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "date": self.today,
                    "channel": "portal",
                }
            )
        )
        return case


#: Screens of Odoo's own that are made of the same widgets as ours.
THEIRS = [
    {"name": f"Odoo: {name}", "action": action, **values}
    for name, action, values in (
        (
            "customers",
            "account_admin.customer_action",
            {"view": "kanban", "wait": CARD},
        ),
        (
            "customers",
            "account_admin.customer_action",
            {"view": "list", "wait": ROW},
        ),
        (
            "invoices",
            "account.action_move_out_invoice_type",
            {"view": "list", "wait": ROW},
        ),
        ("taxes", "account.action_tax_form", {"wait": ROW}),
        (
            "dashboards",
            "spreadsheet_dashboard.ir_actions_dashboard_action",
            {"wait": ".o-spreadsheet"},
        ),
        (
            "settings",
            "account.action_account_config",
            {
                "wait": ".app_settings_block",
                "root": ".app_settings_block[data-key=account]",
            },
        ),
    )
]


@tagged("post_install", "-at_install")
class TestAccessibility(AccessibilityCommon):
    """Nothing that Odoo's own screens do not have stands in anybody's way."""

    def _theirs(self):
        tax = self.company_data["default_tax_sale"]
        return [
            *THEIRS,
            self._form(
                "Odoo: customer",
                self.customer,
                tabs=["contact_addresses", "sales_purchases", "accounting"],
            ),
            self._form("Odoo: invoice", self.invoice),
            self._form("Odoo: tax", tax),
            self._form("Odoo: user", self.reader),
            self._form("Odoo: attachment", self.script),
            self._form("Odoo: journal", self.company_data["default_journal_bank"]),
        ]

    def _screens(self, *rows):
        """Rows of (XML id of an action without module, selector, other values)."""
        return [
            {
                "name": action,
                "action": f"account_admin.{action}",
                "wait": wait,
                **(values[0] if values else {}),
            }
            for action, wait, *values in rows
        ]

    def test_screens_of_the_collections_desk(self):
        case = self._act()
        screens = self._screens(
            ("collections_case_action", CARD),
            ("collections_case_action", ROW, {"view": "list"}),
            ("collections_notice_action", ROW),
            ("collections_notice_action_to_print", f"{ROW}, .o_view_nocontent"),
            ("national_account_action", ROW),
            ("collections_dispute_action", ROW),
            ("collections_dispute_reason_action", ROW),
            ("collections_standing_action", ROW),
            ("collections_standing_override_action", f"{ROW}, .o_view_nocontent"),
            ("collections_standing_rule_action", ROW),
            ("collections_promise_action", ROW),
            ("my_day_action", ".o_aa_my_day .o_aa_name", {"root": ".o_aa_my_day"}),
            ("collections_call_action", ROW),
            ("collections_work_item_action", f"{ROW}, .o_view_nocontent"),
            ("collections_score_rule_action", ".o_view_nocontent"),
            ("account_admin_contact_bar_action", ROW),
            ("task_action_mine", f"{ROW}, .o_view_nocontent"),
            ("task_action", f"{ROW}, .o_view_nocontent", {"view": "list"}),
            ("task_action_late", f"{GROUP}, {ROW}, .o_view_nocontent"),
            ("task_template_action", f"{ROW}, .o_view_nocontent"),
            ("backlog_action", f"{ROW}, .o_view_nocontent"),
            ("rollout_action", f"{ROW}, .o_view_nocontent"),
            ("collections_policy_action", ROW),
            ("collections_run_action", ROW),
            ("collections_event_action", f"{ROW}, {GROUP}"),
            ("collections_dry_run_action", ".modal .o_form_view"),
            ("collections_run_now_action", ".modal .o_form_view"),
        )
        screens += [
            self._form("case", case),
            self._form("notice", case.notice_ids[:1]),
            self._form("policy", self.policy),
            self._form("national account", self.group),
            self._form("dispute", self.dispute),
            self._form("promise", self.promise),
            self._form("call", self.call),
            self._form("task", self.task),
            self._form("customer", self.customer, tabs=["collections"]),
        ]
        self._compare("screen", screens, self._theirs(), self.reader.login)

    def test_screens_of_papers_and_people(self):
        mine = {"partner_id": self.customer.id}
        w9 = self.env.ref("account_admin.document_type_w9")
        paper = self.env["account.admin.document"].create({"type_id": w9.id, **mine})
        contact = {"name": "Jane", "parent_id": self.customer.id}
        role = self.env.ref("account_admin.contact_role_buyer")
        contact = self.env["res.partner"].create(contact)
        contact.collections_role_ids = role
        self.env["account.admin.team"].create(
            {"user_id": self.reader.id, "function": "billing", **mine}
        )
        profile = self.env["account.admin.profile"].create({"sic": "5945", **mine})
        entry = self.env["account.admin.entry"].create(
            {"subject": "Late deliveries", "kind": "concern", **mine}
        )
        onboarding = self.env["account.admin.onboarding"].create(mine)
        owed = self.env.ref("account_admin.obligation_type_insurance")
        owed = self.env["account.admin.obligation"].create(
            {"type_id": owed.id, "date_start": "2026-01-01", **mine}
        )
        screens = self._screens(
            ("document_action", ROW, {"view": "list"}),
            ("document_type_action", ROW),
            ("obligation_action", ROW, {"view": "list"}),
            ("obligation_type_action", ROW),
            ("contact_assignment_action", ROW),
            ("team_action", ROW),
            ("profile_action", ROW),
            ("industry_action", ROW),
            ("rating_agency_action", ROW),
            ("entry_action", ROW, {"view": "list"}),
            ("entry_action_said", f"{GROUP}, {ROW}"),
            ("onboarding_action", CARD),
            ("onboarding_action", ROW, {"view": "list"}),
            ("onboarding_template_action", ROW),
        )
        screens += [
            self._form("document", paper),
            self._form("obligation", owed, tabs=["evidence", "coverage"]),
            self._form("profile", profile, tabs=["ratings", "entries"]),
            self._form("entry", entry),
            self._form("onboarding", onboarding, tabs=["steps", "lines"]),
            self._form("people", self.customer, tabs=["people"]),
        ]
        self._compare("screen", screens, self._theirs(), self.reader.login)

    def _ask(self):
        """A request of somebody else about the customer, and a meeting."""
        self.customer.write({"phone": "+14155550100", "account_admin_controlled": True})
        street = self.env.ref("account_admin.change_field_street")
        line = {"field_id": street.id, "proposed_char": "Quay 2"}
        change = self.env["account.admin.change"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "reason": "Moved",
                "line_ids": [Command.create(line)],
            }
        )
        change.action_ask()
        board = self.env["account.admin.change.board"].create(
            {
                "date": self.today,
                "company_id": self.company.id,
                "member_ids": [Command.set((self.reader | self.env.user).ids)],
                "votes_needed": 2,
            }
        )
        return change, board

    def test_screens_of_change_requests(self):
        change, board = self._ask()
        screens = self._screens(
            ("change_action", ROW, {"view": "list"}),
            ("change_action", CARD, {"view": "kanban"}),
            ("change_action_to_approve", ROW, {"view": "list"}),
            ("change_action_drift", ".o_view_nocontent"),
            ("change_board_action", ROW),
            ("change_rule_action", ROW),
            ("change_field_action", ROW),
            ("mirror_action", ".o_view_nocontent"),
            ("mirror_message_action", ".o_view_nocontent"),
        )
        rule = self.env.ref("account_admin.change_rule_bank")
        screens += [
            self._form("change", change),
            self._form("board", board),
            self._form("rule", rule),
            self._form("customer", self.customer, tabs=["change_control"]),
        ]
        self._compare("screen", screens, self._theirs(), self.reader.login)

    def test_screens_of_the_reports(self):
        self._act()
        self._trigger("ir_cron_kpi")
        screens = self._screens(
            ("aged_item_action", f"{GROUP}, {ROW}"),
            ("aged_item_action", ".o_pivot table", {"view": "pivot"}),
            ("aged_item_action_overdue", f"{GROUP}, {ROW}"),
            ("aging_wizard_action", ".o_form_view"),
            ("statement_wizard_action", ".modal .o_form_view"),
            ("statement_action", ROW),
            ("account_admin_kpi_action", f"{GROUP}, {ROW}, .o_view_nocontent"),
            ("scorecard_action", f"{ROW}, .o_view_nocontent"),
            ("target_action", f"{ROW}, .o_view_nocontent"),
            ("account_admin_history_action", f"{GROUP}, {ROW}"),
            ("account_admin_billing_cycle_action", ".o_pivot table, .o_view_nocontent"),
            ("dashboard_receivables_action", ".o-spreadsheet"),
            ("dashboard_collections_action", ".o-spreadsheet"),
            ("plan_action", ROW),
            ("plan_line_action", f"{GROUP}, {ROW}, .o_view_nocontent"),
            ("plan_month_action", ".o_pivot table, .o_view_nocontent"),
            ("audit_pack_action", f"{ROW}, .o_view_nocontent"),
            (
                "res_config_settings_action",
                ".app_settings_block",
                {"root": ".app_settings_block[data-key=account_admin]"},
            ),
        )
        screens.append(self._form("statement", self.account_statement))
        screens.append(self._form("plan", self.plan, tabs=["plan", "actual"]))
        self._compare("screen", screens, self._theirs(), self.reader.login)

    def test_screens_of_the_licensing_desk(self):
        late = self._statement("2026-01-01", "2026-03-31")
        self._submit(SALE)
        self.statement.action_compute()
        read = self._read(xlsx([*SALE[:1], "NOBODY", *SALE[2:]]), statement=late)
        screens = self._screens(
            ("licensing_contract_action", f"{ROW}, {CARD}"),
            ("licensing_statement_action", f"{ROW}, {GROUP}"),
            ("licensing_ledger_action", f"{ROW}, {GROUP}, .o_view_nocontent"),
            ("licensing_product_action", f"{ROW}, {CARD}"),
            ("licensing_renewal_action", f"{ROW}, .o_view_nocontent"),
            (
                "licensing_royalty_item_action",
                f"{ROW}, {GROUP}, .o_pivot table, .o_view_nocontent",
            ),
            ("licensing_red_flag_action", f"{ROW}, {GROUP}, .o_view_nocontent"),
            ("dashboard_licensing_action", ".o-spreadsheet"),
        )
        screens += [
            self._form("contract", self.contract),
            self._form("statement", self.statement),
            self._form("import", read),
            self._form("product", self.product),
        ]
        self._compare("screen", screens, self._theirs(), self.reader.login)
