"""Companies whose nights made notices so far go on sending."""


def migrate(cr, version):
    if version:
        cr.execute(
            """UPDATE res_company SET collections_sending = TRUE
                WHERE id IN (SELECT company_id FROM collections_notice)"""
        )
