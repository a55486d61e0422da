"""No other door: what is under change control changes by an approved request alone.

The guard stands where Odoo writes, below every override, so that forms, imports, RPC,
server actions, the portal and code with all rights meet it alike. What an approved
request applies carries an object of a private class, which no client can send.
"""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError

_KEY = "account_admin_applying"
#: What follows a record around and is nobody's data.
_LOOSE = ("message_", "activity_", "my_activity_", "rating_", "website_message_")


@dataclass(frozen=True)
class _Applying:
    """In a context: fields that an approved request is about to write.

    :param cells: frozenset of (model, id or None for a new record, field)
    """

    cells: frozenset


def as_applied(records, cells):
    """These records, for what an approved request writes.

    :param cells: iterable of (model, id or None for a new record, field)
    """
    return records.with_context(**{_KEY: _Applying(frozenset(cells))})


def is_applied(records, cell):
    """Whether an approved request writes a cell right now."""
    applying = records.env.context.get(_KEY)
    return type(applying) is _Applying and cell in applying.cells


def is_same(record, name, value):
    """Whether a value that is written is what a record has already."""
    field = record._fields[name]
    cached = field.convert_to_cache(value, record, validate=False)
    new, old = field.convert_to_record(cached, record), record[name]
    return new == old or (not new and not old)


def close_fields(arch, names):
    """Make fields of a form read-only where the record is under change control."""
    closed = "account_admin_is_controlled"
    for node in arch.iter("field"):
        inside = next(node.iterancestors("field"), None) is not None
        readonly = node.get("readonly")
        if node.get("name") not in names or inside or readonly in ("1", "True"):
            continue
        both = f"({readonly}) or {closed}"
        node.set("readonly", closed if readonly in (None, "0", "False") else both)
    arch.append(arch.makeelement("field", {"name": closed, "invisible": "1"}))


class AccountAdminControlledMixin(models.AbstractModel):
    _name = "account.admin.controlled.mixin"
    _description = "Record Under Change Control"

    account_admin_is_controlled = fields.Boolean(
        string="Closed by Change Control",
        compute="_compute_account_admin_is_controlled",
        groups="base.group_user",
        help="Its controlled fields change by an approved request only.",
    )

    def _compute_account_admin_is_controlled(self):
        # sudo: whether a record is closed is told to whoever may read it
        for record, closed in zip(self, self.sudo(), strict=True):
            account = closed._account_admin_controlled_account()
            record.account_admin_is_controlled = account.account_admin_controlled

    # ------------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------------

    def _account_admin_controlled_account(self):
        """The account whose control counts for a record: a commercial partner."""
        raise NotImplementedError

    @api.model
    def _account_admin_controlled_names(self):
        """Fields of the model that only requests change: a frozenset."""
        names = self.env["account.admin.change.field"]._get_controlled(self._name)
        return frozenset(names)

    def _account_admin_is_free(self, _name, _value):
        """Whether writing a value to a closed field of this record changes nothing."""
        return False

    # ------------------------------------------------------------------
    # THE GUARD
    # ------------------------------------------------------------------

    def write(self, vals):
        self._account_admin_check_closed(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_controlled(self):
        # sudo: what is closed is so for everybody
        for record in self.sudo():
            if record._account_admin_keeps() and self.env.registry.ready:
                raise UserError(
                    self.env._(
                        "%s is under change control and cannot be deleted: ask for a"
                        " change that ends the control first.",
                        record.display_name,
                    )
                )

    def _account_admin_keeps(self):
        """Whether a record cannot be deleted because of change control."""
        return self._account_admin_controlled_account().account_admin_controlled

    def _account_admin_check_closed(self, vals):
        """Refuse to change closed fields past a request.

        :raise UserError: naming the account, the fields and what to do instead
        """
        names = self._account_admin_controlled_names() & set(vals)
        # installing and updating modules is the one door that needs none
        if not names or not self.env.registry.ready:
            return
        # sudo: what is closed is so for everybody
        for record in self.sudo():
            account = record._account_admin_controlled_account()
            if not account.account_admin_controlled:
                continue
            closed = [
                name
                for name in sorted(names)
                if not is_same(record, name, vals[name])
                and not record._account_admin_is_free(name, vals[name])
                and not is_applied(self, (self._name, record.id, name))
            ]
            if closed:
                self._account_admin_refuse(account, closed)

    def _account_admin_refuse(self, account, names):
        """:raise UserError: always"""
        labels = [self._fields[n]._description_string(self.env) for n in names]
        raise UserError(
            self.env._(
                "%(account)s is under change control: %(fields)s can only be changed by"
                " an approved request. Use “Ask for a Change” on the account.",
                account=account.display_name,
                fields=", ".join(labels),
            )
        )


class ResPartnerBank(models.Model):
    """Every field of an account's bank details is closed, whatever the list says."""

    _name = "res.partner.bank"
    _inherit = ["res.partner.bank", "account.admin.controlled.mixin"]

    def _account_admin_controlled_account(self):
        return self.partner_id.commercial_partner_id

    @api.model
    def _account_admin_controlled_names(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store
            and (not field.compute or not field.readonly)
            and name not in models.MAGIC_COLUMNS
            and not name.startswith(_LOOSE)
        )

    @api.model_create_multi
    def create(self, vals_list):
        banks = super().create(vals_list)
        if self.env.registry.ready:
            banks._account_admin_check_added()
        return banks

    def write(self, vals):
        # Odoo renames the holder along with the account, which is no bank detail that
        # anybody approved
        if set(vals) == {"acc_holder_name"} and all(
            is_applied(self, ("res.partner", bank.partner_id.id, "name"))
            for bank in self
        ):
            return True
        result = super().write(vals)
        if "partner_id" in vals and self.env.registry.ready:
            self._account_admin_check_added()
        return result

    def _account_admin_check_added(self):
        """Refuse bank accounts that an account got past a request."""
        # sudo: what is closed is so for everybody
        for bank in self.sudo():
            account = bank._account_admin_controlled_account()
            cell = (self._name, None, f"partner_id={bank.partner_id.id}")
            known = (self._name, bank.id, "partner_id")
            if account.account_admin_controlled and not (
                is_applied(self, cell) or is_applied(self, known)
            ):
                self._account_admin_refuse(account, ["acc_number"])

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            close_fields(arch, self._account_admin_controlled_names())
        return arch, view


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def _find_or_create_bank_account(self):
        """A payment from an unknown account is booked; the account is not kept."""
        # sudo: what is closed is so for everybody
        account = self.partner_id.sudo().commercial_partner_id
        if not account.account_admin_controlled:
            return super()._find_or_create_bank_account()
        banks = self.env["res.partner.bank"].sudo().with_context(active_test=False)
        return banks.search(
            [
                ("acc_number", "=", self.account_number),
                ("partner_id", "=", self.partner_id.id),
            ],
            limit=1,
        ).sudo(False)
