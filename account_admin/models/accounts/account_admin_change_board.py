from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...engine.calendar import NoWorkingDay, to_utc
from ...engine.change import CARRIED, LOST, count_votes, get_cut_off, get_outcome
from ..base.account_admin_evidence import as_own
from ..base.bounds import bounded

#: How long before a meeting a cut-off can lie, in working days.
LONGEST = 60
_VOTES = {"yes": True, "no": False, "abstain": None}


@bounded
class AccountAdminChangeBoard(models.Model):
    """A meeting that decides about requests: agenda, votes and minutes."""

    _name = "account.admin.change.board"
    _description = "Board Meeting"
    _inherit = ["account.admin.readonly.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Whose requests it decides about, by whose days.",
    )
    date = fields.Date(required=True, tracking=True, help="The day of the meeting.")
    before_days = fields.Integer(
        string="Cut-Off Before",
        default=2,
        required=True,
        help="Working days of the company between the cut-off and the meeting.",
    )
    hour = fields.Float(
        string="At",
        default=17,
        required=True,
        help="The company's hour of that day up to which requests are on the agenda.",
    )
    cut_off = fields.Datetime(
        string="Cut-Off",
        compute="_compute_cut_off",
        store=True,
        help="Requests that were asked for later wait for the next meeting.",
    )
    member_ids = fields.Many2many(
        comodel_name="res.users",
        string="Members",
        domain=[("share", "=", False)],
        help="They vote; whoever asked for a request has no vote on it.",
    )
    votes_needed = fields.Integer(
        default=3,
        required=True,
        help="So many votes carry a request, if more are for it than against it.",
    )
    state = fields.Selection(
        selection=[("open", "Open"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        help="Closed: its votes count, and its minutes are written.",
    )
    change_ids = fields.One2many(
        comodel_name="account.admin.change",
        inverse_name="board_id",
        string="Agenda",
        readonly=True,
        help="The requests it decides about.",
    )
    vote_ids = fields.One2many(
        comodel_name="account.admin.change.vote",
        inverse_name="board_id",
        string="Votes",
        readonly=True,
        help="Who voted how.",
    )
    minutes = fields.Text(help="What was said, for the minutes.")
    minutes_id = fields.Many2one(
        comodel_name="ir.attachment",
        string="Minutes as PDF",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="As they were when the meeting was closed.",
    )

    _before_in_range = models.Constraint(
        f"CHECK(before_days BETWEEN 0 AND {LONGEST})",
        f"The cut-off of a meeting is 0 to {LONGEST} working days before it.",
    )
    _hour_of_day = models.Constraint(
        "CHECK(hour >= 0 AND hour <= 24)", "The hour of a cut-off is from 0 to 24."
    )
    _votes_positive = models.Constraint(
        "CHECK(votes_needed BETWEEN 2 AND 100)",
        "A meeting needs 2 votes or more to carry a request.",
    )

    @api.depends("date", "company_id")
    def _compute_display_name(self):
        for board in self:
            board.display_name = self.env._(
                "Board meeting of %s", format_date(self.env, board.date) or ""
            )

    @api.depends("date", "before_days", "hour", "company_id")
    def _compute_cut_off(self):
        for board in self:
            company = board.company_id
            if not board.date or not company:
                board.cut_off = False
                continue
            start = board.date - timedelta(days=7 * LONGEST)
            calendar = company._collections_working_days(start)
            try:
                local = get_cut_off(calendar, board.date, board.before_days, board.hour)
            except NoWorkingDay as error:
                raise UserError(
                    self.env._(
                        "%s has no working day before the meeting: correct its working"
                        " hours.",
                        company.name,
                    )
                ) from error
            board.cut_off = to_utc(local, company._collections_zone())

    @api.constrains("member_ids", "votes_needed", "state")
    def _check_members(self):
        for board in self.filtered(lambda one: one.state == "open"):
            members = board.sudo().member_ids
            there = members._account_admin_present(board.company_id)
            if members - there:
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot vote at the %(board)s: name people who are"
                        " there and work in %(company)s.",
                        person=(members - there)[0].name,
                        board=board.display_name,
                        company=board.company_id.name,
                    )
                )
            if len(there) < board.votes_needed:
                raise ValidationError(
                    self.env._(
                        "The %(board)s needs %(needed)s votes and has %(number)s"
                        " members: name more, or ask for fewer votes.",
                        board=board.display_name,
                        needed=board.votes_needed,
                        number=len(there),
                    )
                )

    def write(self, vals):
        closed = self.filtered(lambda board: board.state == "closed")
        loose = {name for name in vals if name.startswith(("message_", "activity_"))}
        if closed and set(vals) - loose and not self.env.su:
            raise UserError(
                self.env._(
                    "The %s is closed: what it decided stays as it is.",
                    closed[0].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_voted(self):
        for board in self:
            if board.state == "closed" or board.vote_ids:
                raise UserError(
                    self.env._("The %s has votes: it is kept.", board.display_name)
                )

    # ------------------------------------------------------------------
    # AGENDA
    # ------------------------------------------------------------------

    def action_fill_agenda(self):
        """Put on the agenda what was asked for up to the cut-off."""
        self.check_access("write")
        for board in self:
            board._check_open()
            # sudo: a meeting has every request of its company, whosever account it is
            waiting = (
                self.env["account.admin.change"]
                .sudo()
                .search(
                    [
                        ("company_id", "=", board.company_id.id),
                        ("state", "=", "asked"),
                        ("board_id", "=", False),
                        ("asked_on", "<=", board.cut_off),
                    ]
                )
            )
            waiting.filtered(lambda change: change._is_for_board()).board_id = board
        return True

    def _check_open(self):
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("The %s is closed already.", self.display_name))

    # ------------------------------------------------------------------
    # VOTES
    # ------------------------------------------------------------------

    def _tally(self, change):
        """What was voted on a request; who asked has no vote.

        :rtype: engine.change.Tally
        """
        votes = self.sudo().vote_ids.filtered(
            lambda vote: vote.change_id == change and vote.user_id in self.member_ids
        )
        said = {vote.user_id.id: _VOTES[vote.vote] for vote in votes}
        return count_votes(said, set(change.sudo().asker_ids.ids))

    def action_close(self):
        """Count the votes, follow them and write the minutes."""
        self.check_access("write")
        for board in self:
            board._check_open()
            # sudo: what was voted is followed, whosever account it is
            board.sudo()._close()
        return True

    def _close(self):
        self.ensure_one()
        waiting = self.change_ids.filtered(lambda change: change.state == "asked")
        for change in waiting:
            tally = self._tally(change)
            outcome = get_outcome(tally, self.votes_needed)
            if outcome == CARRIED:
                self._carry(change, tally)
            elif outcome == LOST:
                change._end(
                    self.env._(
                        "%(board)s: %(yes)s for it, %(no)s against it",
                        board=self.display_name,
                        yes=len(tally.yes),
                        no=len(tally.no),
                    )
                )
        self._write_kept({"state": "closed"})
        self._write_minutes()
        # what the votes did not suffice for is for the next meeting
        left = waiting.filtered(lambda change: change.state == "asked")
        left.filtered(lambda change: change not in self._get_carried()).board_id = False

    def _get_carried(self):
        """Requests that this meeting agreed to."""
        approvals = self.env["account.admin.change.approval"]
        found = approvals.search([("board_id", "=", self.id)])
        return found.change_id

    def _carry(self, change, tally):
        """Votes for a request are its approvals."""
        now = fields.Datetime.now()
        self.env["account.admin.change.approval"]._add(
            [
                {
                    "change_id": change.id,
                    "user_id": user,
                    "decided_on": now,
                    "version": change.version,
                    "decision": "approved",
                    "board_id": self.id,
                }
                for user in sorted(tally.yes)
            ]
        )
        change._follow()

    # ------------------------------------------------------------------
    # MINUTES
    # ------------------------------------------------------------------

    def _get_minutes(self):
        """What the minutes say of each request: list of dicts."""
        self.ensure_one()
        votes = self.vote_ids.grouped("change_id")
        carried = self._get_carried()
        return [
            {
                "change": change,
                "votes": votes.get(change, self.vote_ids.browse()),
                "tally": self._tally(change),
                "outcome": self._tell_outcome(change, carried),
            }
            for change in (self.change_ids | self.vote_ids.change_id).sorted("id")
        ]

    def _tell_outcome(self, change, carried):
        if change in carried:
            return self.env._("Carried")
        if change.state == "rejected":
            return self.env._("Refused")
        return self.env._("For the next meeting")

    def _write_minutes(self):
        """Keep the minutes as they are now: a PDF that nobody changes."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        content, _kind = report._render_qweb_pdf(
            "account_admin.action_report_board_minutes", self.ids
        )
        file = as_own(self.env["ir.attachment"]).create(
            {
                "name": f"{self.display_name}.pdf".replace("/", "-"),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.env["account.admin.evidence"]._seal([(self, file, None)])
        self._write_kept({"minutes_id": file.id})

    def action_print_minutes(self):
        """The minutes as they were kept."""
        self.ensure_one()
        self.check_access("read")
        if not self.minutes_id:
            raise UserError(
                self.env._(
                    "Close the %s first: then it has minutes.", self.display_name
                )
            )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.minutes_id.id}?download=true",
            "target": "download",
        }
