import csv
import io
import logging
import tempfile
import zipfile

from dateutil.relativedelta import relativedelta
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import file_open, format_date

from ..base.account_admin_evidence import as_own, bytes_of, hash_of, is_own
from ..base.bounds import bounded
from ..base.isolation import undoing

_logger = logging.getLogger(__name__)

#: A pack of no more accounts, and no more movements, than these is made at once.
AT_ONCE, AT_ONCE_LINES = 5, 500


@bounded
class AccountAdminAuditPack(models.Model):
    """Everything an auditor asks for about some accounts and a period, in one zip.

    It is made part by part; each part is kept as a zip of its own until all are there,
    so that a worker that is cut goes on where it was.
    """

    _name = "account.admin.audit.pack"
    _description = "Audit Pack"
    _inherit = ["account.admin.readonly.mixin", "account.admin.evidence.mixin"]
    _evidence_period = "collections_keep_packs"
    _evidence_files_kept = True
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name",
        search="_search_name",
        help="The company and the period.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: self._default_date_from(),
        help="First day of the period.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._default_date_from()
        + relativedelta(month=12, day=31),
        help="Last day of the period.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        context={"active_test": False},
        string="Accounts",
        domain=[("parent_id", "=", False)],
        help="Leave this and the national accounts empty for all accounts that had a"
        " balance or a movement.",
    )
    national_account_ids = fields.Many2many(
        comodel_name="national.account",
        context={"active_test": False},
        string="National Accounts",
        help="Their head offices and who was a member at the end of the period.",
    )
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("queued", "Being Made"),
            ("done", "Ready"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        help="Being made: it goes on in the background. Ready: it can be downloaded.",
    )
    covered_ids = fields.Many2many(
        comodel_name="res.partner",
        context={"active_test": False},
        relation="account_admin_audit_pack_account_rel",
        string="Accounts Covered",
        readonly=True,
        help="Accounts that are in it.",
    )
    parts_done = fields.Integer(readonly=True)
    progress = fields.Float(compute="_compute_progress", help="Percent done.")
    error = fields.Char(readonly=True, help="Why it could not be made.")
    file_count = fields.Integer(string="Files", readonly=True, help="Files in the zip.")
    size = fields.Float(
        string="Bytes", digits=(16, 0), readonly=True, help="Of the zip."
    )
    checksum = fields.Char(
        string="SHA-256",
        readonly=True,
        help="Of the zip: tells whether it is the one that was made.",
    )
    made_on = fields.Datetime(readonly=True, help="When it was ready.")
    content = fields.Binary(
        attachment=True,
        readonly=True,
        groups=fields.NO_ACCESS,
        help="Only handed out by the download, which is logged.",
    )
    event_ids = fields.One2many(
        comodel_name="account.admin.audit.event",
        inverse_name="pack_id",
        readonly=True,
        help="Who asked for it and who took it, when.",
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_to >= date_from)", "The period cannot end before it starts."
    )

    @api.model
    def _default_date_from(self):
        """First day of last year."""
        today = self.env.company._collections_today()
        return today.replace(year=today.year - 1, month=1, day=1)

    @api.depends("company_id", "date_from", "date_to")
    @api.depends_context("lang")
    def _compute_name(self):
        for pack in self:
            pack.name = self.env._(
                "%(company)s %(start)s to %(end)s",
                company=pack.company_id.name,
                start=format_date(self.env, pack.date_from),
                end=format_date(self.env, pack.date_to),
            )

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        return super()._compute_display_name()

    def _search_name(self, operator, value):
        """By the company: a period is filtered by its dates."""
        return [("company_id", operator, value)]

    @api.depends("parts_done", "state", "covered_ids")
    def _compute_progress(self):
        for pack in self:
            count = len(pack._get_parts()) if pack.state == "queued" else 0
            done = 100 if pack.state == "done" else 0
            pack.progress = 100 * pack.parts_done / count if count else done

    @api.constrains("partner_ids")
    def _check_accounts(self):
        for partner in self.partner_ids - self.partner_ids.commercial_partner_id:
            raise ValidationError(
                self.env._(
                    "%(contact)s is a contact of %(account)s: choose the account.",
                    contact=partner.display_name,
                    account=partner.commercial_partner_id.display_name,
                )
            )

    def write(self, vals):
        started = self.filtered(lambda pack: pack.state != "draft")
        if started and (not self.env.su or started._changes_made(vals)):
            raise UserError(
                self.env._("%s was made already: make a new pack.", started[0].name)
            )
        return super().write(vals)

    def _changes_made(self, vals):
        """Whether values would change a pack that is ready."""
        made = self.filtered(lambda pack: pack.state == "done")
        return bool(made) and not is_own(self.env)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_made(self):
        if self.filtered(lambda pack: pack.state != "draft"):
            raise UserError(self.env._("Packs that were made are kept with their log."))

    @api.model
    def _get_copies(self, partners):
        return self.search(
            [("covered_ids", "in", partners.ids), ("state", "=", "done")]
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_make(self):
        """Make the pack: a small one at once, a large one in the background."""
        self.check_access("write")
        self.env["res.company"].browse(self.company_id.ids).check_access("read")
        # sudo: the check was above; the pack reads the whole ledger of its accounts
        for pack in self.sudo().filtered(lambda p: p.state in ("draft", "failed")):
            pack._get_part_attachments().unlink()
            pack.covered_ids = pack._find_accounts()
            pack.write({"state": "queued", "parts_done": 0, "error": False})
            pack._log("requested", self.env.user)
            if pack._is_small():
                pack._make()
        if self.sudo().filtered(lambda pack: pack.state == "queued"):
            self.env.ref("account_admin.ir_cron_audit_pack").sudo()._trigger()
        return True

    def _is_small(self):
        """Whether it can be made while somebody waits."""
        self.ensure_one()
        if len(self.covered_ids) > AT_ONCE:
            return False
        lines = self.env["account.move.line"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "child_of", self.covered_ids.ids),
                ("account_type", "=", "asset_receivable"),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            limit=AT_ONCE_LINES + 1,
        )
        return lines <= AT_ONCE_LINES

    def action_download(self):
        """The zip; who took it is logged."""
        self.ensure_one()
        if self.state != "done":
            raise UserError(self.env._("%s is not ready yet.", self.name))
        return {
            "type": "ir.actions.act_url",
            "url": f"/account_admin/audit_pack/{self.id}",
            "target": "download",
        }

    def _take(self):
        """Hand the zip out and log it.

        :return: (name, ``ir.attachment``)
        """
        self.ensure_one()
        self.check_access("read")
        if self.state != "done":
            raise UserError(self.env._("%s is not ready yet.", self.name))
        if self.evidence_state == "deleted":
            raise UserError(
                self.env._("%s was deleted after its retention period.", self.name)
            )
        self._log("downloaded", self.env.user)
        # sudo: the field is closed so that every taking is logged, as it just was
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "content"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
        )
        # taken by this, which was logged: the file's own log is for other doors
        return f"{self.name}.zip", as_own(attachment)

    def _log(self, kind, user):
        # sudo: nobody may write the log, the product does
        self.env["account.admin.audit.event"].sudo().create(
            [{"pack_id": pack.id, "kind": kind, "user_id": user.id} for pack in self]
        )

    # ------------------------------------------------------------------
    # MAKING
    # ------------------------------------------------------------------

    @api.model
    def _cron_make(self):
        """Make queued packs, a part a commit; a later call goes on."""
        queued = self.search([("state", "=", "queued")], order="id")
        for pack in queued:
            pack = pack.try_lock_for_update().with_company(pack.company_id)
            if pack and not pack._make(commit=True):
                return

    def _make(self, commit=False):
        """Make the parts that are missing, then the zip.

        :param bool commit: commit each part, in a scheduled action
        :return: whether it is done; otherwise the time was up
        """
        self.ensure_one()
        parts = self._get_parts()
        try:
            for number in range(self.parts_done, len(parts)):
                with undoing(self.env):
                    method, accounts = parts[number]
                    self._keep_part(number, getattr(self, method)(accounts))
                self.parts_done = number + 1
                left = len(parts) - number - 1
                if commit and not self.env["ir.cron"]._commit_progress(
                    1, remaining=left + 1
                ):
                    return False
            with undoing(self.env):
                self._finish()
        except OperationalError:
            raise
        except Exception as error:  # whatever a template or a file can object to
            _logger.info("Audit pack %s: %s", self.id, error)
            self._get_part_attachments().unlink()
            self.write({"state": "failed", "error": str(error)})
        if commit:
            self.env["ir.cron"]._commit_progress()
        return True

    def _keep_part(self, number, files):
        """Keep a part's files until all are there.

        :param files: iterable of (path, bytes)
        """
        buffer, taken = io.BytesIO(), set()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
            for path, content in files:
                path = _free_path(path, taken)
                taken.add(path)
                target.writestr(path, content)
        self._get_part_attachments(number).unlink()
        as_own(self.env["ir.attachment"]).create(
            {
                "name": f"part {number}",
                "raw": buffer.getvalue(),
                "res_model": self._name,
                "res_field": "content",
                "res_id": -self.id,
            }
        )

    def _get_part_attachments(self, number=None):
        """Kept parts, under the negative id so that they are not the pack's file."""
        domain = [
            ("res_model", "=", self._name),
            ("res_field", "=", "content"),
            ("res_id", "=", -self.id),
        ]
        if number is not None:
            domain.append(("name", "=", f"part {number}"))
        return self.env["ir.attachment"].search(domain, order="id")

    def _finish(self):
        """Put the parts into one zip with a manifest of every file's SHA-256."""
        kept, sums = self._get_part_attachments(), {}
        # on disk: beside the parts, the zip would be in memory twice
        with tempfile.TemporaryFile() as file:
            self._merge_parts(kept.sorted("id"), file, sums)
            file.seek(0)
            content = file.read()
        file = as_own(self.env["ir.attachment"]).create(
            {
                "name": "content",
                "raw": content,
                "mimetype": "application/zip",
                "res_model": self._name,
                "res_field": "content",
                "res_id": self.id,
            }
        )
        kept.unlink()
        self.write(
            {
                "state": "done",
                "file_count": len(sums),
                "size": len(content),
                "checksum": hash_of(content),
                "made_on": fields.Datetime.now(),
            }
        )
        self.env["account.admin.evidence"]._seal([(self, file, None)])
        self._log("made", self.create_uid)

    def _merge_parts(self, kept, file, sums):
        """Write the files of all parts and the manifest into a zip.

        :param dict sums: filled with path -> (SHA-256, bytes)
        """
        said = []
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
            for part in kept:
                with zipfile.ZipFile(io.BytesIO(bytes_of(part))) as source:
                    for name in source.namelist():
                        content = source.read(name)
                        path = _free_path(name, sums)
                        sums[path] = (hash_of(content), len(content))
                        target.writestr(path, content)
                        if name.startswith("evidence/evidence"):
                            said += list(csv.DictReader(io.StringIO(content.decode())))
            path = "verify.py"
            content = file_open("account_admin/data/reporting/verify.py", "rb").read()
            sums[path] = (hash_of(content), len(content))
            target.writestr(path, content)
            target.writestr("SHA256SUMS", format_sums(sums))
            target.writestr("README.txt", self._get_readme(sums, said))

    def _tell_evidence(self, said):
        """In words, whether what left still is what it was.

        :param said: rows of the lists of evidence
        """
        changed = [row for row in said if row["state"] == "changed"]
        if not changed:
            return self.env._(
                "Evidence: none of %s messages and files was changed since it left.\n",
                len(said),
            )
        return self.env._(
            "CHANGED SINCE SENT: %(count)s of %(all)s messages and files are not what"
            " left:\n%(list)s\n",
            count=len(changed),
            all=len(said),
            list="\n".join(f"- {row['of']}: {row['evidence']}" for row in changed),
        )

    def _get_readme(self, sums, said):
        """What the zip holds, for who opens it.

        :param said: rows of the lists of evidence
        """
        return self._tell_evidence(said) + self.env._(
            "Audit pack of %(company)s, %(start)s to %(end)s\n"
            "%(accounts)s accounts, %(files)s files, made for %(user)s\n\n"
            "statements/      what each account was sent or owes, with every movement\n"
            "open_items/      open items at both ends, tied to the general ledger\n"
            "reconciliation/  opening balance, movements and closing balance of each"
            " account\n"
            "invoices/        invoices and credit notes of the period that have a PDF\n"
            "collections/     events, approvals and notices as they were sent, and the"
            " chain of events\n"
            "evidence/        every message and file that left, beside its SHA-256 of"
            " that moment\n"
            "verify.py        checks all of it offline: python3 verify.py\n"
            "SHA256SUMS       the checksum of each file: sha256sum -c SHA256SUMS\n",
            company=self.company_id.name,
            start=format_date(self.env, self.date_from),
            end=format_date(self.env, self.date_to),
            accounts=len(self.covered_ids),
            files=len(sums),
            user=self.create_uid.name,
        )


def _free_path(path, taken):
    """A path that no other file has."""
    stem, dot, suffix = path.rpartition(".")
    found, number = path, 1
    while found in taken:
        number += 1
        found = f"{stem} ({number}){dot}{suffix}"
    return found


def format_sums(sums):
    """The manifest in the form that ``sha256sum -c`` reads."""
    return "".join(f"{checksum}  {path}\n" for path, (checksum, _size) in sums.items())
