"""A year's plan of an account, by measure and month, with its versions."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...engine.money import to_decimal
from ...engine.office.plan import MEASURES, MONTHS, find_faults
from ..base.actions import open_window
from ..base.bounds import bounded
from .account_admin_plan_line import STATES

_SAVING = "account_admin_plan_saving"


@bounded
class AccountAdminPlan(models.Model):
    _name = "account.admin.plan"
    _description = "Plan"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "year desc, name, version desc, id desc"
    _moved_by = ("partner_id", "national_account_id")

    name = fields.Char(
        string="Account Name",
        compute="_compute_name",
        store=True,
        help="The account or national account that the plan is for.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        ondelete="restrict",
        index="btree_not_null",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer that the plan is for; empty for a national account's.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        ondelete="restrict",
        index="btree_not_null",
        help="The head office and all members together, each entry by the day it has:"
        " who left keeps what was booked before with the group.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    year = fields.Integer(
        required=True,
        default=lambda self: self.env.company._collections_today().year,
        aggregator=None,
    )
    version = fields.Integer(
        readonly=True,
        default=1,
        aggregator=None,
        help="A plan in force is not changed: a new version takes its place.",
    )
    state = fields.Selection(
        selection=STATES,
        default="draft",
        required=True,
        readonly=True,
        index=True,
        help="One version of an account's year is active; drafts can be edited.",
    )
    method = fields.Selection(
        selection=[("run_rate", "Run Rate"), ("seasonal", "Seasonal")],
        string="Forecast",
        default="run_rate",
        required=True,
        help="Run rate: the months to come follow the average of those that are over."
        " Seasonal: they grow as those did against the same months of last year.",
    )
    note = fields.Text(help="What was agreed, and what the plan is built on.")
    line_ids = fields.One2many(
        comodel_name="account.admin.plan.line",
        inverse_name="plan_id",
        default=lambda self: self._default_lines(),
        help="What is planned for each month, a row a measure.",
    )
    as_of = fields.Date(
        string="Counted Until",
        readonly=True,
        help="The last day whose entries were counted; each night does it anew.",
    )
    activated_on = fields.Date(readonly=True, help="Since when it is in force.")
    activated_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Activated by",
        readonly=True,
        ondelete="restrict",
        help="Who put it in force.",
    )

    _one_account = models.Constraint(
        "CHECK(num_nonnulls(partner_id, national_account_id) = 1)",
        "A plan is for an account or for a national account: choose one of the two.",
    )
    _one_active = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(national_account_id, 0), year)"
        " WHERE state = 'active'",
        "There is an active plan of this account and year: make a new version of it.",
    )
    _one_version = models.UniqueIndex(
        "(company_id, COALESCE(partner_id, 0), COALESCE(national_account_id, 0), year,"
        " version)",
        "This account and year have a plan of this version: use its “New Version”.",
    )

    @api.model
    def _default_lines(self):
        return [Command.create({"measure": measure}) for measure in MEASURES]

    @api.depends("partner_id.name", "national_account_id.name")
    def _compute_name(self):
        for plan in self:
            # sudo: who may see the plan may see what it is called
            account = plan.sudo().national_account_id or plan.sudo().partner_id
            plan.name = account.name

    @api.depends("name", "year", "version")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(account)s %(year)s, version %(version)s",
                account=plan.name or "",
                year=plan.year,
                version=plan.version,
            )

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for plan in self:
            company = plan.partner_id.commercial_partner_id
            if plan.partner_id != company:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(company)s: plan for the"
                        " company.",
                        contact=plan.partner_id.display_name,
                        company=company.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._check_kept({name for vals in vals_list for name in vals})
        lifted = self._saving()._lift({"version"})
        plans = super(AccountAdminPlan, lifted).create(self._number(vals_list))
        plans = plans.with_env(self.env)
        plans._add_missing_lines()
        plans._refresh()
        return plans

    def write(self, vals):
        moved = {"partner_id", "national_account_id", "company_id", "year", "line_ids"}
        if moved & set(vals):
            self._check_draft()
        result = super(AccountAdminPlan, self._saving()).write(vals)
        if (moved | {"method"}) & set(vals):
            self._refresh()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._check_draft()

    def _saving(self):
        """Lines that are saved with their plan: it is counted once, after them."""
        return self.with_context(**{_SAVING: True})

    def _is_saving(self):
        return bool(self.env.context.get(_SAVING))

    def _check_draft(self):
        """Refuse to change what is, or was, in force.

        :raise UserError: naming the plan
        """
        for plan in self:
            if plan.state != "draft":
                raise UserError(
                    self.env._(
                        "%(plan)s is in force or was: make a new version of it and"
                        " change that one.",
                        plan=plan.display_name,
                    )
                )

    @api.model
    def _number(self, vals_list):
        """Values with the next version of each account's year."""
        names = ["company_id", "partner_id", "national_account_id", "year"]
        default = self.default_get(names)
        keys = [
            tuple({**default, **vals}.get(name) or False for name in names)
            for vals in vals_list
        ]
        # sudo: a version counts whoever may see it
        found = self.sudo()._read_group(
            [("year", "in", list({key[3] for key in keys}))], names, ["version:max"]
        )
        known = {
            (*(one.id for one in group[:3]), group[3]): group[4] for group in found
        }
        numbered = []
        for key, vals in zip(keys, vals_list, strict=True):
            known[key] = known.get(key, 0) + 1
            numbered.append({**vals, "version": known[key]})
        return numbered

    def _add_missing_lines(self):
        """A plan has a row for each measure."""
        self.env["account.admin.plan.line"].create(
            [
                {"plan_id": plan.id, "measure": measure}
                for plan in self
                for measure in MEASURES
                if measure not in plan.line_ids.mapped("measure")
            ]
        )

    def _unite_twins(self):
        """Plans of accounts that become one: one stays in force, all have numbers."""
        same = self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("year", "in", self.mapped("year")),
                ("partner_id", "in", self.partner_id.ids),
                ("national_account_id", "in", [False, *self.national_account_id.ids]),
            ]
        )
        last = max(same.mapped("version"))
        active = (self | same).filtered(lambda plan: plan.state == "active")
        (active[1:] & self)._write_kept({"state": "superseded"})
        for number, plan in enumerate(self[1:], start=1):
            plan._write_kept({"version": last + number})

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_activate(self):
        """Put drafts in force; the version before them is superseded."""
        self.check_access("write")
        self._check_draft()
        self._check_figures()
        for plan in self:
            before = plan._find_active()
            if before:
                before._write_kept({"state": "superseded"})
                self.env.flush_all()
            plan._write_kept(
                {
                    "state": "active",
                    "activated_on": plan.company_id._collections_today(),
                    "activated_by_id": self.env.uid,
                }
            )
        self._refresh()
        return True

    def action_new_version(self):
        """A draft with the figures of this plan, to be changed."""
        self.ensure_one()
        self.check_access("write")
        draft = self.create(
            {
                **{
                    name: self[name].id
                    for name in ("partner_id", "national_account_id", "company_id")
                },
                "year": self.year,
                "method": self.method,
                "note": self.note,
                "line_ids": [
                    Command.create(
                        {
                            "measure": line.measure,
                            **dict(zip(line._month_names, line._months, strict=True)),
                        }
                    )
                    for line in self.line_ids
                ],
            }
        )
        return draft._get_records_action()

    def action_refresh(self):
        """Count what was booked until yesterday."""
        self.check_access("read")
        self._refresh()
        return True

    def action_xlsx(self):
        """The plan as a workbook, which can be edited and taken in again."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/xlsx/plan/{self.id}",
            "target": "download",
        }

    def action_view_months(self):
        """The plan month by month, beside what was booked and is foreseen."""
        self.ensure_one()
        return open_window(
            self.env,
            "plan_month_action",
            self.display_name,
            domain=[("plan_id", "=", self.id)],
            context={},
        )

    def _find_active(self):
        """The version of this account and year that is in force."""
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
                ("national_account_id", "=", self.national_account_id.id),
                ("year", "=", self.year),
                ("state", "=", "active"),
            ]
        )

    def _get_planned(self):
        """What is planned: dict measure -> twelve decimals."""
        self.ensure_one()
        nothing = (to_decimal(0),) * MONTHS
        planned = {line.measure: line._months for line in self.line_ids}
        return {measure: planned.get(measure, nothing) for measure in MEASURES}

    def _check_figures(self):
        """Refuse figures that cannot be meant.

        :raise UserError: naming each row and month
        """
        sentences, labels = [], self._get_measure_labels()
        for plan in self:
            for code, measure, month, amount in find_faults(plan._get_planned()):
                text = plan._get_fault_sentences()[code] % {
                    "measure": labels[measure],
                    "month": f"{plan.year}-{month + 1:02}",
                    "value": f"{amount:,}",
                }
                sentences.append(f"{plan.display_name}: {text}")
        if sentences:
            raise UserError("\n".join(sentences))

    @api.model
    def _get_measure_labels(self):
        """What each measure is called: dict measure -> text."""
        measure = self.env["account.admin.plan.line"]._fields["measure"]
        return dict(measure._description_selection(self.env))

    @api.model
    def _get_fault_sentences(self):
        """What is wrong with a figure, by the engine's code, with places."""
        return {
            "negative": self.env._(
                "%(measure)s of %(month)s is %(value)s: a budget or a number of"
                " products is 0 or more."
            ),
            "not_whole": self.env._(
                "%(measure)s of %(month)s is %(value)s: enter a whole number of"
                " products."
            ),
            "over_sales": self.env._(
                "%(measure)s of %(month)s is %(value)s, more than 100 %% of its"
                " sales: correct one of the two."
            ),
        }
