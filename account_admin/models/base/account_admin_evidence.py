"""What left stays what it was: the hash of each message and file, kept as it left.

A sealed message or file is closed to everybody, whoever calls and however: the guards
of ``mail.message``, ``mail.mail`` and ``ir.attachment`` ask :func:`is_own`, which no
call from outside can answer. The database keeps the rest: nothing that evidence refers
to can be deleted, not by a cascade either.
"""

import hashlib
import json
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .bulk import insert_rows

#: In a context: the product itself writes. An object, so that no call by RPC has it.
_OWN, _KEY = object(), "account_admin_own"

STATES = [
    ("none", "Nothing kept"),
    ("intact", "Intact"),
    ("anonymised", "Anonymised"),
    ("deleted", "Deleted after its retention period"),
    ("changed", "Changed since sent"),
]
#: The worst of what a record has is what it shows.
_GRAVITY = [name for name, _label in STATES]


def as_own(records):
    """These records, for a write of the product to what is closed to everybody."""
    return records.with_context(**{_KEY: _OWN})


def is_own(env):
    """Whether the product itself writes: ``sudo`` is not enough, nor is a context."""
    return env.context.get(_KEY) is _OWN


def not_own(records):
    """The same records for what follows a write, such as rules that people made."""
    return records.with_context(**{_KEY: None})


def hash_of(content):
    """SHA-256 of bytes as text."""
    return hashlib.sha256(content).hexdigest()


def bytes_of(file):
    """What a file holds; a form's context asks Odoo for its size instead."""
    return file.with_context(bin_size=False, bin_size_raw=False).raw or b""


def differs(record, vals, names):
    """Those of some fields that values would change on a record.

    :param names: fields of scalars and many2one
    """
    return [
        name
        for name in names
        if name in vals
        and (record._fields[name].convert_to_write(record[name], record) or False)
        != (vals[name] or False)
    ]


