"""The glue add-ons for sales and inventory, with their own tests.

Only this proves that they install themselves beside the apps.
"""

import pytest


@pytest.mark.parametrize(
    ("glue", "number"), [("account_admin_sale", 17), ("account_admin_stock", 5)]
)
def test_holds_and_limits_beside_the_app(dev, make_db, glue, number):
    database = make_db()
    done = dev.odoo(
        *("-d", database, "-u", glue, "--stop-after-init", "--no-http"),
        *("--test-enable", "--test-tags", f"/{glue}"),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"0 failed, 0 error(s) of {number} tests" in done.stderr
