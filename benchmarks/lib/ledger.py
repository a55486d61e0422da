"""A large ledger in seconds: one invoice made by Odoo, the rest copied by SQL."""

from odoo import Command
from odoo.tools import SQL

from benchmarks.lib.loading import without_checks

#: The day of the first night; due dates lie around it.
TODAY = "2026-06-30"
#: Due dates run from this many days before TODAY to as many days after it as given.
OLDEST, YOUNGEST = 170, 30
#: From so many invoices on, keys and indexes are made after the rows.
LARGE = 20_000


def turn_sending_on(env):
    """Have nights send, in a database that has the add-on."""
    if "collections_sending" in env.company._fields:
        env.company.collections_sending = True


def build(env, accounts, items):
    """Add customers and posted invoices, spread evenly over the customers.

    Each customer's due dates run from OLDEST days before TODAY to YOUNGEST after it, so
    every customer has overdue items.

    :param int accounts: customers to add
    :param int items: invoices to add, one open item each
    """
    turn_sending_on(env)
    model = _create_model_invoice(env)
    first_partner = copy_partners(env, model.partner_id, accounts)
    large = items >= LARGE
    tables = ("account_move", "account_move_line") if large else ()
    with without_checks(env, *tables):
        _copy_invoices(env, model, first_partner, accounts, items)
    model.button_draft()
    model.with_context(force_delete=True).unlink()
    env.cr.commit()
    env.cr.execute("ANALYZE account_move, account_move_line, res_partner")
    env.cr.commit()
    env.invalidate_all()


def _copy_invoices(env, model, first_partner, accounts, items):
    """Copy the model invoice with its lines."""
    first_move = copy_rows(
        env,
        "account_move",
        model.ids,
        items,
        {
            "name": SQL("'BENCH/' || %s || '/' || (1000000 + number)", model.id),
            "sequence_number": SQL("number"),
            "partner_id": (owner := SQL("%s + number %% %s", first_partner, accounts)),
            "commercial_partner_id": owner,
            "invoice_date_due": (due := _due(accounts, items)),
            "access_token": SQL("NULL"),
        },
    )
    for line in model.line_ids.sorted("id"):
        copy_rows(
            env,
            "account_move_line",
            line.ids,
            items,
            {
                "move_id": SQL("%s + number", first_move),
                "move_name": SQL(
                    "'BENCH/' || %s || '/' || (1000000 + number)", model.id
                ),
                "partner_id": owner,
                "date_maturity": due
                if line.account_type == "asset_receivable"
                else SQL("NULL"),
            },
        )


def make_reachable(env, day):
    """Give each customer an address of its own and have everything due on ``day``."""
    env.cr.execute(
        SQL(
            """UPDATE res_partner SET email = address, email_normalized = address
                 FROM (SELECT id, 'c' || id || '@example.com' AS address
                         FROM res_partner WHERE name LIKE 'Bench %%') AS customer
                WHERE res_partner.id = customer.id"""
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE account_move_line SET date_maturity = %s
                WHERE move_name LIKE 'BENCH/%%' AND date_maturity IS NOT NULL""",
            day,
        )
    )
    env.cr.commit()
    env.invalidate_all()


def _due(accounts, items):
    """Due date of item ``number``: an account's items cover the whole span."""
    each = max(items // accounts, 1)
    return SQL(
        "%s::date - %s + ((number / %s) %% %s) * %s / %s",
        TODAY,
        OLDEST,
        accounts,
        each,
        OLDEST + YOUNGEST,
        each,
    )


def _create_model_invoice(env):
    partner = env["res.partner"].create(
        {"name": "Bench", "is_company": True, "email": "bench@example.com"}
    )
    invoice = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": "2026-01-01",
            "invoice_line_ids": [
                Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})
            ],
        }
    )
    invoice.action_post()
    env.flush_all()
    return invoice


def copy_partners(env, partner, count):
    """Copy the model customer; each copy is its own commercial entity."""
    env.cr.execute("SELECT MAX(id) FROM res_partner")
    first = env.cr.fetchone()[0] + 1
    copy_rows(
        env,
        "res_partner",
        partner.ids,
        count,
        {
            "name": SQL("'Bench ' || number"),
            "complete_name": SQL("'Bench ' || number"),
            "commercial_partner_id": SQL("%s + number", first - 1),
        },
    )
    return first


def copy_rows(env, table, ids, count, changed):
    """Insert ``count`` copies of one row.

    :param dict changed: column -> SQL that may use ``number`` (1 .. count)
    :return: the id before the first copy: copy ``number`` has that id + number
    """
    env.cr.execute(SQL("SELECT MAX(id) FROM %s", SQL.identifier(table)))
    base = env.cr.fetchone()[0]
    env.cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s",
        [table],
    )
    columns = [name for (name,) in env.cr.fetchall()]
    changed = {**changed, "id": SQL("%s + number", base)}
    env.cr.execute(
        SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS model,"
            " generate_series(1, %s) AS number WHERE model.id = ANY(%s)",
            SQL.identifier(table),
            SQL(", ").join(SQL.identifier(name) for name in columns),
            SQL(", ").join(
                changed.get(name) or SQL("model.%s", SQL.identifier(name))
                for name in columns
            ),
            SQL.identifier(table),
            count,
            ids,
        )
    )
    env.cr.execute(
        SQL("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", table, base + count)
    )
    # else checks of foreign keys go on scanning what was a table of one row
    env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
    return base


