"""The glue add-on for Odoo's privacy lookup, which comes along, with its own tests.

Only this proves that it installs itself beside the lookup.
"""

from devtools.prefork import free_port

GLUE = "account_admin_privacy_lookup"


def test_lookup_anonymises_contacts_with_history(dev, make_db):
    database = make_db()
    done = dev.odoo(
        *(
            "-d",
            database,
            "-u",
            GLUE,
            "--stop-after-init",
            f"--http-port={free_port()}",
        ),
        *("--test-enable", "--test-tags", f"/{GLUE}"),
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "0 failed, 0 error(s) of 2 tests" in done.stderr
