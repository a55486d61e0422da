from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..base.account_admin_evidence import is_own


class AccountAdminPhone(models.Model):
    """Since when a phone number of an account is known: kept by the product alone."""

    _name = "account.admin.phone"
    _description = "Known Phone Number"
    _order = "known_on, id"
    _rec_name = "number"

    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        required=True,
        ondelete="cascade",
        index=True,
        help="Whose number it is or was.",
    )
    number = fields.Char(required=True, help="As it was entered.")
    known_on = fields.Datetime(
        string="Known Since",
        required=True,
        help="When it was entered, or when the account came under control.",
    )
    gone_on = fields.Datetime(
        string="Until", help="When another number took its place; empty: it counts."
    )

    _current = models.UniqueIndex(
        "(partner_id) WHERE gone_on IS NULL", "A contact has one number at a time."
    )

    @api.depends("number", "partner_id")
    def _compute_display_name(self):
        for phone in self:
            phone.display_name = f"{phone.number} ({phone.partner_id.display_name})"

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Numbers are noted by the product alone."))

    def write(self, vals):
        if not is_own(self.env):
            raise UserError(self.env._("When a number came is never changed."))
        return super().write(vals)

    @api.model
    def _note(self, partner_ids):
        """Note the numbers that contacts of accounts under control have now.

        :param partner_ids: of accounts or contacts
        """
        self.env["res.partner"].flush_model(
            ["phone", "commercial_partner_id", "account_admin_controlled"]
        )
        # the moment of the statement: that of the clock, to which requests compare
        rows = {"ids": list(partner_ids), "now": fields.Datetime.now()}
        self.env.cr.execute(
            SQL(
                """WITH named AS MATERIALIZED (
                    SELECT partner.id, NULLIF(TRIM(partner.phone), '') AS number
                      FROM res_partner partner
                      JOIN res_partner account
                        ON account.id = partner.commercial_partner_id
                     WHERE account.account_admin_controlled
                       AND partner.id = ANY(%(ids)s)
                ), gone AS (
                    UPDATE account_admin_phone known SET gone_on = %(now)s
                      FROM named
                     WHERE known.partner_id = named.id AND known.gone_on IS NULL
                       AND known.number IS DISTINCT FROM named.number
                 RETURNING known.partner_id)
                SELECT COUNT(*) FROM gone""",
                **rows,
            )
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO account_admin_phone
                       (partner_id, number, known_on, create_uid, create_date)
                   SELECT partner.id, TRIM(partner.phone), %(now)s, %(uid)s, %(now)s
                     FROM res_partner partner
                     JOIN res_partner account
                       ON account.id = partner.commercial_partner_id
                    WHERE account.account_admin_controlled
                      AND partner.id = ANY(%(ids)s) AND TRIM(partner.phone) <> ''
                      AND NOT EXISTS (
                          SELECT FROM account_admin_phone known
                           WHERE known.partner_id = partner.id
                             AND known.gone_on IS NULL)""",
                uid=self.env.uid,
                **rows,
            )
        )
        self.invalidate_model()

    @api.model
    def _find_older(self, account, day, company):
        """Numbers of an account and its contacts from before a day.

        Those that another has replaced since count: whoever changes the bank details
        may have changed the number, too.

        :param day: of the company
        :rtype: account.admin.phone
        """
        # sudo: whom to call back is told to whoever may do so
        phones = self.sudo().search(
            [("partner_id.commercial_partner_id", "=", account.id)]
        )
        return phones.filtered(
            lambda phone: company._collections_day_of(phone.known_on) < day
        )