def settle_and_age(env, share=100):
    """One in ``share`` of the open items is paid, one in ``share`` falls due."""
    env.cr.execute(
        SQL(
            """UPDATE account_move_line
                  SET amount_residual = 0, amount_residual_currency = 0,
                      reconciled = TRUE
                WHERE id %% %s = 0 AND move_name LIKE 'BENCH/%%'
                  AND date_maturity IS NOT NULL""",
            share,
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE account_move_line SET date_maturity = %s
                WHERE id %% %s = 1 AND move_name LIKE 'BENCH/%%'
                  AND date_maturity > %s""",
            TODAY,
            share,
            TODAY,
        )
    )
    env.cr.commit()
    env.invalidate_all()


def deliver_all(env):
    """Mark what the night has queued as sent, as the queue does, without any mail."""
    env.cr.execute(
        SQL(
            """UPDATE collections_notice
                  SET state = 'sent', sent_on = %(day)s, met_on = %(day)s
                WHERE state = 'queued'""",
            day=TODAY,
        )
    )
    env.cr.execute(
        SQL(
            """INSERT INTO collections_notice_item
                      (notice_id, company_id, item_id, due, currency_id, residual,
                       asked, is_own, is_listed, met_days)
               SELECT notice.id, notice.company_id, line.id, line.date_maturity,
                      line.currency_id, line.amount_residual_currency,
                      line.amount_residual_currency, TRUE, TRUE, notice.step_days
                 FROM collections_notice notice
                 JOIN account_move_line line ON line.partner_id = notice.partner_id
                  AND line.company_id = notice.company_id
                 JOIN account_account account ON account.id = line.account_id
                WHERE account.account_type = 'asset_receivable'
                  AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                  AND line.date_maturity < %s""",
            TODAY,
        )
    )
    env.cr.execute(
        SQL(
            """UPDATE collections_case
                  SET state = 'chasing', last_contact = %s, step_id = notice.step_id
                 FROM collections_notice notice
                WHERE notice.case_id = collections_case.id""",
            TODAY,
        )
    )
    env.cr.commit()
    env.invalidate_all()


def forget_cases(env):
    """Empty the tables of the nightly run, for another first night."""
    env.cr.execute(
        "TRUNCATE collections_event, collections_notice_item, collections_notice,"
        " collections_case_told_rel, collections_case, collections_run CASCADE"
    )
    env.cr.commit()
    env.invalidate_all()


def pay_some(env, share):
    """One in ``share`` of the unpaid invoices is paid, on the sixty days before TODAY.

    Every payment is a copy of one that Odoo made, matched by a partial reconciliation.
    """
    model = _create_model_payment(env)
    env.cr.execute(
        SQL(
            """SELECT COUNT(*) FROM account_move_line
                WHERE move_name LIKE 'BENCH/%%' AND date_maturity IS NOT NULL
                  AND reconciled IS NOT TRUE AND id %% %s = 0""",
            share,
        )
    )
    (count,) = env.cr.fetchone()
    paid_on = SQL("%s::date - (number %% 60)::int", TODAY)
    first_move = copy_rows(
        env,
        "account_move",
        model.ids,
        count,
        {
            "name": SQL("'PAID/' || %s || '/' || number", model.id),
            "sequence_number": SQL("number"),
            "date": paid_on,
            "origin_payment_id": SQL("NULL"),
        },
    )
    lines = model.line_ids.sorted(lambda line: line.account_type)
    receivable = lines.filtered(lambda line: line.account_type == "asset_receivable")
    bases = {
        line: copy_rows(
            env,
            "account_move_line",
            line.ids,
            count,
            {
                "move_id": SQL("%s + number", first_move),
                "move_name": SQL("'PAID/' || %s || '/' || number", model.id),
                "date": paid_on,
                "date_maturity": paid_on,
                "payment_id": SQL("NULL"),
            },
        )
        for line in lines
    }
    _match(env, bases[receivable], share)
    payment = model.origin_payment_id
    payment.action_draft()
    payment.unlink()
    env.cr.commit()
    env.cr.execute("ANALYZE account_move, account_move_line, account_partial_reconcile")
    env.cr.commit()
    env.invalidate_all()


def _create_model_payment(env):
    partner = env["res.partner"].search([("name", "=", "Bench 1")], limit=1)
    payment = env["account.payment"].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "amount": 100,
            "date": TODAY,
        }
    )
    payment.action_post()
    env.flush_all()
    return payment.move_id


def _match(env, base, share):
    """Match the payments after line ``base`` with one in ``share`` of the invoices."""
    env.cr.execute(
        SQL(
            """WITH invoice AS (
                SELECT id, partner_id, amount_residual,
                       %(base)s + row_number() OVER (ORDER BY id) AS payment_id
                  FROM account_move_line
                 WHERE move_name LIKE 'BENCH/%%' AND date_maturity IS NOT NULL
                   AND reconciled IS NOT TRUE AND id %% %(share)s = 0),
            paid AS (
                UPDATE account_move_line line
                   SET amount_residual = 0, amount_residual_currency = 0,
                       reconciled = TRUE,
                       partner_id = invoice.partner_id
                  FROM invoice WHERE line.id IN (invoice.id, invoice.payment_id))
            INSERT INTO account_partial_reconcile
                   (debit_move_id, credit_move_id, amount, debit_amount_currency,
                    credit_amount_currency, debit_currency_id, credit_currency_id,
                    company_id, max_date, create_uid, create_date)
            SELECT invoice.id, invoice.payment_id, invoice.amount_residual,
                   invoice.amount_residual, invoice.amount_residual,
                   payment.currency_id, payment.currency_id, payment.company_id,
                   payment.date, 1, NOW()
              FROM invoice JOIN account_move_line payment
                ON payment.id = invoice.payment_id""",
            base=base,
            share=share,
        )
    )
