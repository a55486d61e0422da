"""A button with a number opens as many records as it says."""

from lxml import etree

from odoo import Command
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from ...models.accounts.account_admin_change import OPEN_CHANGES
from .access_samples import DAY, AccessSamples


@tagged("post_install", "-at_install")
class TestCounters(AccessSamples):
    """The buttons are found in the forms: whatever is added there is asked, too."""

    def _list_buttons(self):
        """(model, button, counter) of every button of ours with a number in it."""
        known = self.env["ir.model.data"].sudo()
        rows = known.search(
            [("module", "=", "account_admin"), ("model", "=", "ir.ui.view")]
        )
        views = self.env["ir.ui.view"].sudo().browse(rows.mapped("res_id"))
        forms = views.filtered(
            lambda view: view.type == "form" and not self.env[view.model]._transient
        )
        found = {}
        for view in forms:
            top = view
            while top.inherit_id:
                top = top.inherit_id
            arch = self.env[view.model].get_view(top.id, "form")["arch"]
            for button in etree.fromstring(arch).iterfind(".//button"):
                for field in button.iterfind(".//field"):
                    name = field.get("name")
                    is_ours = button.get("name") in view.arch
                    if name.endswith("_count") and is_ours:
                        found[view.model, button.get("name")] = (button, name)
        return [(model, *rest) for (model, _name), rest in found.items()]

    def _open(self, record, button):
        """The action of a button; one of a list with its domain evaluated."""
        if button.get("type") == "object":
            return getattr(record, button.get("name"))()
        action = self.env["ir.actions.act_window"].browse(int(button.get("name")))
        values = action.sudo().read(["res_model", "domain", "context"])[0]
        here = {"active_id": record.id}
        return {
            "res_model": values["res_model"],
            "domain": safe_eval(values["domain"], here),
            "context": safe_eval(values["context"], here),
        }

    def _count_listed(self, action):
        """How many records an action shows before anybody filters them otherwise."""
        if action.get("res_id"):
            return 1
        if "domain" not in action:
            # a form for the first one
            return 0
        model = self.env[action["res_model"]]
        arch = etree.fromstring(model.get_view(view_type="search")["arch"])
        domain = Domain(action["domain"])
        for key in action.get("context") or {}:
            name = key.removeprefix("search_default_")
            for node in arch.iterfind(f".//filter[@name='{name}']"):
                if name != key and node.get("domain"):
                    domain &= Domain(safe_eval(node.get("domain")))
        return model.search_count(domain)

    def _make_solved(self, invoice):
        """A promise and a dispute that ended, and what scorecards count of them."""
        promise = {"partner_id": invoice.partner_id.id, "amount": 9, "date": DAY}
        promise = self.env["collections.promise"].create(promise)
        # the verdict is the night's; here it is only read
        promise.sudo().write({"state": "broken", "judged_on": DAY})
        dispute = {"move_id": invoice.id, "amount": 1}
        self.env["collections.dispute"].create(dispute).action_withdraw()
        today = self.company._collections_today()
        self.env["account.admin.scorecard"].sudo()._refresh(self.company, today)

    def _make_national(self):
        """The accounts of the samples in a national account with a plan and a task."""
        contract = self.env["licensing.contract"].search(
            [("state", "=", "active"), ("company_id", "=", self.company.id)], limit=1
        )
        change = self.env["account.admin.change"].search(
            OPEN_CHANGES & Domain("company_id", "=", self.company.id)
        )
        entry = self.env["account.admin.entry"].search([], order="id", limit=1)
        members = contract.partner_id | change.partner_id[:1] | entry.partner_id
        national = self.env["national.account"].create(
            {
                "name": "Everything",
                "partner_id": self._account("Top of Everything").id,
                "member_ids": [
                    Command.create({"partner_id": member.id}) for member in members
                ],
            }
        )
        plan = {"national_account_id": national.id, "year": 2027}
        self.env["account.admin.plan"].create({**plan, "company_id": self.company.id})
        task = {"name": "Call", "partner_id": members[0].id}
        self.env["account.admin.task"].create({**task, "company_id": self.company.id})

    def test_a_counter_counts_what_its_button_lists(self):
        self._make_samples()
        invoice = self._find("collections.dispute", company_id=self.company.id).move_id
        with self._on(DAY):
            self.env["collections.promise"].create(
                {
                    "partner_id": invoice.partner_id.id,
                    "move_ids": invoice.ids,
                    "amount": 9,
                    "date": "2099-01-01",
                }
            )
            self._make_solved(invoice)
        self._make_national()
        groups = (
            "account_admin.group_account_admin_manager",
            "account_admin.group_licensing_manager",
            "account.group_account_user",
        )
        user = new_test_user(
            self.env,
            "everything",
            groups=",".join(groups),
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env = self.env(user=user)
        buttons = self._list_buttons()
        self.assertGreater(len(buttons), 12)
        empty, wrong = set(), []
        with self._on(DAY):
            for model, button, counter in buttons:
                # those that count most first
                records = self.env[model].search([], limit=200)
                records = records.sorted(counter, reverse=True)[:10]
                for record in records:
                    listed = self._count_listed(self._open(record, button))
                    if listed != record[counter]:
                        wrong.append((record, counter, record[counter], listed))
                if not any(records.mapped(counter)):
                    empty.add((model, counter))
        self.assertEqual(wrong, [])
        self.assertEqual(empty, set(), "samples lack something to count")
