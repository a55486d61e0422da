"""What the common classes of accounting set up, made once and kept in the database.

A company with its chart, a user, products, taxes: two seconds for each of hundreds of
classes. Where the database has none (any other than that of ``./dev test``) the common
classes set up as they always do.
"""

import json
from functools import cache

from odoo.models import BaseModel
from odoo.orm.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.base.tests.common import BaseCommon

#: The system parameter that says what was made.
KEY = "account_admin_tests.books"
PLAIN = (int, float, str, bool, type(None))


class BakedBooks(AccountTestInvoicingCommon):
    """Accounting's common class, taken from the database where it is in there."""

    @classmethod
    def setUpClass(cls):
        kept = read_kept(get_db_name())
        if not kept:
            return super().setUpClass()
        # what stands behind the common classes: the cursor, the web server
        super(BaseCommon, cls).setUpClass()
        context = cls.default_env_context()
        cls.env = cls.env(user=kept["user"], context=context)
        for name, value in kept["attributes"].items():
            setattr(cls, name, thaw(cls.env, value))


@cache
def read_kept(database):
    """What :func:`bake` left in a database, or None."""
    with Registry(database).cursor() as cr:
        cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [KEY])
        row = cr.fetchone()
    return json.loads(row[0]) if row else None


def bake():
    """Set the common class up in the current database, for good."""
    made = type("Books", (AccountTestInvoicingCommon,), {})
    before = set(vars(made))
    made.setUpClass()
    attributes = {}
    for name in sorted(set(vars(made)) - before):
        value = vars(made)[name]
        if is_kept(value):
            attributes[name] = freeze(value)
    kept = {"user": made.env.uid, "attributes": attributes}
    made.env["ir.config_parameter"].sudo().create(
        {"key": KEY, "value": json.dumps(kept)}
    )
    made.env.flush_all()
    # a test's own commit is forbidden: this is the one of its class
    type(made.cr).commit(made.cr)
    made.doClassCleanups()


def is_kept(value):
    if isinstance(value, dict):
        return all(map(is_kept, value.values()))
    return isinstance(value, (*PLAIN, BaseModel))


def freeze(value):
    """A value as JSON; :func:`thaw` makes it one again."""
    if isinstance(value, BaseModel):
        return {"model": value._name, "ids": value.ids}
    if isinstance(value, dict):
        return {"values": {key: freeze(found) for key, found in value.items()}}
    return value


def thaw(env, value):
    if not isinstance(value, dict):
        return value
    if "model" in value:
        return env[value["model"]].browse(value["ids"])
    return {key: thaw(env, found) for key, found in value["values"].items()}
