from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..base.bounds import bounded
from .collections_standing import LEVELS

#: What was set, and until when: it is ended, not changed.
_KEPT = {
    *("partner_id", "national_account_id", "company_id", "level", "reason"),
    *("date_start", "date_end"),
}


@bounded
class CollectionsStandingOverride(models.Model):
    """A standing that somebody set instead of the rules: why, who, until when."""

    _name = "collections.standing.override"
    _description = "Standing Set by Hand"
    _inherit = ["account.admin.readonly.mixin"]
    _order = "date_start desc, id desc"
    _rec_name = "reason"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        index="btree_not_null",
        ondelete="restrict",
        domain="['|', ('parent_id', '=', False), ('is_company', '=', True)]",
        help="The customer whose standing is set.",
    )
    national_account_id = fields.Many2one(
        comodel_name="national.account",
        index="btree_not_null",
        ondelete="restrict",
        help="The group whose standing is set; its members stand as they do.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    level = fields.Selection(
        selection=LEVELS,
        string="Standing",
        required=True,
        default="good",
        help="That counts meanwhile.",
    )
    reason = fields.Char(required=True, help="Why the rules do not count.")
    date_start = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._collections_today(),
        help="The first day on which it counts.",
    )
    date_end = fields.Date(
        string="Until", required=True, help="The last day; then the rules count again."
    )
    ended_on = fields.Date(
        readonly=True, copy=False, help="The day it was ended before its last day."
    )
    ended_by_id = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who ended it.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Set By",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Who set it.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A standing cannot end before it begins: correct one of the two days.",
    )
    _of_one = models.Constraint(
        "CHECK((partner_id IS NULL) <> (national_account_id IS NULL))",
        "A standing is set for an account or for a national account.",
    )

    @api.constrains("reason")
    def _check_reason(self):
        for override in self:
            if not (override.reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why the standing of %s is set.", override._get_whose()
                    )
                )

    @api.constrains("partner_id")
    def _check_commercial_partner(self):
        for override in self.filtered("partner_id"):
            account = override.partner_id.commercial_partner_id
            if override.partner_id != account:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is a contact of %(account)s: set the standing of"
                        " the account.",
                        contact=override.partner_id.display_name,
                        account=account.display_name,
                    )
                )

    @api.constrains("partner_id", "national_account_id", "company_id", "date_end")
    def _check_one_at_a_time(self):
        # sudo: what counts does so whoever may see it
        others = self.sudo().search(
            [
                ("company_id", "in", self.company_id.ids),
                ("ended_on", "=", False),
                "|",
                ("partner_id", "in", self.partner_id.ids),
                ("national_account_id", "in", self.national_account_id.ids),
            ]
        )
        by_place = others.grouped(lambda one: one._get_place())
        for override in self:
            for other in by_place.get(override._get_place(), others.browse()):
                if (
                    other.id != override.id
                    and other.date_start <= override.date_end
                    and override.date_start <= other.date_end
                ):
                    raise ValidationError(
                        self.env._(
                            "The standing of %(account)s is set from %(start)s to"
                            " %(end)s already: end that first.",
                            account=override._get_whose(),
                            start=format_date(self.env, other.date_start),
                            end=format_date(self.env, other.date_end),
                        )
                    )

    def _get_place(self):
        return self.partner_id.id, self.national_account_id.id, self.company_id.id

    def _get_whose(self):
        return (self.partner_id or self.national_account_id).display_name or ""

    @api.model_create_multi
    def create(self, vals_list):
        overrides = super().create(vals_list)
        overrides._follow()
        return overrides

    def write(self, vals):
        if _KEPT & set(vals) and not self.env.su:
            raise UserError(
                self.env._("What was set is kept: end it and set another standing.")
            )
        result = super().write(vals)
        self._follow()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("What was set is kept: end it instead."))

    def _follow(self):
        """Standings, and holds that go with them, are as they now count."""
        for company, same in self.grouped("company_id").items():
            # sudo: the product writes how accounts stand
            standings = self.env["collections.standing"].sudo()
            if same.national_account_id:
                standings._refresh(company)
            else:
                standings._refresh(company, same.partner_id.ids)
            holds = self.env["collections.hold"]
            if same.partner_id and holds._has_causes(company):
                holds._follow_causes(company, same.partner_id.ids)

    def action_end(self):
        """Let the rules count again from today on."""
        self.check_access("write")
        going = self.filtered(lambda override: not override.ended_on)
        for company, same in going.grouped("company_id").items():
            same._write_kept(
                {
                    "ended_on": company._collections_today(),
                    "ended_by_id": self.env.uid,
                }
            )
        return True

    @api.model
    def _get_form(self, whose, company):
        """The form of a new one.

        :param whose: ``res.partner`` or ``national.account``
        """
        self.check_access("create")
        name = "partner_id" if whose._name == "res.partner" else "national_account_id"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Standing of %s", whose.display_name),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                f"default_{name}": whose.id,
                "default_company_id": company.id,
            },
        }

    @api.model
    def _get_counting(self, company, day, name, ids):
        """What somebody set that counts on a day.

        :param str name: ``partner_id`` or ``national_account_id``
        :param ids: of those asked for, all if ``None``
        :return: dict id -> ``collections.standing.override``
        """
        domain = Domain("company_id", "=", company.id)
        domain &= Domain("date_start", "<=", day) & Domain("date_end", ">=", day)
        domain &= Domain("ended_on", "=", False) | Domain("ended_on", ">", day)
        domain &= Domain(name, "!=", False)
        if ids is not None:
            domain &= Domain(name, "in", list(ids))
        # sudo: how an account stands is the same for whoever may see it
        return {override[name].id: override for override in self.sudo().search(domain)}
