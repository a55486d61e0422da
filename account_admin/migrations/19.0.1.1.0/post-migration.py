"""Give notices that were sent what they asked for, so that no step is sent again."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """UPDATE collections_notice SET met_on = sent_on
            WHERE state = 'sent' AND met_on IS NULL"""
    )
    cr.execute(
        """UPDATE collections_notice SET lead_item_id = event.item_id
             FROM collections_event event
            WHERE event.notice_id = collections_notice.id AND event.kind = 'sent'
              AND collections_notice.lead_item_id IS NULL"""
    )
    cr.execute(
        """UPDATE collections_notice notice SET amount_once = CASE WHEN notice.id = (
                  SELECT MIN(other.id) FROM collections_notice other
                   WHERE other.case_id = notice.case_id
                     AND other.step_id = notice.step_id
                     AND other.date = notice.date) THEN amount ELSE 0 END
            WHERE amount_once IS NULL"""
    )
    # a notice met, for each item of its account, the steps up to its own that the item
    # had reached by itself on that day
    cr.execute(
        """INSERT INTO collections_notice_item
                  (notice_id, company_id, item_id, name, due, currency_id, residual,
                   asked, is_own, is_listed, met_days)
           SELECT notice.id, notice.company_id, line.id, line.move_name,
                  COALESCE(line.date_maturity, line.date), line.currency_id,
                  line.amount_residual_currency, line.amount_residual_currency,
                  BOOL_OR(step.days = notice.step_days), TRUE, MAX(step.days)
             FROM collections_notice notice
             JOIN collections_policy_step own ON own.id = notice.step_id
             JOIN collections_policy_step step ON step.policy_id = own.policy_id
                                              AND step.days <= notice.step_days
             JOIN res_partner partner
               ON partner.commercial_partner_id = notice.partner_id
             JOIN account_move_line line ON line.partner_id = partner.id
              AND line.company_id = notice.company_id
             JOIN account_account account ON account.id = line.account_id
              AND account.account_type = 'asset_receivable'
            WHERE notice.met_on IS NOT NULL
              AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
              AND line.amount_residual_currency > 0
              AND line.date <= notice.sent_on
              AND COALESCE(line.date_maturity, line.date) + step.days <= notice.sent_on
              AND NOT EXISTS (SELECT FROM collections_notice_item item
                               WHERE item.notice_id = notice.id)
            GROUP BY notice.id, line.id"""
    )
    # addresses that cases wait for are not written to until somebody corrects them
    cr.execute(
        """INSERT INTO account_admin_bounce (email, bounced_on)
           SELECT notice.email, MAX(notice.write_date)
             FROM collections_notice notice
             JOIN collections_case ON collections_case.id = notice.case_id
            WHERE notice.failure = 'bounced' AND notice.email IS NOT NULL
              AND collections_case.state = 'attention'
            GROUP BY notice.email ON CONFLICT DO NOTHING"""
    )
    cr.execute("ALTER TABLE collections_case DROP COLUMN IF EXISTS reached_days")
    # computed in the reader's language from now on
    cr.execute("ALTER TABLE licensing_statement DROP COLUMN IF EXISTS name")
    cr.execute("ALTER TABLE account_admin_audit_pack DROP COLUMN IF EXISTS name")
    for name, old, new in (
        ("decide", "fa-gavel", "fa-map-signs"),
        ("notice", "fa-calendar-check-o", "fa-refresh"),
    ):
        cr.execute(
            """UPDATE mail_activity_type SET icon = %s
                 FROM ir_model_data data
                WHERE data.module = 'account_admin' AND data.name = %s
                  AND data.res_id = mail_activity_type.id
                  AND data.model = 'mail.activity.type'
                  AND mail_activity_type.icon = %s""",
            (new, f"mail_activity_type_{name}", old),
        )
    cr.execute(
        """UPDATE collections_notice SET is_approved = TRUE
            WHERE EXISTS (SELECT FROM collections_event event
                           WHERE event.notice_id = collections_notice.id
                             AND event.kind = 'approved')"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    waiting = env["collections.notice"].search(
        [("state", "in", ("to_approve", "queued"))]
    )
    for company, notices in waiting.grouped("company_id").items():
        notices._note_items(company, company._collections_today())
