"""How a request is agreed to: who has to, who may, and what they said."""

from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ...engine.change import (
    FLOORS,
    choose_approvers,
    find_missing,
    find_short,
    is_call_back,
)
from ..base.bulk import count_up
from .account_admin_absence_cover import USER

ACTIVITY = "account_admin.mail_activity_type_change"


class AccountAdminChange(models.Model):
    _inherit = "account.admin.change"

    # ------------------------------------------------------------------
    # WHAT IS MISSING
    # ------------------------------------------------------------------

    def _get_rules(self):
        """What has to be kept: list of :class:`~..engine.change.Rule`.

        The class of each field counts in any case, whatever somebody wrote in a rule.
        """
        self.ensure_one()
        rules = self.env["account.admin.change.rule"]._find_for(self)
        written = [rule._get_rule(self.company_id) for rule in rules]
        if self._is_for_board():
            # whoever votes there may approve
            written = [replace(rule, who=None) for rule in written]
        return [*written, *(FLOORS[risk] for risk in set(self.line_ids.mapped("risk")))]

    def _get_deciders(self):
        """Everybody who may approve a request of its kind, whoever asked: users."""
        self.ensure_one()
        rules = self.env["account.admin.change.rule"]._find_for(self)
        people = self.env["res.users"].sudo()
        for rule in rules:
            people |= rule._get_people(self.company_id)
        if not rules:
            every = self.env["account.admin.change.rule"]._get_anybody()
            people = every._account_admin_present(self.company_id)
        return people

    def _find_missing(self):
        """What is missing for this version.

        :rtype: engine.change.Missing
        """
        self.ensure_one()
        # sudo: what was decided counts, whoever may read it
        said = self.sudo().approval_ids.filtered(lambda a: a.version == self.version)
        if self._is_for_board():
            approved = said.filtered(lambda a: a.decision == "approved" and a.board_id)
        else:
            approved = said.filtered(lambda a: a.decision == "approved")
        called = said.filtered(lambda a: a.decision == "called")
        return find_missing(
            self._get_rules(),
            set(self.sudo().asker_ids.ids),
            [each._get_approval() for each in approved],
            [each._get_call() for each in called],
        )

    def _is_for_board(self):
        """Whether a meeting decides about it."""
        return any(
            self.env["account.admin.change.rule"]._find_for(self).mapped("to_board")
        )

    @api.depends("state", "version", "line_ids.risk", "approval_ids", "date_effective")
    def _compute_missing(self):
        for change in self:
            change.missing = change._tell_missing()

    def _tell_missing(self):
        """What has to happen before it is applied, in words."""
        self.ensure_one()
        if self.state == "scheduled":
            return self.env._("Nothing; applied on %s", self._tell_day())
        if self.state == "conflict":
            return self.env._("Somebody looks at it again")
        if self.state not in ("draft", "asked"):
            return False
        missing = self._find_missing()
        told = []
        if missing.approvals and self._is_for_board():
            told.append(self.env._("the vote of a board meeting"))
        elif missing.approvals == 1:
            told.append(self.env._("1 more approval"))
        elif missing.approvals:
            told.append(self.env._("%s more approvals", missing.approvals))
        if missing.call_back:
            told.append(self.env._("a call-back"))
        return "; ".join(told) or self.env._("Nothing")

    # ------------------------------------------------------------------
    # WHO MAY
    # ------------------------------------------------------------------

    def _get_rights(self):
        """By whose right the user may decide: users, their own first.

        Never by that of who asked, and never where the user asked.
        """
        self.ensure_one()
        user, deciders = self.env.user.sudo(), self._get_deciders()
        askers = self.sudo().asker_ids | self.sudo().requester_id
        if user in askers:
            return self.env["res.users"]
        if user in deciders:
            return user
        absences = self.env["account.admin.absence"]
        company, day = self.company_id, self.company_id._collections_today()
        cover = absences._get_cover(company.id, day, USER)
        scopes = absences._get_scopes(company, day, cover, self.partner_id.ids)
        of_account = scopes.get(self.partner_id.id, ())
        return (deciders - askers).filtered(
            lambda other: (
                cover.get_away(other.id, day, of_account)
                and cover.resolve(other.id, day, of_account) == user.id
            )
        )

    def _check_may_decide(self):
        """Refuse who asked, who has no right to approve, and what is decided.

        :return: ``res.users`` by whose right the user decides
        :raise UserError: naming the request and who may decide instead
        """
        self.ensure_one()
        self.check_access("read")
        if self.env.user in self.sudo().asker_ids | self.sudo().requester_id:
            raise UserError(
                self.env._(
                    "You asked for %s: somebody else decides about it.",
                    self.display_name,
                )
            )
        if self.state != "asked":
            raise UserError(
                self.env._(
                    "%(change)s is not waiting for a decision: it is %(state)s.",
                    change=self.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        self.state
                    ],
                )
            )
        rights = self._get_rights()
        if not rights:
            others = self._get_deciders() - self.sudo().asker_ids
            raise UserError(
                self.env._(
                    "You may not decide about %(change)s: ask %(people)s.",
                    change=self.display_name,
                    people=", ".join(others[:5].mapped("name"))
                    or self.env._("an administrator to add people to its rule"),
                )
            )
        return rights

    @api.depends("state", "approver_ids", "version", "approval_ids")
    @api.depends_context("uid")
    def _compute_is_mine_to_decide(self):
        for change in self:
            said = change.sudo().approval_ids.filtered(
                lambda a, change=change: (
                    a.version == change.version
                    and a.decision == "approved"
                    and a.user_id == self.env.user
                )
            )
            change.is_mine_to_decide = (
                change.state == "asked" and not said and bool(change._get_rights())
            )

    @api.depends("state", "risk", "version")
    @api.depends_context("uid")
    def _compute_can_call(self):
        for change in self:
            change.can_call = (
                change.state == "asked"
                and change._find_missing().call_back
                and bool(change._get_rights())
            )

    @api.model
    def _search_is_mine_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = self.search([("state", "=", "asked")])
        mine = Domain("id", "in", waiting.filtered("is_mine_to_decide").ids)
        return mine if True in value else ~mine

    # ------------------------------------------------------------------
    # ASKING
    # ------------------------------------------------------------------

    def action_ask(self):
        """Ask for it: from now on it stays as it is."""
        self.check_access("write")
        for change in self:
            change._check_draft()
            change._check_askable()
            change._ask()
        return True

    def _check_askable(self):
        """Refuse what could never be agreed to or applied, with a sentence.

        :raise UserError: naming the account and what to do
        """
        self.ensure_one()
        name, today = self.partner_id.display_name, self.company_id._collections_today()
        if not self.line_ids:
            raise UserError(
                self.env._("%s: add the fields that shall change first.", name)
            )
        if not (self.reason or "").strip():
            raise UserError(
                self.env._("%s: say why it shall change, approvers rely on it.", name)
            )
        if self.date_effective and self.date_effective < today:
            raise UserError(
                self.env._(
                    "%(account)s cannot change on %(day)s, which is over: choose a"
                    " later day, or none to change it at once.",
                    account=name,
                    day=self._tell_day(),
                )
            )
        self.line_ids._check_proposed()
        self._check_enough_people()
        self._try_applying()

    def _check_enough_people(self):
        """Refuse a request that too few people could ever agree to."""
        self.ensure_one()
        people = frozenset(self._get_deciders().ids)
        askers = {*self.sudo().asker_ids.ids, self.env.uid}
        if self._is_for_board():
            return
        found = self.env["account.admin.change.rule"]._find_for(self)
        asked = [(rule._get_rule(self.company_id), rule.name) for rule in found]
        asked += [(rule, self.env._("its class")) for rule in self._get_rules()]
        for rule, name in asked:
            short = find_short([rule], askers, people)
            if short:
                _rule, number = short[0]
                raise UserError(
                    self.env._(
                        "%(account)s: %(rule)s asks for %(needed)s approvals, and"
                        " %(number)s people besides you could give them. Ask an"
                        " administrator to add people to the rule.",
                        account=self.partner_id.display_name,
                        rule=name,
                        needed=rule.approvals,
                        number=number,
                    )
                )

    def _ask(self):
        """Take a version as asked for by the user, and tell who has to agree."""
        self.ensure_one()
        now = fields.Datetime.now()
        # sudo: the request is the user's own, who was let in above
        change = self.sudo()
        change.write(
            {
                "state": "asked",
                "version": change.version + 1,
                "requester_id": self.env.uid,
                "asker_ids": [Command.link(self.env.uid)],
                "asked_on": now,
                "first_asked_on": change.first_asked_on or now,
                "problem": False,
            }
        )
        self._decide("asked", comment=self.reason)
        change._call_approvers()
        self._tell_mirror()
        # what needs nobody's approval is applied
        self._follow()

    def _call_approvers(self):
        """Give an activity to as many people as have to agree."""
        self.ensure_one()
        missing = self._find_missing()
        self.activity_unlink([ACTIVITY])
        if self._is_for_board():
            return
        number = missing.approvals or int(missing.call_back)
        company, day = self.company_id, self.company_id._collections_today()
        absences = self.env["account.admin.absence"]
        cover = absences._get_cover(company.id, day, USER)
        scopes = absences._get_scopes(company, day, cover, self.partner_id.ids)
        said = self.approval_ids.filtered(
            lambda a: a.version == self.version and a.decision == "approved"
        )
        chosen = choose_approvers(
            cover,
            {*self.asker_ids.ids, *said.user_id.ids},
            self._get_deciders().ids,
            day,
            number,
            scopes.get(self.partner_id.id, ()),
        )
        self.approver_ids = [Command.set(chosen)]
        for user in chosen:
            self.activity_schedule(
                ACTIVITY, user_id=user, summary=self.summary, note=self.reason
            )

    # ------------------------------------------------------------------
    # DECIDING
    # ------------------------------------------------------------------

    def _decide(self, decision, **more):
        """Keep what the user decided about this version."""
        self.ensure_one()
        # of two who decide at once the later one sees what the first did
        count_up(self.sudo(), "turn")
        return self.env["account.admin.change.approval"]._add(
            [
                {
                    "change_id": self.id,
                    "user_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                    "version": self.version,
                    "decision": decision,
                    **more,
                }
            ]
        )

    def _approve(self, comment=""):
        """Agree to it as the user, or as deputy of whoever may."""
        for change in self:
            rights = change._check_may_decide()
            if change._is_for_board():
                raise UserError(
                    self.env._(
                        "%s is decided by a board meeting: vote there.",
                        change.display_name,
                    )
                )
            change._check_not_said(rights)
            instead_of = rights[:1] - self.env.user
            change._decide("approved", comment=comment, instead_of_id=instead_of.id)
            # sudo: what was decided is followed, whatever the user may write
            change.sudo().activity_unlink([ACTIVITY], user_id=self.env.uid)
            change._follow()

    def _check_not_said(self, rights):
        """Refuse that one person, or one right, approves twice."""
        said = self.sudo().approval_ids.filtered(
            lambda a: a.version == self.version and a.decision == "approved"
        )
        used = said.user_id | said.instead_of_id
        if self.env.user in said.user_id or not rights - used:
            raise UserError(
                self.env._(
                    "You approved %s already, or the person for whom you stand in did:"
                    " it takes another pair of eyes.",
                    self.display_name,
                )
            )

    def _reject(self, reason):
        """Refuse it, with a reason that its requester reads."""
        if not (reason or "").strip():
            raise UserError(self.env._("Say why: whoever asked reads it."))
        for change in self:
            rights = change._check_may_decide()
            instead_of = rights[:1] - self.env.user
            change._decide("rejected", comment=reason, instead_of_id=instead_of.id)
            change._end(reason)

    def action_withdraw(self):
        """Take back what the user asked for."""
        self.check_access("write")
        for change in self:
            if change.state not in ("asked", "approved", "scheduled", "conflict"):
                raise UserError(
                    self.env._("%s has nothing to withdraw.", change.display_name)
                )
            if self.env.user not in change.sudo().asker_ids:
                raise UserError(
                    self.env._(
                        "%(change)s was asked for by %(person)s: reject it instead.",
                        change=change.display_name,
                        person=change.requester_id.sudo().name,
                    )
                )
            change._decide("withdrawn")
            change._end(self.env._("Withdrawn by %s", self.env.user.name))
        return True

    def _end(self, reason):
        """Refused or withdrawn: nothing of it is applied."""
        # sudo: see above
        change = self.sudo()
        change.write({"state": "rejected", "problem": False})
        change.activity_unlink([ACTIVITY])
        change.message_post(body=self.env._("Rejected: %s", reason))
        self._tell_mirror()

    def _get_numbers(self):
        """Numbers that may be called back: older than the day of first asking."""
        self.ensure_one()
        asked = self.first_asked_on
        if not asked:
            return self.env["account.admin.phone"]
        day = self.company_id._collections_day_of(asked)
        phones = self.env["account.admin.phone"]
        return phones._find_older(self.partner_id, day, self.company_id)

    def _log_call(self, phone, spoken_to, comment=""):
        """Note that somebody confirmed the change on a number from before.

        :param phone: ``account.admin.phone``
        """
        self.ensure_one()
        self._check_may_decide()
        if phone not in self._get_numbers():
            raise UserError(
                self.env._(
                    "%(change)s: call a number of %(account)s that was known before the"
                    " day on which the change was asked for.",
                    change=self.display_name,
                    account=self.partner_id.display_name,
                )
            )
        if not (spoken_to or "").strip():
            raise UserError(self.env._("Say who confirmed the change on the phone."))
        call = self._decide(
            "called",
            comment=comment,
            spoken_to=spoken_to,
            number=phone.number,
            number_known_on=phone.known_on,
        )
        if not is_call_back(call.sudo()._get_call(), set(self.sudo().asker_ids.ids)):
            raise UserError(
                self.env._("This call does not count: choose an older number.")
            )
        self._follow()
