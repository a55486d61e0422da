"""Reasons of disputes are records: the table and its first rows before Odoo makes it.

A dispute has to have a reason from the moment its column is made.
"""

import json

REASONS = {
    "price": ("Price or discount", 10),
    "quantity": ("Quantity", 20),
    "quality": ("Quality or damage", 30),
    "delivery": ("Not delivered", 40),
    "duplicate": ("Billed twice", 50),
    "paid": ("Says it is paid", 60),
    "other": ("Other", 70),
}


def migrate(cr, version):
    cr.execute(
        """SELECT FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = 'collections_dispute'
              AND column_name = 'reason'"""
    )
    if not cr.rowcount:
        return
    cr.execute(
        """CREATE TABLE collections_dispute_reason (
               id SERIAL PRIMARY KEY, name jsonb NOT NULL, code varchar NOT NULL,
               sequence integer, active boolean, settle_days integer,
               resume varchar NOT NULL, resume_days integer, create_uid integer,
               create_date timestamp, write_uid integer, write_date timestamp)"""
    )
    for code, (name, sequence) in REASONS.items():
        cr.execute(
            """WITH reason AS (
                   INSERT INTO collections_dispute_reason (
                       name, code, sequence, active, settle_days, resume, resume_days,
                       create_uid, create_date, write_uid, write_date)
                   VALUES (%s, %s, %s, TRUE, 10, 'on', 0, 1, now(), 1, now())
                   RETURNING id)
               INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
               SELECT 'account_admin', %s, 'collections.dispute.reason', id, TRUE
                 FROM reason""",
            (
                json.dumps({"en_US": name}),
                code,
                sequence,
                f"dispute_reason_{code}",
            ),
        )
    cr.execute(
        """ALTER TABLE collections_dispute ADD COLUMN reason_id integer;
           ALTER TABLE collections_dispute ADD COLUMN resume varchar;
           ALTER TABLE collections_dispute ADD COLUMN resume_on date;
           UPDATE collections_dispute dispute
              SET reason_id = reason.id, resume_on = closed_on,
                  resume = CASE WHEN closed_on IS NOT NULL THEN 'on' END
             FROM collections_dispute_reason reason
            WHERE reason.code = COALESCE(dispute.reason, 'other');
           ALTER TABLE collections_dispute DROP COLUMN reason"""
    )
    # what people saved: lists that are grouped or filtered by the reason
    cr.execute(
        """UPDATE ir_filters
              SET context = regexp_replace(context, '''reason''', '''reason_id''', 'g'),
                  domain = regexp_replace(
                      domain, '''reason'', ''=''', '''reason_id.code'', ''=''', 'g')
            WHERE model_id = 'collections.dispute'"""
    )
