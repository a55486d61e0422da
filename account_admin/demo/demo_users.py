import logging
from datetime import timedelta

from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


def set_passwords(env, *logins):
    """Each demo user's password is its login, where the database takes that.

    A policy of longer ones must not cost the whole demo: such users get none, and an
    administrator may set one.
    """
    for user in env["res.users"].search([("login", "in", logins)]):
        try:
            with env.cr.savepoint():
                user.password = user.login
        except UserError as error:
            _logger.info("Demo user %s has no password: %s", user.login, error)


def create_absences(env, company):
    """One person is away for a national account now, another for everything soon."""
    today = company._collections_today()
    collector = env.ref("account_admin.demo_user_collector")
    keyaccounts = env.ref("account_admin.demo_user_keyaccounts")
    national = env["national.account"].search(
        [("user_id", "=", keyaccounts.id)], order="id", limit=1
    )
    env["account.admin.absence"].create(
        [
            {
                "user_id": keyaccounts.id,
                "date_start": today - timedelta(days=2),
                "date_end": today + timedelta(days=5),
                "deputy_id": collector.id,
                "national_account_id": national.id,
                "note": "At the group's fair: phone for emergencies",
            },
            {
                "user_id": collector.id,
                "date_start": today + timedelta(days=7),
                "date_end": today + timedelta(days=20),
                "deputy_id": keyaccounts.id,
                "note": "On holiday",
            },
        ]
    )
