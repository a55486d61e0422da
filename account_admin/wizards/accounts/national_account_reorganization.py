from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...models.base.bounds import bounded

#: What makes an effect that was shown worth nothing.
_ASKED = {
    *("kind", "national_account_id", "partner_ids", "part_ids", "target_id", "name"),
    *("date", "to_top"),
}
#: Most accounts that are named one by one in what changes.
SHOWN = 20


@bounded
class NationalAccountReorganization(models.TransientModel):
    _name = "national.account.reorganization"
    _description = "Move, Split or Merge National Accounts"
    _inherit = ["account.admin.wizard.mixin"]

    kind = fields.Selection(
        selection=[("move", "Move"), ("split", "Split Off"), ("merge", "Merge")],
        string="What",
        default="move",
        required=True,
        help="Move accounts or parts elsewhere, split them off into a part of its own,"
        " or let the whole become part of another.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        string="From",
        required=True,
        help="Where the accounts and parts are now.",
    )
    date = fields.Date(
        string="From Day",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="First day of the new order; figures of the days before stay.",
    )
    whole = fields.Boolean(
        string="The Whole of It",
        default=True,
        help="Move the region or area itself, with all that is in it.",
    )
    to_top = fields.Boolean(
        string="To the Top",
        help="It becomes a national account of its own; it needs a head office.",
    )
    target_id = fields.Many2one(
        comodel_name="national.account",
        string="To",
        domain="[('id', '!=', national_account_id)]",
        help="Where they go.",
    )
    name = fields.Char(
        string="Name of the New Part", help="What is split off is called so."
    )
    here_ids = fields.Many2many(
        comodel_name="res.partner", compute="_compute_here", string="Members That Day"
    )
    below_ids = fields.Many2many(
        comodel_name="national.account",
        relation="national_account_reorganization_below_rel",
        compute="_compute_here",
        string="Parts That Day",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Accounts",
        domain="[('id', 'in', here_ids)]",
        help="Members that go.",
    )
    part_ids = fields.Many2many(
        comodel_name="national.account",
        relation="national_account_reorganization_part_rel",
        string="Parts",
        domain="[('id', 'in', below_ids)]",
        help="Regions and areas directly below that go, with all that is in them.",
    )
    is_shown = fields.Boolean(string="Effect Shown", readonly=True)
    line_ids = fields.One2many(
        comodel_name="national.account.reorganization.line",
        inverse_name="wizard_id",
        string="Figures",
        readonly=True,
        help="What is counted where, before and from that day on.",
    )
    consequences = fields.Text(
        readonly=True, help="What else will be otherwise from that day on."
    )

    @api.depends("national_account_id", "date")
    def _compute_here(self):
        for wizard in self:
            day = wizard.date or fields.Date.context_today(wizard)
            source = wizard.national_account_id
            wizard.here_ids = source.member_ids.filtered(
                lambda row, day=day: row.role == "billed" and row._covers(day)
            ).partner_id
            wizard.below_ids = source.part_ids.filtered(
                lambda row, day=day: row._covers(day)
            ).national_account_id

    def write(self, vals):
        if _ASKED & set(vals) and "is_shown" not in vals:
            vals = {**vals, "is_shown": False}
        return super().write(vals)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_show(self):
        """Show what would be otherwise; nothing is changed."""
        self.ensure_one()
        self._check_asked()
        concerned = self._find_concerned()
        before = self._read_state(concerned)
        point = self.env.cr.savepoint()
        try:
            self._apply()
            self.env.flush_all()
            new = self._find_new()
            after = self._read_state(concerned | new)
            # what is only tried out is gone in a moment
            names = {node.id: node.display_name for node in concerned | new}
        finally:
            point.rollback()
            point.close(rollback=False)
            self.env.invalidate_all(flush=False)
        self.write(self._prepare_effect(names, before, after))
        return self._reopen()

    def action_apply(self):
        """Do what was shown."""
        self.ensure_one()
        if not self.is_shown:
            raise UserError(self.env._("Look at the effect first: press Show Effect."))
        self._check_asked()
        self._apply()
        into = self._find_new() or self.target_id or self.national_account_id
        return into._get_records_action()

    def action_back(self):
        """Ask for something else."""
        self.ensure_one()
        self.is_shown = False
        return self._reopen()

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move, Split or Merge"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------
    # WHAT IS ASKED
    # ------------------------------------------------------------------

    def _check_asked(self):
        """Refuse what cannot be done, each with its remedy.

        :raise UserError: naming the national account
        """
        source, target = self.national_account_id, self.target_id
        source.check_access("write")
        some = self.partner_ids | self.part_ids.partner_id
        problem = None
        if self.kind == "split" and not self.name:
            problem = self.env._("Name the part that is split off from %s.")
        elif self.kind == "split" and not (some or self.part_ids):
            problem = self.env._("Choose who is split off from %s.")
        elif self.kind != "split" and not target and not self._goes_to_top():
            problem = self.env._("Choose where %s goes.")
        elif target == source:
            problem = self.env._("%s is there already: choose another place.")
        elif self.kind == "move" and not self.whole and not (some or self.part_ids):
            problem = self.env._("Choose which accounts or parts of %s go.")
        elif self._goes_to_top() and not source.partner_id:
            problem = self.env._("%s needs a head office to stand by itself.")
        elif self.kind == "merge" and target in source._get_below(self.date):
            problem = self.env._("%s cannot become part of what is below it.")
        if problem:
            raise UserError(problem % source.display_name)
        if self.partner_ids - self.here_ids or self.part_ids - self.below_ids:
            stray = (self.partner_ids - self.here_ids)[:1].display_name
            raise UserError(
                self.env._(
                    "%(who)s is not in %(account)s on that day.",
                    who=stray or (self.part_ids - self.below_ids)[:1].display_name,
                    account=source.display_name,
                )
            )

    def _goes_to_top(self):
        return self.kind == "move" and self.whole and self.to_top

    def _apply(self):
        getattr(self, f"_apply_{self.kind}")()

    def _apply_move(self):
        nobody = self.env["res.partner"]
        if not self.whole:
            self._send(self.partner_ids, self.part_ids, self.target_id)
        elif self.to_top:
            nowhere = self.target_id.browse()
            self._send(nobody, self.national_account_id, nowhere)
        else:
            self._send(nobody, self.national_account_id, self.target_id)

    def _apply_split(self):
        source = self.national_account_id
        new = source.create(
            {
                "name": self.name,
                "kind": "area" if source.kind == "region" else "region",
                "user_id": False,
                "company_id": source.company_id.id,
                "position_ids": [
                    Command.create({"parent_id": source.id, "date_start": self.date})
                ],
            }
        )
        self._send(self.partner_ids, self.part_ids, new)

    def _apply_merge(self):
        """The whole goes into another one, which it is from that day on."""
        source, target = self.national_account_id, self.target_id
        members = self.env["national.account.member"]
        source.with_context(tracking_disable=True).date_end = self._get_eve()
        for role, rows in source.member_ids.grouped("role").items():
            staying = rows.filtered(
                lambda row: not row.date_end or row.date_end >= self.date
            )
            members._move(staying.partner_id, target, self.date, role)
        if source.partner_id and source.partner_id != target.partner_id:
            members._move(source.partner_id, target, self.date)
        self._send(self.env["res.partner"], self.below_ids, target)
        places = self.env["national.account.position"]
        places.search([("national_account_id", "=", source.id)]).filtered(
            lambda row: row._covers(self.date)
        ).date_end = self._get_eve()

    def _send(self, partners, parts, target):
        self.env["national.account.member"]._move(partners, target, self.date)
        self.env["national.account.position"]._move(parts, target, self.date)

    def _get_eve(self):
        return self.date - timedelta(days=1)

    def _find_new(self):
        """The part that was split off, once it is there."""
        if self.kind != "split":
            return self.env["national.account"]
        return self.env["national.account"].search(
            [("name", "=", self.name), ("create_uid", "=", self.env.uid)],
            order="id DESC",
            limit=1,
        )

    # ------------------------------------------------------------------
    # EFFECT
    # ------------------------------------------------------------------

    def _find_concerned(self):
        """What may have other figures afterwards."""
        nodes = self.national_account_id | self.target_id | self.part_ids
        return nodes | nodes._get_line()

    def _read_state(self, nodes):
        """Figures of nodes and, of all in them, who is chased where and by whom."""
        company = self.env.company
        day = max(self.date, company._collections_today())
        nationals = self.env["national.account"]
        members = nodes._get_members(company, day)
        accounts = sorted({partner for ids in members.values() for partner in ids})
        partners = self.env["res.partner"].browse(accounts)
        return {
            "figures": nationals._get_figures(company, day, nodes),
            "members": members,
            "heads": nationals._get_heads_of(company, day, accounts),
            "users": partners._collections_get_responsible(company, accounts),
        }

    def _prepare_effect(self, names, before, after):
        """Values of the wizard that show what is otherwise."""
        lines = []
        for node, name in names.items():
            values = {"name": name}
            for when, state in (("before", before), ("after", after)):
                mine = state["figures"].get(node, {})
                values[f"members_{when}"] = len(state["members"].get(node, ()))
                values[f"open_{when}"] = mine.get("amount_open", 0)
                values[f"overdue_{when}"] = mine.get("amount_overdue", 0)
            lines.append(Command.create(values))
        told = [
            *self._tell(
                self.env["res.partner"],
                self.env._("%(account)s: spoken for by %(now)s instead of %(was)s."),
                before["heads"],
                after["heads"],
            ),
            *self._tell(
                self.env["res.users"],
                self.env._("%(account)s: looked after by %(now)s instead of %(was)s."),
                before["users"],
                after["users"],
            ),
        ]
        return {
            "is_shown": True,
            "consequences": "\n".join(told)
            or self.env._("Nothing but where they are counted."),
            "line_ids": [Command.clear(), *lines],
        }

    def _tell(self, model, sentence, was, now):
        """Sentences about accounts that have another one of a model."""
        changed = [
            account
            for account in {**was, **now}
            if (was.get(account) or 0) != (now.get(account) or 0)
        ]
        shown = changed[:SHOWN]
        # sudo: names of those concerned by what is the user's to move
        accounts, records = self.env["res.partner"].sudo().browse(shown), model.sudo()
        nobody = self.env._("nobody")
        found = [
            sentence
            % {
                "account": account.display_name,
                "was": records.browse(was.get(account.id) or []).name or nobody,
                "now": records.browse(now.get(account.id) or []).name or nobody,
            }
            for account in accounts
        ]
        if len(changed) > SHOWN:
            found.append(self.env._("… and %s more.", len(changed) - SHOWN))
        return found


class NationalAccountReorganizationLine(models.TransientModel):
    _name = "national.account.reorganization.line"
    _description = "Effect of Moving, Splitting or Merging"
    _inherit = ["account.admin.wizard.mixin"]

    wizard_id = fields.Many2one(
        comodel_name="national.account.reorganization",
        required=True,
        ondelete="cascade",
    )
    name = fields.Char(string="Part", readonly=True, help="The group, region or area.")
    currency_id = fields.Many2one(
        comodel_name="res.currency", default=lambda self: self.env.company.currency_id
    )
    members_before = fields.Integer(
        string="Members", readonly=True, help="Companies in it now."
    )
    members_after = fields.Integer(
        string="Members Then", readonly=True, help="Companies in it from that day on."
    )
    open_before = fields.Monetary(
        string="Open", readonly=True, help="Open items of all that is in it now."
    )
    open_after = fields.Monetary(
        string="Open Then",
        readonly=True,
        help="Open items of all that is in it from that day on.",
    )
    overdue_before = fields.Monetary(
        string="Overdue", readonly=True, help="Of what is open, what is past due."
    )
    overdue_after = fields.Monetary(
        string="Overdue Then",
        readonly=True,
        help="Of what is open then, what is past due.",
    )
