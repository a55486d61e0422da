"""What people do in Odoo all day, as the web client has the server do it."""

import contextlib
import csv
import gc
import io
import itertools
import time

from benchmarks.lib import web_client
from benchmarks.lib.meter import clock, peak_megabytes, reset_peak

#: Records of a list or forms that are opened in one go.
OPENINGS = 10
COLUMNS = {
    "Name": "name",
    "Company": "is_company",
    "Email": "email",
    "Phone": "phone",
    "Street": "street",
    "City": "city",
    "Zip": "zip",
    "Country": "country_id",
}


class DailyWork:
    """One database's side of the comparison; each task is timed by itself.

    Every answer is a dict with ``seconds``, ``cpu`` (seconds of this process),
    ``queries`` and ``peak`` (MB). What a task prepares is not counted.
    """

    def __init__(self, registry, size, rows):
        self.registry = registry
        self.size, self.rows = size, rows
        self.serial = itertools.count(1)
        self.move_ids = []
        with self.user() as env:
            action = env.ref("account.action_move_out_invoice_type")
            views, models = web_client.read_views(env, action)
            self.action_id = action.id
            self.form = web_client.specification(
                views["form"]["arch"], "account.move", models
            )

    @contextlib.contextmanager
    def user(self):
        """An environment as of a new request of the administrator."""
        from odoo.api import Environment

        with self.registry.cursor() as cr:
            env = Environment(cr, 2, {"lang": "en_US", "tz": "UTC"})
            yield env(context={**env.context, "allowed_company_ids": env.company.ids})

    @contextlib.contextmanager
    def timed(self, env, answer):
        env.cr.commit()
        env.invalidate_all()
        gc.collect()
        reset_peak()
        queries = env.cr.sql_log_count
        start, cpu = clock(), time.process_time()
        yield
        env.flush_all()
        answer["queries"] = answer.get("queries", 0) + env.cr.sql_log_count - queries
        env.cr.commit()
        answer["seconds"] = answer.get("seconds", 0) + clock() - start
        answer["cpu"] = answer.get("cpu", 0) + time.process_time() - cpu
        answer["peak"] = peak_megabytes()

    # -- tasks ---------------------------------------------------------

    def create_invoices(self):
        """Make draft invoices of as many customers."""
        from odoo import Command

        answer = {}
        with self.user() as env:
            partners = env["res.partner"].search(
                [("name", "like", "Bench ")], limit=self.size, order="id"
            )
            product = env["product.product"].search([], limit=1, order="id")
            with self.timed(env, answer):
                moves = env["account.move"].create(
                    [
                        {
                            "move_type": "out_invoice",
                            "partner_id": partners[n % len(partners)].id,
                            "invoice_line_ids": [
                                Command.create(
                                    {
                                        "product_id": product.id,
                                        "name": f"Goods {line}",
                                        "quantity": line,
                                        "price_unit": 100,
                                    }
                                )
                                for line in (1, 2, 3)
                            ],
                        }
                        for n in range(self.size)
                    ]
                )
            self.move_ids = moves.ids
        return answer

    def post_invoices(self):
        """Post the invoices made last."""
        answer = {}
        with self.user() as env:
            moves = env["account.move"].browse(self.move_ids)
            with self.timed(env, answer):
                moves.action_post()
        return answer

    def pay_invoices(self):
        """Register a payment of each and match it, with the wizard."""
        answer = {}
        with self.user() as env:
            moves = env["account.move"].browse(self.move_ids)
            active = {"active_model": "account.move", "active_ids": moves.ids}
            wizards = env["account.payment.register"].with_context(**active)
            with self.timed(env, answer):
                wizards.create({"group_payment": False}).action_create_payments()
            if moves.filtered("amount_residual"):
                raise SystemExit("An invoice is not paid.")
        return answer

    def import_partners(self):
        """Import customers from a CSV file, as the import screen does."""
        answer = {}
        with self.user() as env:
            importing = env["base_import.import"].create(
                {
                    "res_model": "res.partner",
                    "file": self._partners_file(),
                    "file_name": "partners.csv",
                    "file_type": "text/csv",
                }
            )
            options = {"has_headers": True, "quoting": '"', "separator": ","}
            options = importing.parse_preview(options)["options"]
            with self.timed(env, answer):
                done = importing.execute_import(
                    list(COLUMNS.values()), list(COLUMNS), options
                )
            if done["messages"] or len(done["ids"]) != self.rows:
                raise SystemExit(f"The import failed: {done['messages'][:1]}")
        return answer

    def _partners_file(self):
        go, file = next(self.serial), io.StringIO()
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(self.rows):
            mail = f"partner-{go}-{n}@example.com"
            place = (f"{n} Main Street", "Springfield", f"{n:05}", "United States")
            phone = f"+1 202 555 {n % 10_000:04}"
            writer.writerow([f"Partner {go}/{n}", "True", mail, phone, *place])
        return file.getvalue().encode()

    def open_list(self):
        """Open the list of invoices, each time as a new request."""
        answer = {}
        for _opening in range(OPENINGS):
            with self.user() as env:
                action = env["ir.actions.act_window"].browse(self.action_id)
                with self.timed(env, answer):
                    found = web_client.open_list(
                        env, action, [("move_type", "=", "out_invoice")]
                    )
                if not found["records"]:
                    raise SystemExit("The list of invoices is empty.")
        return answer

    def open_form(self):
        """Open the form of invoices, one after the other."""
        answer = {}
        for move_id in self._some_invoices():
            with self.user() as env:
                move = env["account.move"].browse(move_id)
                with self.timed(env, answer):
                    move.web_read(self.form)
        return answer

    def _some_invoices(self):
        with self.user() as env:
            domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
            return env["account.move"].search(domain, limit=OPENINGS).ids

    def tasks(self):
        """Each task by its name, in an order in which they follow from each other."""
        return {
            "create": self.create_invoices,
            "post": self.post_invoices,
            "pay": self.pay_invoices,
            "import": self.import_partners,
            "list": self.open_list,
            "form": self.open_form,
        }
