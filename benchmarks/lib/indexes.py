"""Which of the add-on's indexes anything uses, after what people do with it."""

import contextlib
from datetime import date

from lxml import etree

from benchmarks.lib import ledger, web_client
from benchmarks.lib.results import table

ADDON = "account_admin"
ROWS = 2000
#: Rows of a table that PostgreSQL reads whole rather than by an index.
FEW = 500
#: What an index is for that neither a constraint nor a reference explains.
USES = {
    "account_move_collections_blocked_idx": "facts: the few entries not to be chased",
    "collections_statement_queue_idx": "the next statements of a run",
    "collections_notice_queue_idx": "the next notices of the queue",
    "collections_promise__date_index": "promises that fall due, judged each night",
}


class Journeys:
    """What people do: searches, forms, the portal, deletions; enough rows of all."""

    def __init__(self, env, day):
        self.env, self.day = env, day
        self.partners = env["res.partner"].search([("name", "like", "Bench ")])
        self.moves = env["account.move"].search(
            [("name", "like", "BENCH/")], limit=ROWS
        )

    def go(self):
        self.fill()
        for model in own_models(self.env):
            self.search(model)
            self.open_form(model)
            self.of_partner(model)
        self.run_queue()
        self.dry_run()
        self.delete()

    def fill(self):
        """Rows of what a night does not make: without them no index is worth a look."""
        env, company = self.env, self.env.company
        base = {"partner_id": self.partners[0].id, "company_id": company.id}
        dispute = env["collections.dispute"].create(
            {"move_id": self.moves[0].id, "amount": 1, "date": self.day}
        )
        promise = env["collections.promise"].create(
            {**base, "amount": 1, "made_on": self.day, "date": self.day}
        )
        account = env["national.account"].create(
            {"name": "Bench", "partner_id": self.partners[0].id}
        )
        member = env["national.account.member"].create(
            {"national_account_id": account.id, "partner_id": self.partners[-1].id}
        )
        env.flush_all()
        heads = max(len(self.partners) // 10, 1)
        self.copy(dispute, {"move_id": self.moves, "partner_id": self.moves.partner_id})
        self.copy(promise, {"partner_id": self.partners})
        self.copy(account, {"partner_id": self.partners[:heads]}, ROWS // 10)
        accounts = env["national.account"].search([])
        links = {"partner_id": self.partners[heads:], "national_account_id": accounts}
        self.copy(member, links)
        self.spread_over_runs()
        env["account.admin.kpi"]._freeze(company, date(2026, 5, 31))
        env.cr.commit()
        env.cr.execute("ANALYZE")
        env.invalidate_all()

    def spread_over_runs(self):
        """As after a year of nights: a run is one of many."""
        from odoo.tools import SQL

        run = self.env["collections.run"].search([("state", "=", "done")], limit=1)
        self.copy(run, {}, 365)
        for name in ("collections_notice", "collections_event"):
            self.env.cr.execute(
                SQL(
                    """UPDATE %s AS row SET run_id = run.id
                         FROM (SELECT id, row_number() OVER () AS number
                                 FROM collections_run) AS run
                        WHERE run.number = row.id %% 365""",
                    SQL.identifier(name),
                )
            )

    def copy(self, record, links, count=ROWS):
        """Copy a row; each copy belongs to the next of some records."""
        from odoo.tools import SQL

        ledger.copy_rows(
            self.env,
            record._table,
            record.ids,
            count,
            {
                name: SQL("(%s::int[])[1 + number %% %s]", found.ids, len(found))
                for name, found in links.items()
            },
        )

    def search(self, model):
        """Every filter, field and grouping of the model's search view."""
        from odoo.tools.safe_eval import safe_eval

        with contextlib.suppress(LookupError):
            arch = etree.fromstring(model.get_view(view_type="search")["arch"])
            context = {"uid": self.env.uid, "context_today": lambda: self.day}
            for node in arch.iter("filter"):
                if node.get("domain"):
                    model.search(safe_eval(node.get("domain"), context), limit=80)
                    model.search_count(safe_eval(node.get("domain"), context))
            for node in arch.iter("field"):
                field = model._fields[node.get("name")]
                if field.type == "many2one":
                    some = model.search([(field.name, "!=", False)], limit=1)
                    ids = some[field.name].ids
                    model.search([(field.name, "in", ids)], limit=80)

    def open_form(self, model):
        views = model.get_views([(False, "form"), (False, "list")])
        arch = views["views"]["form"]["arch"]
        spec = web_client.specification(arch, model._name, views["models"])
        model.search([], limit=1).web_read(spec)
        model.search([], limit=80, offset=80)

    def of_partner(self, model):
        """Smart buttons and the portal: what belongs to one account."""
        for name in ("partner_id", "national_account_id", "case_id", "run_id"):
            if name in model._fields and model._fields[name].store:
                some = model.search([(name, "!=", False)], limit=1)
                model.search([(name, "in", some[name].ids)], limit=80)

    def run_queue(self):
        notices = self.env["collections.notice"]
        notices._claim(notices._get_queue_domain())
        self.env.cr.commit()

    def dry_run(self):
        for _time in range(3):
            dry_run = self.env["collections.dry.run"].create({"date": self.day})
            dry_run._simulate()
            self.env.cr.commit()
        self.env.cr.execute("ANALYZE collections_dry_run_line")
        self.env["collections.dry.run.line"].search(
            [("dry_run_id", "=", dry_run.id)], limit=80
        )
        dry_run.unlink()

    def delete(self):
        """Deleting what others may refer to looks for who does."""
        partner = self.env["res.partner"].create({"name": "Short"})
        user = self.env["res.users"].create({"name": "Short", "login": "short"})
        message = partner.message_post(body="x")
        mail = self.env["mail.mail"].create({"body_html": "x"})
        account = self.env["national.account"].create(
            {"name": "Short", "partner_id": partner.id}
        )
        self.env.flush_all()
        move = self.moves[0].copy()
        self.env.cr.commit()
        for record in (message, mail, move, account, user, partner):
            record.unlink()
        self.env.cr.commit()


def own_models(env):
    """The add-on's own models with a table, the lasting ones."""
    return [
        env[name]
        for name, model in sorted(env.registry.items())
        if model._original_module == ADDON and model._auto and not model._abstract
        if not model._transient and env[name]._table_query is None
    ]


def report(env):
    """Every index the add-on creates with its size and how often it was used.

    :return: a Markdown table and a sentence on those that nothing used
    """
    models = {model._table: model for model in own_models(env)}
    env.cr.execute("SELECT pg_stat_force_next_flush()")
    env.cr.commit()
    env.cr.execute(
        """SELECT stat.relname, stat.indexrelname, pg_relation_size(stat.indexrelid),
                  stat.idx_scan, index.indisunique,
                  COALESCE(attribute.attname, ''), class.reltuples::int
             FROM pg_stat_user_indexes stat
             JOIN pg_class class ON class.oid = stat.relid
             JOIN pg_index index ON index.indexrelid = stat.indexrelid
             LEFT JOIN pg_attribute attribute ON attribute.attrelid = index.indrelid
                               AND attribute.attnum = index.indkey[0]
            WHERE (stat.relname = ANY(%s) OR stat.indexrelname LIKE '%%collections%%')
              AND NOT index.indisprimary
            ORDER BY 1, 2""",
        [list(models)],
    )
    rows, unused, few = [], [], []
    for relation, name, size, scans, is_unique, column, count in env.cr.fetchall():
        field = models[relation]._fields.get(column) if relation in models else None
        what_for = use(name, is_unique, field)
        rows.append([f"`{name}`", f"{size / 1024:.0f}", scans, what_for])
        if not scans and not is_unique:
            (unused if count > FEW else few).append(f"`{name}`")
    return "\n\n".join(
        [
            table(["index", "KiB", "scans", "what for"], rows),
            f"Not used once: {', '.join(unused) or 'none'}.",
            f"Not used, but their tables have at most {FEW} rows here, which are read"
            f" whole: {', '.join(few) or 'none'}.",
        ]
    )


def use(name, is_unique, field):
    if name in USES:
        return USES[name]
    if is_unique:
        return "uniqueness: checked at every insert, which does not count as a scan"
    if field is not None and field.type == "many2one":
        return f"`{field.name}`: lists of one, and deleting a `{field.comodel_name}`"
    return f"`{field.name}`" if field is not None else ""
