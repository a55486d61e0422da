from . import controllers
from . import models
from . import wizards
from . import demo


def post_init_hook(env):
    """Give every company that is there already the standard policy as its default."""
    env["res.company"].search([("collections_policy_id", "=", False)]).write(
        {
            "collections_policy_id": env.ref(
                "account_admin.collections_policy_standard"
            ).id
        }
    )


def uninstall_hook(env):
    """Keep the demo accounts, company and product: posted invoices refer to them."""
    env["ir.model.data"].search(
        [
            ("module", "=", "account_admin"),
            (
                "model",
                "in",
                ("res.company", "res.partner", "product.product", "product.template"),
            ),
        ]
    ).unlink()
