"""Deputies see what they work on: rules that no administrator changed follow ours."""

OWN = "('user_id', 'in', (user.id, False))"
RULES = {
    **dict.fromkeys(
        (
            "collections_case_rule_own",
            "collections_notice_rule_own",
            "aged_item_rule_own",
            "statement_rule_own",
            "account_admin_history_rule_own",
            "account_admin_billing_cycle_rule_own",
        ),
        (f"[{OWN}]", f"['|', {OWN}, ('is_covered', '=', True)]"),
    ),
    **{
        rule: (
            f"[('{path}.user_id', 'in', (user.id, False))]",
            f"['|', ('{path}.user_id', 'in', (user.id, False)),"
            f" ('{path}.is_covered', '=', True)]",
        )
        for rule, path in (
            ("collections_event_rule_own", "case_id"),
            ("collections_notice_item_rule_own", "notice_id"),
        )
    },
    **dict.fromkeys(
        ("collections_dispute_rule_own", "collections_promise_rule_own"),
        (
            "['|', ('partner_id.collections_responsible_id', '=', user.id), '&',"
            f" ('partner_id.collections_responsible_id', '=', False), {OWN}]",
            "['|', '|', ('partner_id.collections_responsible_id', '=', user.id),"
            " ('partner_id.collections_is_covered', '=', True), '&',"
            " ('partner_id.collections_responsible_id', '=', False), '|',"
            f" {OWN}, ('is_covered', '=', True)]",
        ),
    ),
    "account_admin_kpi_rule_own": (
        "'&', ('scope', '=', 'account'),"
        " ('partner_id.collections_responsible_id', '=', user.id)]",
        "'&', ('scope', '=', 'account'), '|',"
        " ('partner_id.collections_responsible_id', '=', user.id),"
        " ('partner_id.collections_is_covered', '=', True)]",
    ),
}


def migrate(cr, version):
    for rule, (old, new) in RULES.items():
        cr.execute(
            """UPDATE ir_rule SET domain_force = REPLACE(domain_force, %s, %s)
                 FROM ir_model_data data
                WHERE data.module = 'account_admin' AND data.model = 'ir.rule'
                  AND data.res_id = ir_rule.id AND data.name = %s
                  AND position(%s IN domain_force) > 0""",
            (old, new, rule, old),
        )