class AccountAdminEvidence(models.Model):
    """A message or file that left, with its hash of that moment."""

    _name = "account.admin.evidence"
    _description = "Evidence"
    _order = "id desc"

    name = fields.Char(
        required=True, help="The subject of the message, or the name of the file."
    )
    res_model = fields.Char(
        string="Of Model", required=True, help="What kind of record it belongs to."
    )
    res_id = fields.Many2oneReference(
        string="Of",
        model_field="res_model",
        required=True,
        help="The record it belongs to.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Account",
        index="btree_not_null",
        ondelete="restrict",
    )
    message_id = fields.Many2one(comodel_name="mail.message", ondelete="restrict")
    attachment_id = fields.Many2one(comodel_name="ir.attachment", ondelete="restrict")
    recipients = fields.Char(help="The addresses that the message went to.")
    sha256 = fields.Char(string="SHA-256", required=True, help="Taken when it left.")
    sealed_on = fields.Datetime(
        string="Left On",
        required=True,
        help="When it left; from then on it is closed to everybody.",
    )
    gone_on = fields.Datetime(
        string="Emptied On", help="When its content was taken away."
    )
    gone_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Emptied By",
        ondelete="restrict",
        help="Who took its content away.",
    )
    gone_why = fields.Selection(
        selection=[state for state in STATES if state[0] in ("anonymised", "deleted")],
        string="Emptied Because",
        help="Because a person was anonymised, or its retention period was over.",
    )
    state = fields.Selection(
        selection=STATES,
        compute="_compute_state",
        help="Intact: it still is what left. Changed: somebody changed it beside the"
        " app.",
    )

    _message_uniq = models.UniqueIndex(
        "(message_id) WHERE message_id IS NOT NULL", "A message is sealed once."
    )
    _attachment_uniq = models.UniqueIndex(
        "(attachment_id) WHERE attachment_id IS NOT NULL", "A file is sealed once."
    )
    _owner_idx = models.Index("(res_model, res_id)")

    @api.depends("sha256", "gone_on")
    def _compute_state(self):
        states = self.sudo()._judge()
        for evidence in self:
            evidence.state = states[evidence.id]

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("Evidence is kept by the product alone."))

    def write(self, vals):
        if not is_own(self.env):
            raise UserError(self.env._("Evidence is never changed."))
        return super(AccountAdminEvidence, not_own(self)).write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Evidence is never deleted."))

    # ------------------------------------------------------------------
    # SEALING
    # ------------------------------------------------------------------

    @api.model
    def _seal(self, owners):
        """Keep what leaves: from now on it is closed.

        :param owners: list of (the record it belongs to, ``mail.message`` or
            ``ir.attachment``, addresses that a message goes to)
        :return: the evidence that is new
        """
        things = []
        for owner, thing, recipients in owners:
            things.append((owner, thing, recipients))
            if thing._name == "mail.message":
                things += [(owner, file, None) for file in thing.attachment_ids]
        known, rows = self._find_sealed([thing for _, thing, _ in things]), {}
        now = fields.Datetime.now()
        for owner, thing, recipients in things:
            if thing not in known and thing not in rows:
                rows[thing] = self._prepare_row(owner, thing, recipients, now)
        # sudo: nobody keeps evidence by hand, the product does
        return insert_rows(self.sudo(), list(rows.values()))

    @api.model
    def _prepare_row(self, owner, thing, recipients, now):
        is_message = thing._name == "mail.message"
        content = (
            self._get_canonical(thing, recipients) if is_message else bytes_of(thing)
        )
        partner = owner.partner_id if "partner_id" in owner else None
        return {
            "name": (thing.subject if is_message else thing.name)
            or owner.display_name
            or owner._description,
            "res_model": owner._name,
            "res_id": owner.id,
            "company_id": owner.company_id.id,
            "partner_id": partner.id if partner else None,
            "message_id": thing.id if is_message else None,
            "attachment_id": None if is_message else thing.id,
            "recipients": recipients or None,
            "sha256": hash_of(content),
            "sealed_on": now,
        }

    @api.model
    def _find_sealed(self, things):
        """Those of some messages and files that are sealed: dict thing -> evidence."""
        found = {}
        by_model = defaultdict(set)
        for thing in things:
            by_model[thing._name].update(thing.ids)
        names = {"mail.message": "message_id", "ir.attachment": "attachment_id"}
        for model, ids in by_model.items():
            # sudo: whoever asks, what is sealed is closed
            sealed = self.sudo().search([(names[model], "in", list(ids))])
            found |= {one[names[model]]: one for one in sealed}
        return found

    @api.model
    def _find_going(self, things):
        """Those of some messages or files that are on their way to a mail server.

        Their hash is taken when they have left: until then nobody changes them.
        """
        # sudo: whoever asks, what is on its way is closed
        messages = things = things.sudo()
        if things._name == "ir.attachment":
            messages = self.env["mail.message"].sudo()
            messages = messages.search([("attachment_ids", "in", things.ids)])
        if not messages:
            return things.browse()
        found = messages.browse()
        for kind in get_kinds(self.env):
            found |= kind.sudo()._get_going(messages)
        return things & (found if messages is things else found.attachment_ids)

    @api.model
    def _get_canonical(self, message, recipients):
        """A message as the bytes that are hashed: JSON that anybody can read.

        :param recipients: the addresses it went to
        """
        return json.dumps(
            {
                "from": message.email_from or "",
                "to": recipients or "",
                "date": str(message.date),
                "message_id": message.message_id or "",
                "subject": message.subject or "",
                "body": str(message.body or ""),
                "attachments": [
                    [file.name, hash_of(bytes_of(file))]
                    for file in message.attachment_ids.sorted("id")
                ],
            },
            ensure_ascii=False,
            indent=1,
        ).encode()

    # ------------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------------

    def _get_content(self):
        """The bytes as they are now.

        :return: bytes, ``None`` where nothing is left
        """
        self.ensure_one()
        if self.message_id:
            return self._get_canonical(self.message_id, self.recipients)
        return bytes_of(self.attachment_id) if self.attachment_id else None

    def _judge(self):
        """Whether each still is what left: dict id -> state."""
        states = {}
        for evidence in self:
            if evidence.gone_on:
                states[evidence.id] = evidence.gone_why
                continue
            content = evidence._get_content()
            same = content is not None and hash_of(content) == evidence.sha256
            states[evidence.id] = "intact" if same else "changed"
        return states

    @api.model
    def _get_of(self, records):
        """The evidence of some records: dict id of record -> evidence, oldest first."""
        # sudo: whoever reads a record reads whether it still is what left
        found = self.sudo().search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids)],
            order="id",
        )
        return found.grouped("res_id")

    def _tell(self, states):
        """State and sentence of what belongs to one record.

        :param dict states: of :meth:`_judge`
        """
        if not self:
            return "none", False
        worst = max(self, key=lambda one: _GRAVITY.index(states[one.id]))
        state = states[worst.id]
        changed = self.filtered(lambda one: states[one.id] == "changed")
        if state == "changed":
            names = ", ".join(changed.mapped("name"))
            return state, self.env._("Changed since sent: %s", names)
        day = format_date(self.env, worst.gone_on)
        if state == "anonymised":
            return state, self.env._(
                "Anonymised on %(day)s, by %(user)s",
                day=day,
                user=worst.gone_by_id.name,
            )
        if state == "deleted":
            return state, self.env._("Deleted on %s after its retention period", day)
        return state, self.env._("Intact: as it was sent")

    def _prepare_pack_row(self, path, states):
        """What an audit pack's list says of it.

        :param str path: of its file in the pack, empty where nothing is left
        :param dict states: of :meth:`_judge`
        """
        self.ensure_one()
        owner = self.env[self.res_model].browse(self.res_id)
        return {
            "number": self.id,
            "path": path,
            "of": f"{owner._description} {owner.display_name}",
            "left_on": self.sealed_on,
            "sha256": self.sha256,
            "state": states[self.id],
            "evidence": self._tell(states)[1],
        }

    # ------------------------------------------------------------------
    # THE CLOSED DOOR
    # ------------------------------------------------------------------

    @api.model
    def _refuse(self, things, operation="write"):
        """Refuse a change of what is sealed or on its way.

        :param things: ``mail.message`` or ``ir.attachment``
        :param str operation: what is tried; who may not hears nothing of what it is
        :raise UserError: naming what it is and the day it left
        """
        if is_own(self.env) or not things:
            return
        for thing, evidence in self._find_sealed(things).items():
            thing.with_env(self.env).check_access(operation)
            raise UserError(
                self.env._(
                    "“%(name)s” left on %(day)s and is kept as evidence: it is neither"
                    " changed nor deleted.",
                    name=evidence.name,
                    day=format_date(self.env, evidence.sealed_on),
                )
            )
        for thing in self._find_going(things):
            thing.with_env(self.env).check_access(operation)
            raise UserError(
                self.env._(
                    "“%s” is on its way to the mail server: it is neither changed nor"
                    " deleted.",
                    thing.display_name,
                )
            )


