from odoo import fields, models
from odoo.exceptions import UserError

from ...base.groups import SETTINGS


class ResCompany(models.Model):
    _inherit = "res.company"

    licensing_journal_id = fields.Many2one(
        comodel_name="account.journal",
        string="Royalty Journal",
        domain=[("type", "=", "sale")],
        check_company=True,
        help="Of royalty invoices; empty for the first sales journal.",
        groups=SETTINGS,
    )
    licensing_royalty_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Royalty Income",
        check_company=True,
        help="Empty for the income account of the journal.",
        groups=SETTINGS,
    )
    licensing_deferred_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Advances Received",
        check_company=True,
        help="Holds what licensees paid ahead until royalties recoup it.",
        groups=SETTINGS,
    )
    licensing_fund_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Marketing Fund",
        check_company=True,
        help="Of fees beside the royalty; empty for the income account of the journal.",
        groups=SETTINGS,
    )
    licensing_interest_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Interest Income",
        check_company=True,
        help="Of late interest; empty for the income account of the journal.",
        groups=SETTINGS,
    )

    licensing_withholding_account_id = fields.Many2one(
        comodel_name="account.account",
        string="Tax Withheld",
        check_company=True,
        help="Holds tax that licensees withheld, until it is credited.",
        groups=SETTINGS,
    )

    def _get_licensing_journal(self):
        """The journal of royalty invoices.

        :raise UserError: when the company has none
        """
        self.ensure_one()
        journal = self.licensing_journal_id or self.env["account.journal"].search(
            [
                *self.env["account.journal"]._check_company_domain(self),
                ("type", "=", "sale"),
            ],
            limit=1,
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%s has no sales journal: add one to invoice royalties.",
                    self.display_name,
                )
            )
        return journal

    def _get_licensing_account(self, kind):
        """The account that a kind of amount belongs on.

        :param kind: ``royalty``, ``deferred``, ``fund``, ``interest`` or
            ``withholding``
        :raise UserError: when nothing fits
        """
        self.ensure_one()
        gl_account = self[f"licensing_{kind}_account_id"]
        if not gl_account and kind == "deferred":
            gl_account = self._find_deferred_account()
        if not gl_account and kind in ("royalty", "fund", "interest"):
            gl_account = self._get_licensing_journal().default_account_id
        if not gl_account:
            raise UserError(
                self.env._(
                    "%s has no account for this: choose one in the licensing settings.",
                    self.display_name,
                )
            )
        return gl_account

    def _find_deferred_account(self):
        """An account that looks like one for advances, so that day one works."""
        gl_accounts = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self),
                ("account_type", "=", "liability_current"),
                ("reconcile", "=", False),
            ]
        )
        words = ("deferred", "unearned", "advance", "prepa")
        return next(
            (
                gl_account
                for word in words
                for gl_account in gl_accounts
                if word in (gl_account.name or "").lower()
            ),
            gl_accounts[:1],
        )
