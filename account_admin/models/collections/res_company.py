from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...engine.letter_head import WINDOWS, choose_window
from ..base.bounds import bounded
from ..base.groups import SETTINGS


@bounded
class ResCompany(models.Model):
    _inherit = "res.company"

    collections_policy_id = fields.Many2one(
        comodel_name="collections.policy",
        string="Default Collections Policy",
        default=lambda self: self._default_collections_policy(),
        help="Chases every account that no other policy claims. A branch without one"
        " follows the company above it.",
        groups=SETTINGS,
    )
    collections_sending = fields.Boolean(
        string="Sending",
        readonly=True,
        groups=SETTINGS,
        help="Whether nights send what they decide. Until somebody turns it on they"
        " observe: cases are opened and closed, nothing leaves.",
    )
    collections_sending_by = fields.Many2one(
        comodel_name="res.users",
        readonly=True,
        groups=SETTINGS,
        help="Who turned sending on, or off again.",
    )
    collections_sending_since = fields.Datetime(readonly=True, groups=SETTINGS)
    collections_shown_on = fields.Date(
        help="The day that the open cases show, by the last night or since midnight.",
        groups=SETTINGS,
    )
    collections_promise_tolerance = fields.Integer(
        string="Promise Tolerance",
        default=2,
        help="A payment so many days after the promised day still keeps a promise.",
        groups=SETTINGS,
    )
    collections_contact_limit = fields.Integer(
        string="Contacts a Week",
        help="Reminders, letters and calls that somebody answered, in any seven days,"
        " over all members of a national account; 0 is no limit. What is left waits"
        " and says so.",
        groups=SETTINGS,
    )
    collections_call_tries = fields.Integer(
        string="Calls to a Debtor",
        help="So many calls in any seven days to one account, answered or not; 0 is no"
        " limit. 12 CFR 1006.14 presumes no more than 7 to a consumer for a debt.",
        groups=SETTINGS,
    )
    collections_talk_days = fields.Integer(
        string="Days After a Talk",
        help="After a conversation with who answers for the account no call for so many"
        " days, its own the first; 0 is no limit. 12 CFR 1006.14 has 7.",
        groups=SETTINGS,
    )
    collections_call_limit_of = fields.Selection(
        selection=[("person", "Persons"), ("all", "All Accounts")],
        string="Of",
        help="Whose calls are limited: persons, who are consumers as a rule, or"
        " companies too. Persons when empty.",
        groups=SETTINGS,
    )
    collections_desk_capacity = fields.Integer(
        string="Accounts a Day",
        default=40,
        help="So many accounts are on a person's list of a day; 0 is no limit. My Day"
        " says how many did not fit.",
        groups=SETTINGS,
    )
    collections_chain = fields.Boolean(
        string="Chain of Events",
        help="Hashes each event of a case over the one before, so that none can be"
        " changed, left out or put in later without being noticed.",
        groups=SETTINGS,
    )
    collections_letter_window = fields.Selection(
        selection=[
            ("din", "DIN 5008, form B: window on the left"),
            ("us10", "US #10: window on the left"),
            ("layout", "As the document layout has it"),
        ],
        string="Window of Envelopes",
        help="Where the address of a letter is printed; the head of the letter then"
        " ends 45 mm from the top. When empty, that of the company's country; a"
        " document layout by DIN 5008 keeps its own place.",
        groups=SETTINGS,
    )
    collections_keep_notices = fields.Integer(
        string="Notices and Messages Kept",
        help="Months; 0 keeps them for ever. Amounts, days and hashes stay anyway.",
        groups=SETTINGS,
    )

    collections_hold_overdue = fields.Boolean(
        string="Hold What Is Overdue",
        help="Puts accounts on hold that owe too much for too long, until they paid.",
        groups=SETTINGS,
    )
    collections_hold_days = fields.Integer(
        string="Days Before a Hold",
        default=30,
        help="Only what is more days past due counts; 0 counts all that is overdue.",
        groups=SETTINGS,
    )
    collections_hold_amount = fields.Monetary(
        string="Amount Before a Hold",
        currency_field="currency_id",
        help="May be owed for so long; what is above it is too much. 0: any amount.",
        groups=SETTINGS,
    )

    _collections_hold_positive = models.Constraint(
        "CHECK(collections_hold_days >= 0 AND collections_hold_amount >= 0)",
        "Days and amount before a hold cannot be negative.",
    )

    _collections_promise_tolerance_positive = models.Constraint(
        "CHECK(collections_promise_tolerance >= 0)",
        "Days of tolerance cannot be negative.",
    )

    _collections_call_limits_positive = models.Constraint(
        "CHECK(collections_call_tries >= 0 AND collections_talk_days >= 0)",
        "Calls to a debtor and days after a talk cannot be negative.",
    )
    _collections_contact_limit_positive = models.Constraint(
        "CHECK(collections_contact_limit >= 0)",
        "The contacts of a week cannot be negative.",
    )
    _collections_desk_capacity_positive = models.Constraint(
        "CHECK(collections_desk_capacity >= 0)",
        "The accounts of a day cannot be negative.",
    )

    @api.model
    def _default_collections_policy(self):
        return self.env.ref(
            "account_admin.collections_policy_standard", raise_if_not_found=False
        )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        # a branch follows its parent until somebody chooses otherwise
        branches = self.browse().union(
            *(
                company
                for company, vals in zip(companies, vals_list, strict=True)
                if vals.get("parent_id") and "collections_policy_id" not in vals
            )
        )
        # sudo: whoever makes a company need not keep its collections settings
        branches.sudo().collections_policy_id = False
        return companies

    def _collections_get_policy(self):
        """The default policy: the company's own, else that of a company above it."""
        self.ensure_one()
        # sudo: a branch follows companies that its users need not see
        lineage = self.sudo().parent_ids
        policies = [company.collections_policy_id for company in reversed(lineage)]
        found = next(filter(None, policies), policies[0])
        return self.env["collections.policy"].browse(found.id)

    def _collections_turn_sending(self, is_on):
        """Have the nights of these companies send, or observe again.

        :raise AccessError: for whoever does not set up what nights do
        """
        if not self.env.user.has_group("account_admin.group_account_admin_manager"):
            raise AccessError(
                self.env._(
                    "An administrator of Account Administration turns sending on."
                )
            )
        self.check_access("read")
        # sudo: who may was checked, and writes nothing else of a company
        self.sudo().write(
            {
                "collections_sending": is_on,
                "collections_sending_by": self.env.uid,
                "collections_sending_since": fields.Datetime.now(),
            }
        )

    # ------------------------------------------------------------------
    # LETTERS
    # ------------------------------------------------------------------

    def _get_letter_window(self):
        """Where the address of these companies' letters is seen.

        :return: :class:`~..engine.letter_head.Window`; ``None`` where the document
            layout places it, or the companies differ
        """
        # sudo: what a company chose counts for everybody, whoever may see its settings
        chosen = {company._choose_window() for company in self.sudo()}
        return WINDOWS.get(chosen.pop()) if len(chosen) == 1 else None

    def _choose_window(self):
        self.ensure_one()
        if self.collections_letter_window:
            return self.collections_letter_window
        if self._has_din_layout():
            return "layout"
        return choose_window(self.country_id.code)
