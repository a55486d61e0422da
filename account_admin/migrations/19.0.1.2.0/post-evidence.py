"""What was sent before is closed from now on; disputes and promises keep numbers."""

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

#: Records whose messages and files are read and hashed together.
BATCH = 200


def migrate(cr, version):
    cr.execute(
        """UPDATE collections_dispute dispute SET move_name = move.name
             FROM account_move move
            WHERE move.id = dispute.move_id AND dispute.move_name IS NULL"""
    )
    cr.execute(
        """UPDATE collections_promise promise SET move_names = named.names
             FROM (SELECT rel.promise_id, string_agg(move.name, ', ') AS names
                     FROM collections_promise_move_rel rel
                     JOIN account_move move ON move.id = rel.move_id
                    GROUP BY rel.promise_id) named
            WHERE named.promise_id = promise.id AND promise.move_names IS NULL"""
    )
    env = api.Environment(cr, SUPERUSER_ID, {})
    _seal(env, "collections.notice", [("state", "=", "sent")], _of_notice)
    domain = [("state", "in", ("sent", "printed"))]
    _seal(env, "collections.statement", domain, _of_statement)
    _seal(env, "licensing.import", [("state", "=", "submitted")], _of_import)
    _seal(env, "account.admin.audit.pack", [("state", "=", "done")], _of_pack)


def _seal(env, model, domain, find):
    """Hash what records have now: earlier changes can no longer be told."""
    ids = env[model].search(domain, order="id").ids
    for batch in split_every(BATCH, ids, list):
        records = env[model].browse(batch)
        owners = [owner for record in records for owner in find(record)]
        env["account.admin.evidence"]._seal([one for one in owners if one[1]])
        env.flush_all()
        env.invalidate_all()


def _files(record, field=False):
    return record.env["ir.attachment"].search(
        [
            ("res_model", "=", record._name),
            ("res_id", "=", record.id),
            ("res_field", "=", field),
        ]
    )


def _of_notice(notice):
    yield notice, notice.message_id, notice.email
    for file in _files(notice):
        yield notice, file, None


def _of_statement(statement):
    yield statement, statement.attachment_id, None
    yield statement, statement.mail_id.mail_message_id, statement.email


def _of_import(report):
    yield report, report._get_file(), None


def _of_pack(pack):
    for file in _files(pack, "content"):
        yield pack, file, None
