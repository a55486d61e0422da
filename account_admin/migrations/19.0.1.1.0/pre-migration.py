"""Progress belongs to the debt: a step may be sent again for another leading item."""


def migrate(cr, version):
    if not version:
        return
    cr.execute("DROP INDEX IF EXISTS collections_notice_once")
    # stored amounts of notices are filled afterwards, in one statement
    cr.execute(
        "ALTER TABLE collections_notice ADD COLUMN IF NOT EXISTS amount_once numeric"
    )
