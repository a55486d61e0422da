"""A part of a group is its administrator's: rules that nobody changed follow ours."""

#: Rule -> the path to the national account in its domain.
RULES = {
    "national_account_rule_own": "",
    "national_account_member_rule_own": "national_account_id.",
}


def migrate(cr, version):
    for name, path in RULES.items():
        cr.execute(
            """UPDATE ir_rule SET domain_force = %s
                WHERE domain_force = %s
                  AND id = (SELECT res_id FROM ir_model_data
                             WHERE module = 'account_admin' AND model = 'ir.rule'
                               AND name = %s)""",
            [
                f"[('{path}responsible_id', 'in', (user.id, False))]",
                f"[('{path}user_id', 'in', (user.id, False))]",
                name,
            ],
        )
