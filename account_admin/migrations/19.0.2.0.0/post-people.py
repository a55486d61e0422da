"""Roles of contacts count for some days from now on: those there are, always."""

#: Who of us answers a role where nobody said otherwise.
FUNCTIONS = {"contact_role_payable": "billing", "contact_role_buyer": "sales_inside"}
OLD = "account_admin_contact_role_res_partner_rel"


def migrate(cr, version):
    for name, function in FUNCTIONS.items():
        cr.execute(
            """UPDATE account_admin_contact_role SET function = %s
                WHERE function IS NULL
                  AND id = (SELECT res_id FROM ir_model_data
                             WHERE module = 'account_admin' AND name = %s
                               AND model = 'account.admin.contact.role')""",
            (function, name),
        )
    cr.execute("SELECT to_regclass(%s)", (OLD,))
    if not cr.fetchone()[0]:
        return
    cr.execute(
        """INSERT INTO account_admin_contact_assignment
                   (contact_id, partner_id, role_id, channel, cadence_days,
                    create_date, write_date, create_uid, write_uid)
            SELECT partner.id, partner.commercial_partner_id,
                   old.account_admin_contact_role_id, 'all', 0,
                   now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC', 1, 1
              FROM account_admin_contact_role_res_partner_rel old
              JOIN res_partner partner ON partner.id = res_partner_id
             WHERE NOT EXISTS (SELECT FROM account_admin_contact_assignment known
                                WHERE known.contact_id = partner.id
                                  AND known.role_id
                                      = old.account_admin_contact_role_id)"""
    )
    # ours: the column that it was for is computed now
    cr.execute("DROP TABLE account_admin_contact_role_res_partner_rel")
    cr.execute("DELETE FROM ir_model_relation WHERE name = %s", (OLD,))
