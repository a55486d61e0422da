"""Roles that are ours from now on: what somebody made under the name is it."""

ROLES = {
    "contact_role_buyer": "Buyer",
    "contact_role_end_user": "End User",
    "contact_role_legal": "Legal",
    "contact_role_marketing": "Marketing",
    "contact_role_risk": "Risk",
    "contact_role_sponsor": "Sponsor",
}


def migrate(cr, version):
    for xml_id, name in ROLES.items():
        cr.execute(
            """INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
               SELECT 'account_admin', %s, 'account.admin.contact.role', MIN(id), TRUE
                 FROM account_admin_contact_role
                WHERE name ->> 'en_US' = %s HAVING COUNT(*) > 0
                   ON CONFLICT DO NOTHING""",
            (xml_id, name),
        )
