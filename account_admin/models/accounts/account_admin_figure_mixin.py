from odoo import api, models


class AccountAdminFigureMixin(models.AbstractModel):
    """A model that has figures of accounts, to be added up in their national accounts.

    Each room says what it knows; whoever adds up finds all that inherit from this.
    """

    _name = "account.admin.figure.mixin"
    _description = "Model With Figures of Accounts"

    @api.model
    def _read_account_figures(self, company, day, partners):
        """Figures of accounts on a day, in the company's currency where they are money.

        :param partners: ids of commercial partners, all when ``None``
        :return: dict name -> dict commercial partner id -> number, exact
        """
        return {}

    @api.model
    def _read_dated_figures(self, company, day, partners):
        """Figures that count where an account was on the day of each.

        :return: dict name -> pair of the first day and SQL with the columns
            ``partner_id``, ``date`` and ``amount``
        """
        return {}
