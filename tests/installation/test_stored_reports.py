"""Readers and writers of licensing reports at once: right figures, and nobody waits.

Only this proves it with transactions of several processes that overlap.
"""

import textwrap
import time

PREPARE = """
    from odoo import Command
    partner = env["res.partner"].create({"name": "Toys", "is_company": True})
    contracts = env["licensing.contract"].create([{
        "title": f"Plush {n}", "partner_id": partner.id, "date_start": "2020-01-01",
        "date_end": "2099-12-31", "grant_ids": [Command.create({})],
        "commitment_ids": [Command.create({"name": "Pool", "guarantee": 20_000})],
        } for n in range(60)])
    contracts.sudo().write({"state": "active"})
    env.cr.commit()
    print("ready")
"""

#: Shown and worked out by the same snapshot.
READ = """
import time
env.cr.commit()
time.sleep(max({start} - time.time(), 0))
days = env["licensing.report.day"]
reports = [env[name] for name in ("licensing.pool.pace", "licensing.forecast",
                                  "licensing.upcoming", "licensing.red.flag")]
for _time in range(30):
    for report in reports:
        shown = env.execute_query(SQL("SELECT * FROM %s shown ORDER BY id",
                                      report._table_sql))
        right = env.execute_query(SQL("SELECT * FROM (%s) computed ORDER BY id",
                                      report._computed_sql(env.companies)))
        assert shown == right, report
    env.cr.commit()
print("finished")
"""

WRITE = """
import time
env.cr.commit()
time.sleep(max({start} - time.time(), 0))
contracts = env["licensing.contract"].search([], order="id")
mine = contracts[{number}::2]
users = env.ref("base.user_root") | env.ref("base.user_admin")
for turn in range(60):
    mine[turn % len(mine)].user_id = users[turn // len(mine) % 2 or 1]
    env.cr.commit()
    mine[turn % len(mine)].user_id = users[0]
    env.cr.commit()
print("finished")
"""

LEFT = """
    days = env["licensing.report.day"]
    days._store(env.company)
    env.cr.execute("SELECT COUNT(*) FROM licensing_report_change")
    print("notes", env.cr.fetchone()[0])
    for name in ("licensing.pool.pace", "licensing.forecast", "licensing.upcoming"):
        report = env[name]
        env.cr.execute(SQL("SELECT COUNT(*), COUNT(DISTINCT contract_id) FROM %s",
                           SQL.identifier(report._table)))
        rows, contracts = env.cr.fetchone()
        env.cr.execute(SQL("SELECT COUNT(*) FROM (%s) computed",
                           report._computed_sql(env.company)))
        print(name, rows == env.cr.fetchone()[0], contracts)
"""
IMPORT = "from odoo.tools import SQL\n"


def start_shell(dev, database, script):
    command = dev.bench.odoo_command("shell", "-d", database, "--no-http")
    process = dev.start(*command, stdin=-1)
    process.stdin.write(IMPORT + script)
    process.stdin.close()
    process.stdin = None
    return process


def test_readers_that_store_and_writers_do_not_disturb_each_other(dev, fresh_db):
    database = fresh_db()
    assert "ready" in dev.shell(database, textwrap.dedent(PREPARE))
    start = time.time() + 12
    scripts = [READ.format(start=start)] * 2
    scripts += [WRITE.format(start=start, number=number) for number in range(2)]
    for process in [start_shell(dev, database, script) for script in scripts]:
        printed, log = process.communicate(timeout=300)
        assert "finished" in printed, log[-3000:]
        assert "Traceback" not in log, log[-3000:]
        assert "could not serialize" not in log
    left = dev.shell(database, IMPORT + textwrap.dedent(LEFT))
    assert "notes 0" in left
    for name in ("pool.pace", "forecast", "upcoming"):
        assert f"licensing.{name} True 60" in left
