from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountAdminCoverMixin(models.AbstractModel):
    """A record of somebody's: whoever stands in for them works on it meanwhile.

    Models give the field ``user_id`` and, for accounts, ``partner_id``. A record rule
    asks ``is_covered`` beside whose the record is.
    """

    _name = "account.admin.cover.mixin"
    _description = "Record That a Deputy Works On"

    #: Whether the day is the one of each record's company, else of all that are chosen.
    _covered_by_company = True

    is_covered = fields.Boolean(
        string="As Deputy",
        compute="_compute_is_covered",
        search="_search_is_covered",
        help="You stand in today for whoever is responsible.",
    )

    @api.depends("user_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_is_covered(self):
        # sudo: asked by the rule that says what the user may read
        covered = self.sudo().filtered_domain(self._get_covered_domain())
        for record in self:
            record.is_covered = record in covered

    @api.model
    def _search_is_covered(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._get_covered_domain()
        return domain if True in value else ~domain

    @api.model
    def _get_covered_domain(self):
        return self.env["account.admin.absence"]._get_covered_domain(
            "user_id", self._get_account_domain, self._covered_by_company
        )

    @api.model
    def _get_account_domain(self, _scopes, accounts):
        """Records of accounts.

        :param _scopes: what somebody has an absence for
        :param accounts: commercial partner ids that have it
        """
        return Domain("partner_id", "in", accounts)

    def write(self, vals):
        if "user_id" in vals and not self.env.su:
            self._check_not_taken(vals["user_id"])
        return super().write(vals)

    def _check_not_taken(self, user_id):
        """Refuse that a deputy keeps, or gives away, what is somebody else's.

        :raise UserError: naming the record and whose it is
        """
        if not self.env["res.partner"]._collections_is_limited():
            return
        for record in self:
            if record.is_covered and record.user_id.id not in (user_id, self.env.uid):
                raise UserError(
                    self.env._(
                        "%(record)s stays with %(person)s: you stand in for them, so"
                        " work on it, but leave who is responsible.",
                        record=record.display_name,
                        person=record.user_id.sudo().name,
                    )
                )