def get_kinds(env):
    """The models whose records leave evidence, each as an empty recordset."""
    names = env.registry.descendants(["account.admin.evidence.mixin"], "_inherit")
    return [env[name] for name in sorted(names) if not env[name]._abstract]


class AccountAdminEvidenceMixin(models.AbstractModel):
    """Records whose messages and files are evidence once they left.

    What a model has to say of itself to those who look after evidence stands here.
    """

    _name = "account.admin.evidence.mixin"
    _description = "Record With Evidence"

    #: Setting of a company: how many months what these sent is kept.
    _evidence_period = None
    #: Field with the addresses it went to, beside the account.
    _evidence_address = None
    #: Whether the product alone puts files beside these records.
    _evidence_files_kept = False
    #: Fields whose file is sealed once it came in or left.
    _evidence_fields = ()

    evidence_state = fields.Selection(selection=STATES, compute="_compute_evidence")
    evidence = fields.Char(
        compute="_compute_evidence",
        help="Whether what left still is what it was, by its SHA-256 of that moment.",
    )

    def _compute_evidence(self):
        found = self.env["account.admin.evidence"]._get_of(self)
        nothing = self.env["account.admin.evidence"].sudo()
        for record in self:
            mine = found.get(record.id, nothing)
            record.evidence_state, record.evidence = mine._tell(mine._judge())

    @api.model
    def _get_going(self, messages):
        """Those of some messages that these are handing to a mail server."""
        return messages.browse()

    @api.model
    def _get_concerned(self, partners):
        """The records that were sent to some contacts, or came from them."""
        names = {"contact_id", "partner_id"} & set(self._fields)
        return self.search(
            Domain.OR(Domain(name, "in", partners.ids) for name in sorted(names))
        )

    @api.model
    def _get_copies(self, partners):
        """The records that hold copies of what others sent to some contacts.

        They stay as they are and go with their own retention period.
        """
        return self.browse()

    @api.model
    def _lose_files(self, files):
        """Forget files that are deleted for good."""

    @api.model
    def _bounce(self, message, addresses):
        """Hear that a message came back from some addresses."""

    def _forget_person(self, gone):
        """Take out of these what names a person beside the messages and files.

        :param str gone: what takes the place of a name
        """
        if self._evidence_address:
            as_own(self).write({self._evidence_address: False})
