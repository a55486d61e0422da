"""How a request is applied: all of its fields or none, on its day, and back again."""

from psycopg2 import IntegrityError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...engine import change as engine
from ...engine.mirror import APPLIED, PENDING, REJECTED, is_drift
from ..base.isolation import describe, isolate, undoing
from .account_admin_change_decide import ACTIVITY
from .account_admin_change_line import BANK
from .account_admin_controlled_mixin import as_applied

#: What the other side is told of a state.
OURS = {
    **dict.fromkeys(("asked", "approved", "scheduled", "conflict"), PENDING),
    **dict.fromkeys(("applied", "reversed"), APPLIED),
    "rejected": REJECTED,
}


class _Tried(Exception):
    """What was tried is undone on purpose."""


class AccountAdminChange(models.Model):
    _inherit = "account.admin.change"

    mirror_message_ids = fields.One2many(
        comodel_name="account.admin.mirror.message",
        inverse_name="change_id",
        string="Messages to the Mirror",
        readonly=True,
        help="What the other side was told.",
    )
    mirror_version = fields.Integer(readonly=True, copy=False)
    mirror_ticket = fields.Char(
        string="Their Ticket",
        readonly=True,
        copy=False,
        help="What the other side calls it.",
    )
    mirror_status = fields.Char(
        string="Their Status",
        readonly=True,
        copy=False,
        help="Open, in work or closed, as the other side reported last.",
    )
    mirror_sequence = fields.Integer(readonly=True, copy=False)
    mirror_heard = fields.Boolean(readonly=True, copy=False)
    mirror_note = fields.Char(
        string="Mirror",
        compute="_compute_mirror",
        help="What the other side knows, compared with what is so here.",
    )
    is_drift = fields.Boolean(
        string="Drift",
        compute="_compute_mirror",
        search="_search_is_drift",
        help="The other side has another status than ours, and nothing is on its way.",
    )

    # ------------------------------------------------------------------
    # ON ITS DAY
    # ------------------------------------------------------------------

    def _follow(self):
        """Go on with a request that nothing is missing of."""
        # sudo: what was agreed to happens, whoever agreed last
        for change in self.sudo():
            if change.state != "asked":
                continue
            if change._find_missing():
                continue
            change.activity_unlink([ACTIVITY])
            change.state = "approved"
            if change._is_due():
                isolate(change.env, change, _write_down, _note_problem)
            else:
                change.state = "scheduled"
                change.message_post(
                    body=self.env._("Approved; applied on %s.", change._tell_day())
                )
            change._tell_mirror()

    def _is_due(self):
        """Whether its day has come, by the company's date."""
        self.ensure_one()
        today = self.company_id._collections_today()
        return not self.date_effective or self.date_effective <= today

    def _apply(self):
        """Write all of its fields, or none; what another wrote meanwhile is named."""
        self.ensure_one()
        cells = {line: line._get_cell() for line in self.line_ids}
        values, clash = engine.decide(cells.values())
        if clash:
            self._note_conflict([line for line, cell in cells.items() if cell in clash])
            return
        self._write_values(
            {line: values[line.id] for line in cells if line.id in values}
        )
        self.write(
            {"state": "applied", "applied_on": fields.Datetime.now(), "problem": False}
        )
        self.reverses_id.filtered(lambda c: c.state == "applied").state = "reversed"
        self._tell_applied()

    def _write_values(self, values):
        """Write fields of the account, its bank accounts and its national account.

        :param values: dict line -> value
        """
        targets = {}
        for line, value in values.items():
            target = line._get_target().with_user(SUPERUSER_ID)
            key = (line.model, target.id)
            targets.setdefault(key, (target, {}))[1][line.field_name] = value
        for (model, number), (target, vals) in targets.items():
            if number:
                cells = [(model, number, name) for name in vals]
                as_applied(target, cells).write(vals)
            elif model == BANK:
                self._add_bank_account(vals)

    def _add_bank_account(self, vals):
        """The new bank account of the request, with all of its lines."""
        account = self.partner_id
        banks = self.env[BANK].with_user(SUPERUSER_ID)
        cell = (BANK, None, f"partner_id={account.id}")
        bank = as_applied(banks, [cell]).create({**vals, "partner_id": account.id})
        # what follows has nothing lifted, and the lines name what they made
        new = self.line_ids.filtered(
            lambda line: line.model == BANK and not line.bank_account_id
        )
        new.write({"bank_account_id": bank.id, "is_new": True})
        # it was nothing when it was asked for, and stays so in the record of it
        new.write({"seen_value": {"value": False}, "seen_text": False})

    def _try_applying(self):
        """Refuse what Odoo would not take, before anybody is asked.

        :raise UserError: whatever applying it would raise
        """
        try:
            with undoing(self.env):
                # sudo: as it will be applied
                change = self.sudo().with_context(tracking_disable=True)
                cells = {line: line._get_cell() for line in change.line_ids}
                change._write_values({line: c.proposed for line, c in cells.items()})
                self.env.flush_all()
                raise _Tried
        except _Tried:
            self.env.invalidate_all()
        except IntegrityError as error:
            raise UserError(
                self.env._(
                    "%(account)s: this cannot be saved (%(error)s). Correct what is"
                    " proposed.",
                    account=self.partner_id.display_name,
                    error=describe(error),
                )
            ) from error

    def _tell_applied(self):
        """Leave a trace on the request and on the account."""
        self.message_post(body=self.env._("Applied: %s", self.summary))
        told = "; ".join(
            self.env._(
                "%(field)s: %(before)s → %(after)s",
                field=line.label,
                before=line._tell_masked(line.seen_text) or self.env._("nothing"),
                after=line._tell_masked(line.proposed_text) or self.env._("nothing"),
            )
            for line in self.line_ids
        )
        body = self.env._(
            "%(change)s was applied: %(what)s", change=self._get_html_link(), what=told
        )
        self.partner_id._message_log(body=body)

    def _note_conflict(self, lines):
        """Somebody changed fields meanwhile: nothing is written, a person looks."""
        self.write({"state": "conflict", "problem": False})
        told = "; ".join(
            self.env._(
                "%(field)s was %(seen)s when it was asked for, is %(now)s now, and"
                " shall be %(proposed)s",
                field=line.label,
                seen=line.seen_text or self.env._("nothing"),
                now=line.current_text or self.env._("nothing"),
                proposed=line.proposed_text or self.env._("nothing"),
            )
            for line in lines
        )
        self.message_post(body=self.env._("Nothing was applied: %s.", told))
        self.activity_schedule(
            ACTIVITY,
            user_id=self.requester_id.id,
            summary=self.env._("Look at it again: %s", told),
        )

    # ------------------------------------------------------------------
    # AGAIN AND BACK
    # ------------------------------------------------------------------

    def action_renew(self):
        """Look at what it is now, and ask anew: whoever agreed is asked again."""
        self.check_access("write")
        for change in self:
            if change.state not in ("draft", "conflict"):
                raise UserError(
                    self.env._(
                        "%s was not overtaken by anything: it goes on as it was asked"
                        " for.",
                        change.display_name,
                    )
                )
            if change.state == "draft":
                change._check_draft()
            # sudo: what is seen now is noted by the product
            known = change.sudo()
            known._look_again()
            if change.state == "conflict":
                known.activity_unlink([ACTIVITY])
                known.line_ids._check_proposed()
                known._check_enough_people()
                change._ask()
        return True

    def _look_again(self):
        """Take what the fields are now as seen; what became so already is done."""
        for line in self.line_ids:
            value = line._get_current()
            line.write(
                {"seen_value": {"value": value}, "seen_text": line._tell_value(value)}
            )
        if all(not line.is_changed for line in self.line_ids):
            raise UserError(
                self.env._(
                    "%s: everything is as it was asked for already. Withdraw the"
                    " request.",
                    self.display_name,
                )
            )

    def action_reverse(self):
        """Ask for the opposite of what was applied."""
        self.ensure_one()
        self.check_access("read")
        self.browse().check_access("create")
        if self.state != "applied":
            raise UserError(
                self.env._(
                    "%s was not applied: there is nothing to take back.",
                    self.display_name,
                )
            )
        known = self.sudo().search(
            [("reverses_id", "=", self.id), ("state", "not in", ("rejected",))], limit=1
        )
        change = known.with_env(self.env) or self._create_reverse()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": change.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _create_reverse(self):
        """The opposite request, as a draft of the user's."""
        lines = [
            Command.create(vals)
            for line in self.line_ids
            if (vals := line._prepare_reverse())
        ]
        if not lines:
            raise UserError(
                self.env._(
                    "%s cannot be taken back: its fields are no longer under control.",
                    self.display_name,
                )
            )
        return self._create_kept(
            [
                {
                    "partner_id": self.partner_id.id,
                    "national_account_id": self.national_account_id.id,
                    "company_id": self.company_id.id,
                    "reason": self.env._("Takes back %s", self.display_name),
                    "reverses_id": self.id,
                    "line_ids": lines,
                }
            ]
        )

    # ------------------------------------------------------------------
    # MIRROR AND CRON
    # ------------------------------------------------------------------

    def _tell_mirror(self):
        """Hand what became of these requests to the mirror of their company."""
        self.env["account.admin.mirror.message"]._enqueue(self)

    def _get_ours(self):
        """The state as the other side knows it: of the engine, None for a draft."""
        self.ensure_one()
        return OURS.get(self.state)

    @api.depends("state", "mirror_status", "mirror_version", "mirror_message_ids.state")
    def _compute_mirror(self):
        for change in self:
            # sudo: what the other side was told is told with the request
            messages = change.sudo().mirror_message_ids
            waiting = messages.filtered(lambda m: m.state == "waiting")
            ours = change._get_ours() if messages else None
            theirs = change.mirror_status or None
            change.is_drift = bool(ours and not waiting and is_drift(ours, theirs))
            change.mirror_note = change._tell_mirrored(messages, waiting)

    def _tell_mirrored(self, messages, waiting):
        """What the other side knows, in words."""
        if not messages:
            return False
        if waiting:
            return self.env._("On its way: %s", waiting[0].problem or "")
        theirs = self.mirror_status or self.env._("no ticket")
        if self.is_drift:
            return self.env._("Differs: they have %s", theirs)
        return self.env._("The same: they have %s", theirs)

    @api.model
    def _search_is_drift(self, operator, value):
        if operator != "in":
            return NotImplemented
        told = self.search([("mirror_version", ">", 0)])
        ids = told.filtered("is_drift").ids
        return [("id", "in" if True in value else "not in", ids)]

    @api.model
    def _cron_apply(self):
        """Apply what is due, one by one: a bad one says why and waits."""
        progress = self.env["ir.cron"]
        due = self._find_due()
        progress._commit_progress(remaining=len(due))
        for change in due:
            change = change[0].with_prefetch(None)
            isolate(self.env, change, _apply, _note_problem)
            if not progress._commit_progress(1):
                break

    @api.model
    def _find_due(self):
        """Requests whose day has come, by the date of each company."""
        domains = [
            Domain("company_id", "=", company.id)
            & (
                Domain("date_effective", "=", False)
                | Domain("date_effective", "<=", company._collections_today())
            )
            for company in self.env["res.company"].search([("active", "=", True)])
        ]
        return self.search(
            Domain("state", "in", ("approved", "scheduled")) & Domain.OR(domains),
            order="date_effective, id",
        )


def _write_down(change):
    change._apply()


def _apply(change):
    locked = change.try_lock_for_update()
    # whoever has it in hand decides about it
    if locked.filtered_domain([("state", "in", ("approved", "scheduled"))]):
        change.state = "approved"
        change._apply()
        change._tell_mirror()


def _note_problem(change, error):
    change.write({"state": "approved", "problem": describe(error)})
