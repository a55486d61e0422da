from odoo import api, models
from odoo.exceptions import UserError

from .account_admin_evidence import (
    bytes_of,
    differs,
    get_kinds,
    hash_of,
    is_own,
    not_own,
)
from .next_odoo import FILE_BASE64, get_written_content

#: What a file is called and where it belongs; its content is compared by its hash.
PLACE = ("name", "res_model", "res_id", "res_field", "type", "url", "mimetype")
CONTENT = ("raw", FILE_BASE64, "db_datas", "store_fname")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        if not is_own(self.env):
            self._check_kept_places(vals_list)
            return super().create(vals_list)
        return super(IrAttachment, not_own(self)).create(vals_list)

    def write(self, vals):
        if is_own(self.env):
            return super(IrAttachment, not_own(self)).write(vals)
        if self._changes_evidence(vals):
            self.env["account.admin.evidence"]._refuse(self)
        if vals.get("res_model") or vals.get("res_id"):
            # sudo: compared only, whoever writes
            self._check_kept_places(
                [
                    {"res_model": file.res_model, "res_id": file.res_id, **vals}
                    for file in self.sudo()
                    if differs(file, vals, ("res_model", "res_id"))
                ]
            )
        return super().write(vals)

    def unlink(self):
        self.env["account.admin.evidence"]._refuse(self, "unlink")
        return super().unlink()

    @api.model
    def _check_kept_places(self, vals_list):
        """Nobody puts a file beside those that the product keeps as evidence.

        :raise UserError: naming the kind of record
        """
        placed = [vals for vals in vals_list if vals.get("res_id")]
        if not placed:
            return
        kinds = {kind._name: kind for kind in get_kinds(self.env)}
        for vals in placed:
            model = vals.get("res_model")
            kind = kinds.get(model)
            if kind is not None and (
                kind._evidence_files_kept or self._is_sealed_field(kind, vals)
            ):
                # not its name: whoever tries this may not be allowed to read it
                raise UserError(
                    self.env._(
                        "Files of a %(kind)s (number %(number)s) are made by the"
                        " product alone: add yours elsewhere.",
                        kind=self.env[model]._description,
                        number=abs(vals["res_id"]),
                    )
                )

    @api.model
    def _is_sealed_field(self, kind, vals):
        """Whether a file would take the place of a sealed one in a field."""
        if vals.get("res_field") not in kind._evidence_fields:
            return False
        # sudo: whoever asks, what is sealed is closed
        return bool(
            self.env["account.admin.evidence"]
            .sudo()
            .search_count(
                [("res_model", "=", kind._name), ("res_id", "=", vals["res_id"])],
                limit=1,
            )
        )

    def _changes_evidence(self, vals):
        """Whether values would change what a file is."""
        # sudo: compared only, whoever writes
        files = self.sudo()
        if any(differs(file, vals, PLACE) for file in files):
            return True
        if not any(name in vals for name in CONTENT):
            return False
        if set(CONTENT) & set(vals) <= {"raw", FILE_BASE64}:
            # Odoo writes the same content anew where files move to another store
            try:
                new = get_written_content(vals)
            except ValueError:
                # not even a file: Odoo says so, where it may be written at all
                return True
            new = new.encode() if isinstance(new, str) else new
            return any(hash_of(bytes_of(file)) != hash_of(new) for file in files)
        return True
