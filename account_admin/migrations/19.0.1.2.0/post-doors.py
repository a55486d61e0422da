"""Rules are kept as administrators changed them: those that nobody did follow ours."""

RULES = (
    "collections_dispute_rule_own",
    "collections_promise_rule_own",
    "account_admin_kpi_rule_own",
)


def migrate(cr, version):
    cr.execute(
        """UPDATE ir_rule
              SET domain_force = REPLACE(domain_force,
                  'partner_id.collections_user_id',
                  'partner_id.collections_responsible_id')
             FROM ir_model_data data
            WHERE data.module = 'account_admin' AND data.model = 'ir.rule'
              AND data.res_id = ir_rule.id AND data.name = ANY(%s)""",
        (list(RULES),),
    )
