from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...engine.office.rollout import Wave
from ..base.bounds import bounded


@bounded
class AccountAdminRolloutWave(models.Model):
    """A part of a rollout."""

    _name = "account.admin.rollout.wave"
    _description = "Wave of a Rollout"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "rollout_id, sequence, date, id"

    rollout_id = fields.Many2one(
        comodel_name="account.admin.rollout",
        required=True,
        index=True,
        ondelete="cascade",
        help="What is introduced.",
    )
    company_id = fields.Many2one(related="rollout_id.company_id", store=True)
    rollout_state = fields.Selection(related="rollout_id.state", string="Rollout Is")
    sequence = fields.Integer(default=10, help="The order of the waves.")
    name = fields.Char(required=True, help="Who is in it, such as pilot stores.")
    date = fields.Date(required=True, help="The day it is to run; not before the last.")
    size = fields.Integer(required=True, help="How many are in it.")
    failed = fields.Integer(help="How many of these failed; 0 when all went well.")
    state = fields.Selection(
        selection=[("planned", "Planned"), ("done", "Ran")],
        default="planned",
        required=True,
        readonly=True,
        help="A wave that ran is not changed any more.",
    )
    done_on = fields.Date(string="Ran on", readonly=True, help="The day it ran.")

    _somebody = models.Constraint(
        "CHECK(size > 0)", "A wave has at least one in it: correct its size."
    )
    _no_more_than_all = models.Constraint(
        "CHECK(failed BETWEEN 0 AND size)",
        "From 0 to all of a wave can fail: correct how many failed.",
    )

    def write(self, vals):
        if {"size", "failed", "date", "rollout_id"} & set(vals):
            self._check_planned()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_planned_only(self):
        self._check_planned()

    def _check_planned(self):
        for wave in self:
            if wave.state == "done":
                raise UserError(self.env._("Wave %s ran: its figures stay.", wave.name))

    def _check_order(self):
        """Refuse waves whose days run backwards.

        :raise UserError: naming the wave
        """
        for rollout in self.rollout_id:
            last = None
            for wave in rollout._get_waves():
                if last and wave.date < last.date:
                    raise UserError(
                        self.env._(
                            "Wave %(wave)s is on %(day)s, before wave %(last)s: correct"
                            " its day or its place.",
                            wave=wave.name,
                            day=format_date(self.env, wave.date),
                            last=last.name,
                        )
                    )
                last = wave

    def action_done(self):
        """The wave ran, with the failures that were entered."""
        self.ensure_one()
        self.check_access("write")
        rollout = self.rollout_id
        if rollout.state != "running":
            raise UserError(
                self.env._(
                    "%s does not run: start it, or let it go on after a stop.",
                    rollout.name,
                )
            )
        first = rollout._get_waves().filtered(lambda wave: wave.state == "planned")[:1]
        if self != first:
            raise UserError(
                self.env._(
                    "Wave %(first)s comes first: %(wave)s waits for it.",
                    first=first.name,
                    wave=self.name,
                )
                if first and self.state == "planned"
                else self.env._("Wave %s ran already.", self.name)
            )
        self._write_kept(
            {"state": "done", "done_on": self.company_id._collections_today()}
        )
        rollout._judge(self)
        return True

    def _to_engine(self):
        """The wave as the engine knows it."""
        return Wave(self.size, self.failed)
