"""The glue add-ons for sales and inventory, with their own tests.

Only this proves that they install themselves beside the apps.
"""

import pytest

from devtools.prefork import free_port


@pytest.mark.parametrize(
    ("app", "glue", "number"),
    [("sale", "account_admin_sale", 20), ("stock", "account_admin_stock", 5)],
)
def test_holds_and_limits_beside_the_app(dev, make_db, app, glue, number):
    database = make_db()
    done = dev.odoo(
        *("-d", database, "-i", app, "--stop-after-init", f"--http-port={free_port()}"),
        *("--test-enable", "--test-tags", f"/{glue}"),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert f"0 failed, 0 error(s) of {number} tests" in done.stderr
