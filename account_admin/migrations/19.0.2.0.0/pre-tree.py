"""Members of today are the first level of the tree: billed where they are.

What else one of them was is kept beside: its form by law, or a role of its own.
"""


def migrate(cr, version):
    cr.execute(
        """ALTER TABLE national_account_member
             ADD COLUMN IF NOT EXISTS legal_form varchar"""
    )
    cr.execute(
        """UPDATE national_account_member SET legal_form = role
            WHERE role IN ('subsidiary', 'branch')"""
    )
    # one statement: the rows that it adds are not those that it changes
    cr.execute(
        """WITH added AS (
               INSERT INTO national_account_member
                      (national_account_id, company_id, partner_id, role, date_start,
                       date_end, create_uid, create_date, write_uid, write_date)
               SELECT national_account_id, company_id, partner_id,
                      CASE role WHEN 'buying_member' THEN 'buying_group' ELSE role END,
                      date_start, date_end, create_uid, create_date, write_uid,
                      write_date
                 FROM national_account_member
                WHERE role IN ('buying_member', 'franchisee'))
           UPDATE national_account_member SET role = 'billed'
            WHERE role IN ('subsidiary', 'branch', 'buying_member', 'franchisee')"""
    )
    cr.execute("ALTER TABLE national_account ALTER COLUMN partner_id DROP NOT NULL")
