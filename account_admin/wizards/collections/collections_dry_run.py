from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ...models.base.bounds import bounded


@bounded
class CollectionsDryRun(models.TransientModel):
    """What a night would do, before anything happens."""

    _name = "collections.dry.run"
    _description = "Dry Run"
    _inherit = ["account.admin.wizard.mixin"]

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose accounts are judged.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The day whose night is tried.",
    )
    compared_run_id = fields.Many2one(
        comodel_name="collections.run", string="Compared With", readonly=True
    )
    is_sending = fields.Boolean(compute="_compute_is_sending")
    panel_html = fields.Html(
        compute="_compute_panel_html",
        sanitize=False,
        # sums over every account, not only one's own
        groups="account_admin.group_account_admin_manager",
        help="What the next night would send.",
    )
    line_ids = fields.One2many(
        comodel_name="collections.dry.run.line", inverse_name="dry_run_id"
    )

    @api.depends("date", "company_id")
    def _compute_display_name(self):
        for dry_run in self:
            dry_run.display_name = self.env._(
                "What %(day)s would do", day=format_date(self.env, dry_run.date)
            )

    @api.depends("company_id")
    def _compute_is_sending(self):
        for dry_run in self:
            dry_run.company_id.check_access("read")
            # sudo: whether a company that they may read sends is told to every user
            dry_run.is_sending = dry_run.company_id.sudo().collections_sending

    @api.depends("company_id", "date")
    def _compute_panel_html(self):
        """Whether nights send, and what the next one would do, in a few lines."""
        for dry_run in self:
            company = dry_run.company_id
            company.check_access("read")
            # sudo: accounts are judged on all their items; only sums are shown
            run = self.env["collections.run"].sudo().with_company(company)
            judged = run._judge(company, dry_run.date or company._collections_today())
            dry_run.panel_html = self.env["ir.qweb"]._render(
                "account_admin.sending_panel",
                {
                    "company": company.sudo(),
                    "steps": self._get_step_sums(company, judged.values()),
                    "problems": sum(bool(row.facts.problem) for row in judged.values()),
                },
            )

    @api.model
    def _get_step_sums(self, company, judged):
        """What would be sent: dicts with step, count, amount and count without address.

        :param judged: values of :meth:`collections.run._judge`
        """
        partners, amounts = defaultdict(list), Counter()
        for row in judged:
            if row.decision.step:
                step = row.decision.step.id
                partners[step].append(row.facts.partner_id)
                amounts[step] += row.decision.asked
        rows = []
        # as few as a policy has steps
        for step in self.env["collections.policy.step"].browse(partners).sorted("days"):
            accounts = self.env["res.partner"].browse(partners[step.id])
            role = step.role_id or step.policy_id.role_id
            reached = accounts._collections_get_contacts(
                role or self.env["collections.case"]._default_role()
            )
            rows.append(
                {
                    "step": step,
                    "count": len(accounts),
                    "amount": company.currency_id.format(float(amounts[step.id])),
                    "unreachable": sum(not contact for contact in reached.values())
                    if step.channel_email
                    else 0,
                }
            )
        return rows

    def action_turn_on(self):
        """From now on nights send what they decide."""
        self.company_id._collections_turn_sending(True)
        return self._tell(self.env._("Sending is on: the next night sends."))

    def action_turn_off(self):
        """From now on nights observe; what is queued waits."""
        self.company_id._collections_turn_sending(False)
        return self._tell(self.env._("Sending is off: nights observe."))

    def action_simulate(self):
        """Judge every account and list what would happen; writes no case."""
        self.ensure_one()
        self._simulate()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "collections.dry.run.line",
            "view_mode": "list,pivot,graph",
            "domain": [("dry_run_id", "=", self.id)],
            "context": {"search_default_changes": 1},
        }

    def action_run_now(self):
        """Have the night run at once, for those who set up what it does.

        :raise AccessError: for anybody else
        """
        if not self.env.user.has_group("account_admin.group_account_admin_manager"):
            raise AccessError(
                self.env._("An administrator of Account Administration runs the night.")
            )
        # sudo: who may was checked; the scheduled actions are the superuser's
        for name in ("ir_cron_night", "ir_cron_notice_queue"):
            self.env.ref(f"account_admin.{name}").sudo()._trigger()
        return self._tell(
            self.env._(
                "The run starts within a minute: Tonight > Runs shows what it does."
            )
        )

    @api.model
    def _tell(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _simulate(self):
        """Make the lines.

        :return: the lines
        """
        company = self.company_id
        # the user picks the company: it must be one of theirs
        company.check_access("read")
        # sudo: accounts are judged on all their items; what is shown is filtered below
        run = self.env["collections.run"].sudo().with_company(company)
        judged = run._judge(company, self.date)
        self.compared_run_id = run._get_last(company)
        self.line_ids.unlink()
        visible = self._get_visible_accounts(judged)
        before = self._get_steps_of_last_run()
        # sudo: lines are not for writing by hand; they stay their creator's
        lines = (
            self.env["collections.dry.run.line"]
            .sudo()
            .create(
                [
                    vals
                    for account, found in judged.items()
                    if account in visible
                    and (vals := self._prepare_line_vals(account, found, before))
                ]
            )
        )
        return lines.with_env(self.env)

    def _get_visible_accounts(self, judged):
        """Accounts whose case the user may see, and those without a case."""
        Case = self.env["collections.case"]
        ids = {row.state.id: account for account, row in judged.items() if row.state}
        seen = Case.browse(ids)._filtered_access("read").ids
        hidden = {ids[case] for case in set(ids) - set(seen)}
        if not self.env.user.has_group("account_admin.group_account_admin_all"):
            fresh = self.env["res.partner"].browse(
                account for account in judged if not judged[account].state
            )
            hidden |= set((fresh - fresh._collections_filter_own(self.company_id)).ids)
        return set(judged) - hidden

    def _get_steps_of_last_run(self):
        """Step of each account in the run compared with: account id -> step id."""
        events = self.compared_run_id.sudo().event_ids
        return {
            event.partner_id.id: event.step_id.id
            for event in events
            if event.kind in ("opened", "queued", "reopened") and event.step_id
        }

    def _prepare_line_vals(self, account, judged, before):
        decision, facts = judged.decision, judged.facts
        step = decision.step.id if decision.step else False
        outcome = self._get_outcome(judged)
        if outcome == "nothing" and not before.get(account):
            return None
        rules = self.env["collections.case"]._fields["rule"]
        labels = dict(rules._description_selection(self.env))
        return {
            "dry_run_id": self.id,
            "partner_id": account,
            "case_id": judged.state.id if judged.state else False,
            "policy_id": judged.policy.id,
            "outcome": outcome,
            "step_id": step,
            "last_run_step_id": before.get(account),
            "change": self._get_change(outcome, step, before.get(account)),
            "days": decision.days,
            "amount": facts.asked,
            "next_step_id": decision.next_step.id if decision.next_step else False,
            "next_date": decision.next_date,
            "item_id": decision.lead_item,
            "reason": facts.problem or labels[decision.rule.value],
        }

    @api.model
    def _get_outcome(self, judged):
        decision, state = judged.decision, judged.state
        if judged.facts.problem:
            return "problem"
        if decision.closes:
            return "nothing" if state.reopens else "close"
        if decision.opens or (state and state.reopens and judged.todo):
            return "open"
        if decision.step:
            return "escalate"
        return "wait" if state and not state.reopens else "nothing"

    @api.model
    def _get_change(self, outcome, step, before):
        if outcome == "open":
            return "new"
        if step == (before or False):
            return "same"
        if step and before:
            return "other"
        return "new" if step else "gone"
