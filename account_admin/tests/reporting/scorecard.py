"""Two people with a manager, and what they do: shared by the tests of scorecards."""

from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from ...models.base.next_odoo import get_working_hours
from ..common import CollectionsCommon

JULY = date(2026, 7, 31)
#: Acceptance case K4: how often each outcome came.
OUTCOMES = {
    "no_answer": 13,
    "busy": 3,
    "voicemail": 6,
    "wrong_number": 1,
    "gatekeeper": 5,
    "promise": 8,
    "informed": 4,
}


class ScorecardCommon(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cards = cls.env["account.admin.scorecard"]
        cls.boss = cls._user("boss")
        cls.ann, cls.bob = (
            cls._user(name, account_admin_manager_id=cls.boss.id)
            for name in ("ann", "bob")
        )
        cls.holiday = {
            "name": "Independence Day (observed)",
            "date_from": "2026-07-03 00:00:00",
            "date_to": "2026-07-03 23:59:59",
        }
        get_working_hours(cls.company).write(
            {
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 17,
                        }
                    )
                    for day in range(5)
                ],
                "global_leave_ids": [Command.create(cls.holiday)],
            }
        )

    @classmethod
    def _user(cls, login, group="account_admin.group_account_admin_user", **vals):
        return new_test_user(
            cls.env,
            login,
            groups=group,
            name=login,
            email=f"{login}@example.com",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            **vals,
        )

    @classmethod
    def _calls(cls, user, day, outcome="informed", number=1, partner=None, **vals):
        """Calls that somebody made, logged in the evening of the day."""
        vals = {
            "partner_id": (partner or cls.customer).id,
            "company_id": cls.company.id,
            "user_id": user.id,
            "outcome": outcome,
            "date": f"{day} 10:00:00",
            **vals,
        }
        return cls.env["collections.call"].create([vals] * number)

    @classmethod
    def _promise(cls, user, made, until, amount=100, partner=None, **judged):
        promise = cls.env["collections.promise"].create(
            {
                "partner_id": (partner or cls.customer).id,
                "company_id": cls.company.id,
                "user_id": user.id,
                "amount": amount,
                "made_on": made,
                "date": until,
                "tolerance_days": 2,
            }
        )
        if judged:
            # the verdict is the night's; here it is only read
            promise.sudo().write(judged)
        return promise

    @classmethod
    def _target(cls, start="2026-01-01", **vals):
        return cls.env["account.admin.target"].create(
            {"company_id": cls.company.id, "date_start": start, **vals}
        )

    def _absence(self, user, start, end, **vals):
        vals = {"user_id": user.id, "date_start": start, "date_end": end, **vals}
        return self.env["account.admin.absence"].create(vals)

    def _refresh(self, day="2026-08-01"):
        """The night after a month; August begins on a Saturday."""
        with self._on(day):
            self._trigger("ir_cron_scorecard")

    def _card(self, user=None, month=JULY):
        """The card of somebody, of nobody when ``None``."""
        user = user.id if user else False
        return self.cards.search(
            [
                ("company_id", "=", self.company.id),
                ("month", "=", month),
                ("user_id", "=", user),
            ]
        )
