import sys

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDemo(TransactionCase):
    def test_a_server_without_demo_data_does_not_read_the_demo(self):
        self.assertFalse(self.env.ref("base.module_account_admin").demo)
        name = "odoo.addons.account_admin.demo"
        self.assertEqual([one for one in sys.modules if one.startswith(name)], [])

    def test_nobody_loads_it_by_a_call_from_outside(self):
        with self.assertRaisesRegex(AccessError, "Private methods"):
            get_public_method(self.env["account.admin.setup"], "_load_demo")
