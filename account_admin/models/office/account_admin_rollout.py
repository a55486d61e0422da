from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.money import to_decimal
from ...engine.office.rollout import get_progress
from ..base.blank_float import BlankFloat
from ..base.bounds import bounded


@bounded
class AccountAdminRollout(models.Model):
    """Something new for many, wave after wave; it stops when too much of one failed."""

    _name = "account.admin.rollout"
    _description = "Rollout"
    _inherit = ["mail.thread", "account.admin.readonly.mixin"]
    _order = "date_start desc, id desc"

    name = fields.Char(required=True, help="What is introduced, and to whom.")
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
        help="Who runs the waves and decides what comes of a stop.",
    )
    most_percent = fields.Float(
        string="Stop above %",
        default=2,
        digits=(5, 2),
        tracking=True,
        help="The next wave runs only when no more than so many percent of the one"
        " before failed.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Planned"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
        ],
        default="draft",
        required=True,
        readonly=True,
        tracking=True,
        help="Stopped: too much of a wave failed. It goes on when somebody says why.",
    )
    reason = fields.Char(
        readonly=True, tracking=True, help="Why it stopped, with the wave's figures."
    )
    decision = fields.Char(
        tracking=True,
        help="What was put right after a stop, before it goes on.",
    )
    wave_ids = fields.One2many(
        comodel_name="account.admin.rollout.wave",
        inverse_name="rollout_id",
        help="The parts, one after the other, the smallest first.",
    )
    date_start = fields.Date(
        compute="_compute_progress", store=True, help="The day of the first wave."
    )
    size = fields.Integer(
        string="In All",
        compute="_compute_progress",
        store=True,
        help="How many there are in all waves.",
    )
    done_count = fields.Integer(
        string="Done",
        compute="_compute_progress",
        store=True,
        help="Those that did not fail, of the waves that ran.",
    )
    done_percent = BlankFloat(
        string="Progress %",
        compute="_compute_progress",
        store=True,
        digits=(5, 2),
        aggregator=None,
        help="Done of all.",
    )

    _percent_of_a_wave = models.Constraint(
        "CHECK(most_percent BETWEEN 0 AND 100)",
        "Between 0 and 100 percent of a wave can fail: correct “Stop above %”.",
    )

    @api.depends(
        *("most_percent", "wave_ids.size", "wave_ids.failed", "wave_ids.state"),
        *("wave_ids.date", "wave_ids.sequence"),
    )
    def _compute_progress(self):
        for rollout in self:
            waves = rollout._get_waves()
            ran = waves.filtered(lambda wave: wave.state == "done")
            # what stopped it is its state; what ran counts
            order = [wave._to_engine() for wave in ran | waves]
            progress = get_progress(order, len(ran), to_decimal(100))
            rollout.date_start = min(waves.mapped("date"), default=False)
            rollout.size = sum(waves.mapped("size"))
            rollout.done_count = progress.done
            rollout.done_percent = progress.percent

    def _get_waves(self):
        """The waves in the order in which they run."""
        return self.wave_ids.sorted(
            lambda wave: (wave.sequence, wave.date or date.max, wave._origin.id or 0)
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_start(self):
        """Begin with the first wave."""
        self.check_access("write")
        for rollout in self:
            if rollout.state != "draft":
                raise UserError(self.env._("%s has begun already.", rollout.name))
            if not rollout.wave_ids:
                raise UserError(
                    self.env._("%s has no wave: add at least one.", rollout.name)
                )
            rollout.wave_ids._check_order()
        self._write_kept({"state": "running"})
        return True

    def action_go_on(self):
        """Go on after a stop, once it is said what was put right."""
        self.check_access("write")
        for rollout in self:
            if rollout.state != "stopped":
                raise UserError(self.env._("%s is not stopped.", rollout.name))
            if not (rollout.decision or "").strip():
                raise UserError(
                    self.env._(
                        "Enter under “Decision” what was put right before %s goes on.",
                        rollout.name,
                    )
                )
            rollout._write_kept({"state": rollout._get_state(), "reason": False})
        return True

    def _get_state(self):
        """Whether waves are left."""
        return "running" if "planned" in self.wave_ids.mapped("state") else "done"

    def _judge(self, wave):
        """Go on to the next wave, or stop and say why."""
        self.ensure_one()
        most = to_decimal(self.most_percent)
        progress = get_progress([wave._to_engine()], 1, most)
        if not progress.stopped_by:
            self._write_kept({"state": self._get_state()})
            return
        share = 100 - progress.percent
        reason = self.env._(
            "Wave %(number)s of %(day)s: %(failed)s of %(size)s failed, %(percent)s %%,"
            " more than %(most)s %%.",
            number=(self._get_waves().ids.index(wave.id) + 1),
            day=format_date(self.env, wave.date),
            failed=wave.failed,
            size=wave.size,
            percent=f"{share:.2f}",
            most=f"{self.most_percent:g}",
        )
        self._write_kept({"state": "stopped", "reason": reason, "decision": False})
