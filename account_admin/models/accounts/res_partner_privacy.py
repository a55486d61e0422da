"""Anonymising a contact: the person goes, what the law wants kept stays."""

import html
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.account_admin_evidence import as_own, get_kinds
from ..base.envelope import get_addresses
from .account_admin_controlled_mixin import as_applied

#: What takes the place of a name or an address in a text.
GONE = "[anonymised]"
#: What a contact is emptied of; country, tax treatment and its entries stay.
EMPTIED = (
    *("email", "phone", "street", "street2", "zip", "city", "vat", "website"),
    *("function", "comment", "image_1920", "company_name", "company_registry"),
)
#: What names a person in texts; shorter words would hit others.
NAMED_BY, SHORTEST = ("name", "phone", "street", "vat", "website"), 3


class ResPartner(models.Model):
    _inherit = "res.partner"

    # ------------------------------------------------------------------
    # DELETION
    # ------------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_collections_history(self):
        """A sentence where the database would only name a foreign key."""
        found = self._find_collections_history()
        if found:
            partner, models_ = next(iter(found.items()))
            names = ", ".join(sorted(self.env[model]._description for model in models_))
            raise UserError(
                self.env._(
                    "%(contact)s has a history (%(history)s) that is kept: archive the"
                    " contact, or anonymise it.",
                    contact=self.browse(partner).display_name,
                    history=names,
                )
            )

    def _find_collections_history(self):
        """What of ours names these contacts: dict partner id -> names of models."""
        self.env.flush_all()
        queries = [
            SQL(
                "SELECT DISTINCT %(column)s, %(model)s FROM %(table)s"
                " WHERE %(column)s = ANY(%(ids)s)",
                column=SQL.identifier(field.name),
                model=model._name,
                table=SQL.identifier(model._table),
                ids=self.ids,
            )
            for model in self._get_collections_models()
            for field in model._fields.values()
            if field.store
            and field.type == "many2one"
            and field.comodel_name == "res.partner"
            and field.ondelete == "restrict"
        ]
        found = {}
        for partner, model in self.env.execute_query(SQL(" UNION ALL ").join(queries)):
            found.setdefault(partner, set()).add(model)
        return found

    @api.model
    def _get_collections_models(self):
        """The add-on's own models that have a table, wizards left out."""
        return [
            model
            for model in self.env.values()
            if model._original_module == "account_admin"
            and model._auto
            and not model._abstract
            and not model._transient
        ]

    # ------------------------------------------------------------------
    # ANONYMISING
    # ------------------------------------------------------------------

    def action_collections_anonymise(self):
        """Ask, with what it would do, before anything is taken away."""
        self._check_may_anonymise()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymise"),
            "res_model": "account.admin.anonymise",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_ids": self.ids},
        }

    def _check_may_anonymise(self):
        if not self.env.user.has_group("account_admin.group_account_admin_manager"):
            raise AccessError(
                self.env._("Contacts are anonymised by administrators alone.")
            )
        self.check_access("write")

    def _collections_anonymise(self):
        """Take these persons, and the contacts below them, out of all that is ours.

        Amounts, days and hashes stay. What was sent to them is emptied and says so.
        """
        self._check_may_anonymise()
        # sudo: the person goes from records of colleagues and companies alike
        people = (
            self.sudo()
            .with_context(active_test=False)
            .search([("id", "child_of", self.ids)])
        )
        people._check_no_login()
        words = people._get_person_words()
        emails = {mail for one in people for mail in get_addresses(one.email)}
        people._collections_empty_sent()
        people._empty_written(emails)
        people._empty_person()
        people._replace_person_words(words)
        self.env["account.admin.bounce"].sudo()._forget(emails)
        self.env["account.admin.privacy.log"]._add(
            {
                "kind": "anonymised",
                "subject": "res.partner",
                "count": len(people),
                "note": ", ".join(f"#{number}" for number in people.ids),
            }
        )

    def _check_no_login(self):
        """:raise UserError: who can log in is no contact to be forgotten yet"""
        users = self.with_context(active_test=False).user_ids
        for user in users.filtered(lambda user: user.active and not user.share):
            raise UserError(
                self.env._(
                    "%s has a login: archive the user first.", user.partner_id.name
                )
            )
        for company in self.env["res.company"].search(
            [("partner_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._("%s is a company of yours: it stays.", company.name)
            )

    def _get_person_words(self):
        """Every text that names these persons."""
        words = {one[name] for one in self for name in NAMED_BY if one[name]}
        words |= {mail for one in self for mail in get_addresses(one.email)}
        words = {word.strip() for word in words if len(word.strip()) >= SHORTEST}
        return words | {html.escape(word) for word in words}

    def _collections_empty_sent(self):
        """Empty what was sent to these persons, and the files they sent."""
        concerned = [kind._get_concerned(self) for kind in get_kinds(self.env)]
        self.env["account.admin.evidence"]._find_of(concerned)._empty("anonymised")
        # what did not leave, or left before evidence was kept, names them, too
        for records in concerned:
            records._forget_person(GONE)

    def _empty_written(self, emails):
        """What these persons wrote about our records, and the files they sent along.

        :param set emails: what they wrote from
        """
        ours = [model._name for model in self._get_collections_models()]
        wrote = Domain("author_id", "in", self.ids)
        wrote |= Domain.OR(Domain("email_from", "ilike", email) for email in emails)
        messages = self.env["mail.message"].search(Domain("model", "in", ours) & wrote)
        files = messages.attachment_ids
        evidence = self.env["account.admin.evidence"]
        sealed = evidence._find_sealed([messages, files]).values()
        evidence.union(*sealed).filtered(lambda one: not one.gone_on)._empty(
            "anonymised"
        )
        as_own(messages).write({"subject": False, "body": GONE})
        files.exists().unlink()

    def _empty_person(self):
        """The contacts themselves, and the logins that they had."""
        users = self.with_context(active_test=False).user_ids
        for user in users:
            user.write({"login": f"anonymised-{user.id}", "active": False})
        quiet = self.with_context(tracking_disable=True, mail_notrack=True)
        for one in quiet:
            vals = {
                **dict.fromkeys(EMPTIED, False),
                "name": self.env._("Anonymised contact %s", one.id),
            }
            account = one.commercial_partner_id
            if account != one and account.account_admin_controlled:
                # the account keeps the address that it shares with the contact
                vals["type"] = "other"
            cells = [(one._name, one.id, name) for name in vals]
            as_applied(one, cells).write(vals)
        self.env.flush_all()

    # ------------------------------------------------------------------
    # FREE TEXT
    # ------------------------------------------------------------------

    def _replace_person_words(self, words):
        """Take names and addresses out of every text of ours."""
        if not words:
            return
        longest = sorted(words, key=len, reverse=True)
        pattern = rf"(?<!\w)({'|'.join(map(re.escape, longest))})(?!\w)"
        for model in self._get_collections_models():
            if not getattr(model, "_has_words", True):
                continue
            names = [
                field.name
                for field in model._fields.values()
                if field.store
                and field.column_type
                and field.type in ("char", "text", "html")
                and not field.translate
            ]
            more = SQL()
            if "anonymised_by_id" in model._fields:
                more = SQL(
                    ", anonymised_on = %s, anonymised_by_id = %s",
                    fields.Datetime.now(),
                    self.env.uid,
                )
            self._replace_in(model._table, names, pattern, more=more)
        self._replace_in_messages(pattern)
        self.env.invalidate_all()

    def _replace_in_messages(self, pattern):
        """The same in the messages, mails and activities of our records."""
        ours = [model._name for model in self._get_collections_models()]
        mine = SQL(
            "(model = ANY(%s) OR model = 'res.partner' AND res_id = ANY(%s))",
            ours,
            self.ids,
        )
        names = (
            *("subject", "body", "email_from", "reply_to"),
            *("incoming_email_to", "incoming_email_cc", "outgoing_email_to"),
        )
        changed = self._replace_in("mail_message", names, pattern, mine)
        touched = self.env["account.admin.evidence"].search(
            [("message_id", "in", changed), ("gone_on", "=", False)]
        )
        touched._mark_gone("anonymised")
        of_mine = SQL(
            "mail_message_id IN (SELECT id FROM mail_message WHERE %s)",
            mine,
        )
        names = ("email_to", "email_cc", "body_html", "headers", "failure_reason")
        self._replace_in("mail_mail", names, pattern, of_mine)
        names = ("mail_email_address", "failure_reason")
        self._replace_in("mail_notification", names, pattern, of_mine)
        names = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")
        self._replace_in("mail_tracking_value", names, pattern, of_mine)
        on_mine = SQL(
            "(res_model = ANY(%s) OR res_model = 'res.partner' AND res_id = ANY(%s))",
            ours,
            self.ids,
        )
        self._replace_in(
            "mail_activity",
            ("res_name", "summary", "note", "feedback"),
            pattern,
            on_mine,
        )
        self._replace_in("mail_scheduled_message", ("subject", "body"), pattern, mine)

    @api.model
    def _replace_in(self, table, names, pattern, where=None, more=None):
        """Replace a pattern in some columns of a table, in one statement.

        :return: ids of the rows that had it
        """
        if not names:
            return []
        columns = [SQL.identifier(name) for name in names]
        rows = self.env.execute_query(
            SQL(
                "UPDATE %(table)s SET %(values)s %(more)s"
                " WHERE (%(found)s) AND %(where)s RETURNING id",
                table=SQL.identifier(table),
                values=SQL(", ").join(
                    SQL(
                        "%s = regexp_replace(%s, %s, %s, 'gi')",
                        column,
                        column,
                        pattern,
                        GONE,
                    )
                    for column in columns
                ),
                found=SQL(" OR ").join(
                    SQL("%s ~* %s", column, pattern) for column in columns
                ),
                where=where or SQL("TRUE"),
                more=more or SQL(),
            )
        )
        return [row_id for (row_id,) in rows]
