"""Two companies with a record of every model of ours, made as the product makes it."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from odoo import Command
from odoo.tests import new_test_user, tagged

from ...engine.mirror import read_message
from ...engine.promise import Part
from ...models.base.next_odoo import to_binary
from ...models.base.ownership import get_own_models
from ..licensing.licensing import LicensingCommon
from ..licensing.licensing_import import SALE, sale, xlsx

ROLES = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "bookkeeper": "account.group_account_user",
    "auditor": "account_admin.group_account_admin_auditor",
    "own": "account_admin.group_account_admin_user",
    "all": "account_admin.group_account_admin_all",
    "administrator": "account_admin.group_account_admin_manager",
    "licensing_user": "account_admin.group_licensing_user",
    "licensing_manager": "account_admin.group_licensing_manager",
}
#: What a wizard without a company of its own is about: its field, and whose record.
ABOUT = {
    "account.admin.plan.import": ("plan_id", "account.admin.plan"),
    "account.admin.change.decision": ("change_id", "account.admin.change"),
    "collections.approval": ("notice_ids", "collections.notice"),
    "collections.dispute.settlement": ("dispute_id", "collections.dispute"),
    "collections.text.preview": ("policy_id", "collections.policy"),
    "licensing.match": ("statement_id", "licensing.finding"),
    "national.account.reorganization": ("national_account_id", "national.account"),
    "licensing.termination": ("contract_id", "licensing.contract"),
}
#: Records of models of others: those that a record of ours names.
NAMED = {
    "account.move": ("collections.dispute", "move_id"),
    "res.partner": ("collections.dispute", "partner_id"),
}
#: The day on which each role tries.
DAY = "2026-07-15"


@tagged("post_install", "-at_install")
class AccessSamples(LicensingCommon):
    """The accounts are those of ``own``, who worked for both companies before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(
                cls.env,
                f"role_{role}",
                groups=groups,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role, groups in ROLES.items()
        }
        cls.other = cls.setup_other_company(name="Elsewhere")

    def setUp(self):
        super().setUp()
        #: Ids of wizards by model and company.
        self.wizards = {}

    def _make_samples(self):
        """Records in the company of the roles and in another one."""
        worker = self.users["own"]
        worker.company_ids |= self.other["company"]
        companies = (self.company_data, self.other)
        for data in companies:
            with self._working_in(data):
                self._make_ledger()
        with self._on("2026-03-02"):
            names = ("night", "notice_queue", "kpi", "chain")
            self._trigger(*(f"ir_cron_{name}" for name in names))
        for data in companies:
            with self._working_in(data), self._on("2026-03-03"):
                self._make_work(self.env(user=worker))
                self._make_account_changes(self.env(user=worker))
                self._make_runs(self.env(user=worker))
                self._make_evidence()
            with self._working_in(data):
                self._make_licensing()
            with self._working_in(data), self._on(DAY):
                self._make_wizards()
        with self._on("2026-03-04"):
            self._trigger("ir_cron_scorecard")
        worker.company_ids -= self.other["company"]
        self._make_shared()
        self.env.invalidate_all()

    @contextmanager
    def _working_in(self, data):
        """What is made meanwhile is made in a company, for accounts of its own."""
        cls = type(self)
        names = ("env", "company", "company_data", "customer", "licensee", "product")
        kept = {name: getattr(cls, name) for name in names}
        company = data["company"]
        context = {**self.env.context, "allowed_company_ids": company.ids}
        cls.env = self.env(context=context)
        cls.company, cls.company_data = company.with_env(cls.env), data
        cls.customer = self._account("Brook Stores")
        cls.licensee = self._account("Toy Works")
        try:
            yield
        finally:
            for name, value in kept.items():
                setattr(cls, name, value)

    def _account(self, name, **vals):
        """An account of the company that is worked in, made when first asked for."""
        name = f"{name} {self.company.name}"
        found = self.env["res.partner"].search([("name", "=", name)])
        mine = {"collections_user_id": self.users["own"].id}
        return found or self._customer(name, **mine, **vals)

    def _find(self, model, **wanted):
        domain = [(name, "=", value) for name, value in wanted.items()]
        return self.env[model].search(domain, limit=1, order="id desc")

    # ------------------------------------------------------------------
    # COLLECTIONS
    # ------------------------------------------------------------------

    def _make_ledger(self):
        """Open items, a national account, and a policy of the company's own."""
        company = {"company_id": self.company.id}
        self.company.collections_policy_id = self._policy("Own", [1, 8, 15], **company)
        self.company.collections_chain = True
        letter = {"channel_email": False, "channel_letter": True}
        by_letter = self._policy("Letters", [1], step=letter, **company)
        self._move("2026-03-01", 100)
        self._move("2026-01-10", 100, self._account("Second Stores"))
        self._payment("2026-03-02", 10)
        lives = {"street": "Quay 1", "city": "Leeds", "zip": "LS1"}
        reader = self._account("Letter Stores", **lives)
        reader.collections_policy_id = by_letter
        self._move("2026-03-01", 100, reader)
        inside = self._account("Member")
        self._move("2026-03-01", 100, inside)
        member = {"partner_id": inside.id, "date_start": "2026-01-01"}
        mine = {"user_id": self.users["own"].id, **company}
        group = self.env["national.account"].create(
            {
                "name": f"Group {self.company.name}",
                "partner_id": self._account("Head Office").id,
                **mine,
            }
        )
        # the part that is found is the one with a member
        group.create(
            {
                "name": f"Region {self.company.name}",
                "parent_id": group.id,
                "member_ids": [Command.create(member)],
                **mine,
            }
        )
        twin = {"customer_rank": 1, "vat": f"TWIN{self.company.id:06}"}
        (self._account("One", **twin) | self._account("Other", **twin)).street = False
        self.env["account.admin.quality"]._refresh(self.company)

    def _make_account_papers(self, env):
        """Papers and people of an account, and what is known of it."""
        mine = {"partner_id": self.customer.id}
        papers = self.env.ref("account_admin.document_type_w9")
        env["account.admin.document"].create(
            {"type_id": papers.id, "company_id": self.company.id, **mine}
        )
        contact = {"name": "Jane", "parent_id": self.customer.id}
        contact = self.env["res.partner"].create(contact)
        role = self.env.ref("account_admin.contact_role_buyer")
        env["account.admin.contact.assignment"].create(
            {"contact_id": contact.id, "role_id": role.id}
        )
        env["account.admin.team"].create(
            {"user_id": env.uid, "function": "billing", **mine}
        )
        env["account.admin.profile"].create({"business": "Toys", **mine})
        agency = self.env.ref("account_admin.rating_agency_paydex")
        rating = {"agency_id": agency.id, "figure": 72, "date": "2026-03-03"}
        env["account.admin.rating"].create({**rating, **mine})
        env["account.admin.entry"].create({"subject": "Fair", "kind": "news", **mine})
        new = {"partner_id": self._account("New Stores").id}
        new["company_id"] = self.company.id
        env["account.admin.onboarding"].create({**new, "credit_asked": 100})
        template = {"name": f"Own {self.company.name}", "company_id": self.company.id}
        step = Command.create({"name": "Call"})
        templates = self.env["account.admin.onboarding.template"]
        templates.create({**template, "step_ids": [step]})
        owed = self.env.ref("account_admin.obligation_type_insurance")
        env["account.admin.obligation"].create(
            {"type_id": owed.id, "company_id": self.company.id, **mine}
        )

    def _make_work(self, env):
        """What people note about an account."""
        wanted = {"move_type": "out_invoice", "partner_id": self.customer.id}
        move = self._find("account.move", **wanted)
        env["collections.dispute"].create({"move_id": move.id, "amount": 9})
        env["collections.promise"]._promise_in_parts(
            self.customer.with_env(env),
            self.company.with_env(env),
            [Part(date(2099, month, 1), Decimal(9)) for month in (1, 2)],
        )
        reason = {"name": f"Colour {self.company.name}", "code": "colour"}
        mine = {"company_id": self.company.id}
        self.env["collections.dispute.reason"].create({**reason, **mine})
        call = {"partner_id": self.customer.id, "outcome": "informed"}
        env["collections.call"].create(call)
        bar = {"partner_id": self.customer.id, "reason": "Asked for it"}
        env["account.admin.contact.bar"].create({**bar, "number": "+14155550100"})
        self._make_account_papers(env)
        rule = {"rule": "amount", "floor": 1, "points": 1}
        self.env["collections.score.rule"].create(
            {**rule, "company_id": self.company.id}
        )
        self.env["collections.work.item"].sudo()._prepare_day(
            self.company, self.company._collections_today()
        )
        hold = {"partner_id": self.customer.id, "reason": "Asked for it"}
        # invoices go on: others are posted below
        env["collections.hold"].create({**hold, **mine, "stops_invoice": False})
        limit = {"partner_id": self.customer.id, "amount": 10**9, **mine}
        limit = self.env["collections.limit"].create(limit)
        extra = {"limit_id": limit.id, "amount": 9, "reason": "Asked for it"}
        day = {"date_start": "2026-03-03", "date_end": "2026-03-09"}
        self.env["collections.limit.override"].create({**extra, **day})
        self.env["account.admin.target"].create(
            {"user_id": env.uid, "date_start": "2026-03-01", "dials": 40, **mine}
        )
        late = {"fact": "overdue", "floor": 30}
        self.env["collections.standing.rule"].create({**late, **mine})
        self.env["collections.standing.override"].create(
            {**hold, **mine, "level": "watch", "date_end": "2026-03-09"}
        )
        plan = {"partner_id": self.customer.id, "year": 2026, **mine}
        env["account.admin.plan"].create(plan)
        env["account.admin.task"].create({"name": "Call the bank", **mine})
        self.env["account.admin.task.template"].create({"name": "Report", **mine})
        wave = {"name": "Pilot", "date": "2026-03-03", "size": 5}
        env["account.admin.rollout"].create(
            {"name": "Labels", "wave_ids": [Command.create(wave)], **mine}
        )

    def _make_account_changes(self, env):
        """A request that a meeting voted on, told to a mirror that answered."""
        mine = {"company_id": self.company.id}
        account = self._account("Second Stores")
        account.write({"phone": "+14155550101", "account_admin_controlled": True})
        mirror = {"url": "https://tickets.example.com/", **mine}
        mirror = self.env["account.admin.mirror"].create(mirror)
        fields = self.env["account.admin.change.field"]
        rule = {"name": "Board", "risk": "normal", "to_board": True, "approvals": 2}
        voters = [
            new_test_user(
                self.env,
                f"voter_{number}_{self.company.id}",
                groups=ROLES["all"],
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            ).id
            for number in (1, 2)
        ]
        rule["user_ids"] = [Command.set(voters)]
        self.env["account.admin.change.rule"].create({**rule, **mine})
        street = fields.search([("field_name", "=", "street")])
        line = {"field_id": street.id, "proposed_char": "Quay 2"}
        change = env["account.admin.change"].create(
            {
                "partner_id": account.id,
                "reason": "Moved",
                "line_ids": [Command.create(line)],
                **mine,
            }
        )
        change.action_ask()
        board = {"date": "2026-07-20", "member_ids": [Command.set(voters)], **mine}
        boards = self.env["account.admin.change.board"]
        board = boards.create({**board, "votes_needed": 2})
        board.action_fill_agenda()
        votes = self.env["account.admin.change.vote"].with_user(voters[0])
        votes._give(change.with_user(voters[0]), "yes")
        said = {"event": "e1", "sequence": 1, "status": "open", "change": change.key}
        mirror.sudo()._take(read_message(said))

    def _make_runs(self, env):
        """Statements and letters on their way."""
        wizard = {"company_id": self.company.id, "partner_ids": self.customer.ids}
        wizard |= {"date": "2026-03-02", "date_from": "2026-03-01"}
        env["collections.statement.wizard"].create(wizard).action_send()
        letters = env["collections.notice"].search([("channel", "=", "letter")])
        # sudo: as the button does where there are many
        env["collections.letter.run"].sudo()._start(letters.sudo())

    def _make_evidence(self):
        """An audit pack that was made and taken, and what was said before deleting."""
        period = {"date_from": "2026-01-01", "date_to": "2026-03-31"}
        chosen = {"company_id": self.company.id, "partner_ids": self.customer.ids}
        pack = self.env["account.admin.audit.pack"].create({**period, **chosen})
        with self.allow_pdf_render():
            pack.action_make()
        pack._take()
        said = {"kind": "announced", "subject": "collections.notice", "count": 1}
        self.env["account.admin.privacy.log"]._add(
            {**said, "company_id": self.company.id}
        )

    def _make_shared(self):
        """What belongs to no company."""
        bounce = {"email": "gone@example.com", "bounced_on": "2026-03-01"}
        self.env["account.admin.bounce"].sudo().create(bounce)
        turn = {"name": "1:", "number": 1}
        self.env["collections.limit.turn"].sudo().create(turn)
        found = self._find("licensing.import")
        self.env["licensing.import.progress"].sudo().create({"import_number": found.id})
        away = {"date_start": "2026-08-01", "date_end": "2026-08-02"}
        away["user_id"] = self.users["own"].id
        self.env["account.admin.absence"].create(away)
        # what was stored is no change any more
        companies = self.company_data["company"] | self.other["company"]
        self.env["licensing.report.day"].sudo()._store(companies)
        number = {"contract_number": self._find("licensing.contract").id}
        self.env["licensing.report.change"].sudo().create(number)

    # ------------------------------------------------------------------
    # LICENSING
    # ------------------------------------------------------------------

    def _make_licensing(self):
        """A contract with every kind of term, and what came of it."""
        self._make_licensor()
        contract = self._make_contract()
        with self._on("2026-04-10"):
            self._make_royalties(contract)
        with self._on("2026-06-16"):
            self._pay_late(contract)
        with self._on(DAY):
            self._make_review(contract)
            self._make_import()
            self._make_changes(contract)

    def _make_licensor(self):
        """The company's accounts, properties and products."""
        company = {"company_id": self.company.id}
        account = {"account_type": "liability_current", "code": "219901"}
        self.company.licensing_deferred_account_id = self.env["account.account"].create(
            {"name": "Advances", **account}
        )
        self.company.account_sale_tax_id = False
        self.company_data["default_account_revenue"].tax_ids = False
        assets = self.company_data["default_account_assets"]
        self.company.licensing_withholding_account_id = assets
        for kind in ("property", "category", "channel"):
            name = f"{kind.title()} {self.company.name}"
            self.env[f"licensing.{kind}"].create({"name": name, **company})
        type(self).product = self._product("BEAR-1", "Plush bear")
        # nobody ever reports it
        part = self._product("BEAR-2", "Silent bear")
        part = {"product_id": part.id, "share": 100}
        self._product("SET-1", "Bears", component_ids=[Command.create(part)])

    def _make_contract(self):
        dollar, euro = self.currency, self.env.ref("base.EUR")
        foreign = euro if self.company.currency_id != euro else dollar
        fixed = {"currency_id": foreign.id, "rate": 1.1}
        quota = {"date_start": "2026-01-01", "date_end": "2026-12-31"}
        advance, later = self._advance(1_000), self._advance(1_000, "2026-08-01")
        return self._contract(
            rates=[self._rate(10, tiers=[(500_000, 12)])],
            withholding=10,
            interest=18,
            currency_id=self.company.currency_id.id,
            commitment_ids=[self._pool(advance, later, guarantee=20_000)],
            deduction_ids=[Command.create({"capped": True, "cap": 10})],
            fee_ids=[Command.create({"percent": 1})],
            quota_ids=[Command.create({"target": 1_000, **quota})],
            fx_rate_ids=[Command.create(fixed)],
        )

    def _make_royalties(self, contract):
        """A quarter with its invoice: tax is withheld, deductions fill the cap."""
        sold = {"gross": 100_000, "returns": 10_000}
        move = self._approve(contract, sold).move_id
        due = {"invoice_date": "2026-04-10", "invoice_date_due": "2026-04-30"}
        move.write({**due, "invoice_payment_term_id": False})
        move.action_post()

    def _pay_late(self, contract):
        move = contract.statement_ids.move_id
        self._pay(move, "2026-06-14")
        self._trigger("ir_cron_licensing_interest")

    def _make_review(self, contract):
        """A quarter with a finding and a question about it."""
        sold = {"gross": 5_000, "territory_text": "Merica"}
        statement = self._report(contract, [sold], quarter=1)
        statement.action_compute()
        asked = {"statement_id": statement.id, "question": "Where is that?"}
        self.env["licensing.question"].create({**asked, "answer": "At home."})

    def _make_import(self):
        """A file with a word that means nothing yet, a problem and totals."""
        statement = self._report(self._find("licensing.contract"), [], quarter=2)
        rows = xlsx(sale(SKU="X", Units=-1), SALE)
        found = self.env["licensing.import"].create(
            {
                "statement_id": statement.id,
                "file": to_binary(rows),
                "filename": "report.xlsx",
            }
        )
        found.action_read()
        meant = {("territory", "Murica"): self.env.ref("base.us")}
        self.env["licensing.alias"]._learn(found.profile_id, meant)

    def _make_changes(self, contract):
        """An amendment and an audit of the licensee's books."""
        change = {"term": "interest", "number": 12}
        self.env["licensing.amendment"].create(
            {
                "name": "More",
                "contract_id": contract.id,
                "date": "2026-08-01",
                "term_change_ids": [Command.create(change)],
            }
        )
        books = {"date_start": "2026-01-01", "date_end": "2026-03-31"}
        self.env["licensing.audit"].create({"contract_id": contract.id, **books})
        owed = self.env.ref("account_admin.obligation_type_notice")
        self.env["account.admin.obligation"].create(
            {
                "type_id": owed.id,
                "contract_id": contract.id,
                "company_id": self.company.id,
            }
        )

    # ------------------------------------------------------------------
    # WIZARDS
    # ------------------------------------------------------------------

    def _make_wizards(self):
        """Wizards of somebody who works in the company."""
        for name in (*get_own_models(self.env), "res.config.settings"):
            if self.env[name]._transient:
                made = self._make_wizard(self.env, name, self.company)
                self.wizards[name, self.company.id] = made.id

    def _make_wizard(self, env, model, company):
        """A wizard of a user about what a company has."""
        if model == "collections.dry.run.line":
            run = self._make_wizard(env, "collections.dry.run", company)
            run.action_simulate()
            return run.line_ids[:1]
        if model == "account.admin.plan.import.change":
            wizard = self._make_wizard(env, "account.admin.plan.import", company)
            plan = wizard.plan_id.sudo()
            wizard.file = to_binary(plan._get_xlsx()[1])
            plan.line_ids[0].month_01 += 1
            wizard.action_read()
            return wizard.change_ids[:1]
        if model == "national.account.reorganization.line":
            model = "national.account.reorganization"
            wizard = self._make_wizard(env, model, company)
            wizard.write({"kind": "split", "name": "Part"})
            wizard.partner_ids = wizard.here_ids
            wizard.action_show()
            return wizard.line_ids[:1]
        if model == "collections.score.change.line":
            change = self._make_wizard(env, "collections.score.change", company)
            return change.line_ids[:1]
        if model == "collections.promise.plan.line":
            plan = self._make_wizard(env, "collections.promise.plan", company)
            return plan.line_ids[:1]
        return env[model].create(self._prepare_wizard(model, company))

    def _prepare_wizard(self, model, company):
        mine = {"company_id": company.id}
        partners = {"partner_ids": self._find_sample("res.partner", company).ids}
        values = {
            "account.admin.aging.wizard": {"company_ids": company.ids},
            "account.admin.anonymise": partners,
            "collections.statement.wizard": {**mine, **partners},
            "collections.dry.run": mine,
            "collections.score.change": mine,
            "collections.promise.plan": {
                **mine,
                "partner_id": self._find_sample("res.partner", company).id,
                "amount": 9,
            },
            "licensing.explanation": {"name": "Royalty"},
            "licensing.pack": mine,
            "res.config.settings": {},
        }
        return values[model] if model in values else self._prepare_about(model, company)

    def _prepare_about(self, model, company):
        """Values of a wizard about a record, or about the one that it belongs to."""
        field, about = ABOUT[model]
        record = self._find_sample(about, company)
        record = record[field] if field in record._fields else record
        home = self.env.ref("base.us")
        more = {
            "licensing.match": {
                "kind": "territory",
                "text": "Merica",
                "country_id": home.id,
            },
            "licensing.termination": {"reason": "Sold"},
        }
        value = record.ids if field.endswith("_ids") else record.id
        return {field: value, **more.get(model, {})}

    # ------------------------------------------------------------------
    # FINDING
    # ------------------------------------------------------------------

    def _find_sample(self, model, company):
        """The record of a model in a company that each role tries.

        :return: a record with every right, empty if there is none
        """
        found = self.env[model].sudo()
        if found._abstract:
            return found
        if (model, company.id) in self.wizards:
            return found.browse(self.wizards[model, company.id])
        if model in NAMED:
            named, field = NAMED[model]
            return self._find_sample(named, company)[field]
        companies = (self.company | self.other["company"]).ids
        found = found.with_context(active_test=False, allowed_company_ids=companies)
        domain = [("company_id", "=", company.id)]
        if "company_id" not in found._fields:
            domain = []
        return found.search(domain, limit=1, order="id desc")
