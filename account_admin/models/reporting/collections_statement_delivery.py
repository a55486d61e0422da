"""Delivering statements: address, render together, hand over to mail, portal, print."""

from datetime import timedelta

from odoo import Command, api, fields, models

from ..base.envelope import get_addresses, set_recipients
from ..base.isolation import apply_isolated, describe
from ..base.transmission import RESERVED, SmtpLog, read_outcome, transmit

#: Statements rendered by one call of the PDF renderer.
BATCH = 50


class CollectionsStatement(models.Model):
    _inherit = "collections.statement"

    is_given = fields.Boolean(
        readonly=True, help="Its mail is with the mail server right now."
    )

    def _set_contacts(self):
        """Choose anew whom each statement goes to; what has no address fails."""
        for channel, same in self.grouped("channel").items():
            vals = self._get_address_vals(same.partner_id, channel)
            for statement in same:
                statement.write(vals[statement.partner_id])

    @api.model
    def _get_address_vals(self, partners, channel):
        """Whom statements go to on a channel, or why they cannot.

        :return: dict partner -> values of contact_id, email, state and reason
        """
        by = "letter" if channel == "letter" else "email"
        role = self.env["account.admin.contact.role"]
        contacts = partners._collections_get_contacts(role, by)
        addresses, dead = {}, role.browse()
        if by == "email":
            everybody = partners.browse().union(*contacts.values())
            addresses, dead = everybody._collections_get_alive()
        readers = (
            partners._collections_get_portal_readers() if channel == "portal" else set()
        )
        return {
            partner: {
                "contact_id": contacts[partner.id].id or None,
                "email": ", ".join(addresses.get(contacts[partner.id], ())) or None,
                **self._get_readiness(
                    partner, channel, contacts[partner.id], partner.id in readers, dead
                ),
            }
            for partner in partners
        }

    @api.model
    def _get_readiness(self, partner, channel, contact, can_read, dead=()):
        """State and reason of a statement before anything is sent."""
        if channel == "email" and contact in dead:
            reason = self.env._(
                "The last mail to %s came back: correct the address, or send this one"
                " by itself.",
                contact.email,
            )
            return {"state": "failed", "reason": reason}
        if channel == "none":
            reason = self.env._("This account wants no statements.")
            return {"state": "skipped", "reason": reason}
        if can_read or (contact and channel != "portal"):
            return {"state": "queued", "reason": None}
        name = partner.display_name
        if channel == "portal":
            reason = self.env._(
                "Nobody of %s has a login to the portal: invite them or send a mail.",
                name,
            )
        elif channel == "email":
            reason = self.env._(
                "%s has no email address: add one or send a letter.", name
            )
        else:
            reason = self.env._(
                "%s has no postal address: add one or send a mail.", name
            )
        return {"state": "failed", "reason": reason}

    def _fail(self, reasons):
        """:param dict reasons: statement -> sentence that says what to do"""
        for reason, same in self.grouped(reasons.get).items():
            same.write({"state": "failed", "reason": reason})

    def _deliver_isolated(self):
        """Deliver together; if that fails, one at a time, and say which could not."""

        def fail(statement, error):
            sentence = self.env._(
                "The statement of %(account)s could not be made: %(error)s",
                account=statement.partner_id.display_name,
                error=describe(error),
            )
            statement._fail({statement: sentence})

        queued = self.filtered(lambda statement: statement.state == "queued")
        apply_isolated(self.env, queued, lambda part: part._deliver(), fail)

    def _deliver(self):
        """Render the files and hand them over."""
        today = {company: company._collections_today() for company in self.company_id}
        self._attach_files()
        emails = self.filtered(lambda statement: statement.channel == "email")
        if emails:
            emails._queue_mails()
        for (company, channel), same in self.grouped(
            lambda s: (s.company_id, s.channel)
        ).items():
            # a mail has left once a server took it
            state = {"letter": "printed", "email": "sending"}.get(channel, "sent")
            same.write({"state": state, "sent_on": today[company], "reason": False})
        (self - emails)._seal()

    def _seal(self):
        """What left, or may have, is closed from now on."""
        left = [(statement, statement.attachment_id, None) for statement in self]
        left += [
            (statement, statement.mail_id.mail_message_id, statement.email)
            for statement in self
            if statement.channel == "email"
        ]
        self.env["account.admin.evidence"]._seal(left)

    def _attach_files(self):
        """Keep each statement's PDF, rendered together, as an attachment of its own."""
        files = self._render_files()
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{statement.display_name}.pdf",
                    "raw": files[statement.id],
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": statement.id,
                }
                for statement in self
            ]
        )
        for statement, attachment in zip(self, attachments, strict=True):
            statement.attachment_id = attachment

    def _render_files(self):
        """The PDF of each statement: dict id -> bytes."""
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        streams = report._render_qweb_pdf_prepare_streams(
            "account_admin.action_report_statement", {}, res_ids=self.ids
        )
        if set(streams) != set(self.ids):
            # the pages could not be told apart: a call each
            return {
                statement.id: report._render_qweb_pdf(
                    "account_admin.action_report_statement", statement.ids
                )[0]
                for statement in self
            }
        return {key: found["stream"].getvalue() for key, found in streams.items()}

    def _queue_mails(self):
        """Make the mails; the scheduled action hands them over once this is committed.

        Not Odoo's mail queue: it sends again what a server took without an answer.
        """
        template = self.env.ref("account_admin.mail_template_statement")
        mails = template.send_mail_batch(
            self.ids, email_values={"scheduled_date": RESERVED, "auto_delete": False}
        )
        by_id = {statement.id: statement for statement in self}
        # one write a mail: each takes its own file
        for mail in mails:
            statement = by_id[mail.res_id]
            mail.attachment_ids = [Command.link(statement.attachment_id.id)]
            set_recipients(mail, statement.contact_id, get_addresses(statement.email))
            statement.mail_id = mail
        self.env["collections.statement.run"]._trigger()

    # ------------------------------------------------------------------
    # MAIL SERVER
    # ------------------------------------------------------------------

    @api.model
    def _transmit_all(self):
        """Hand over what is on its way; runs in one worker at a time.

        Whose mails were with a server when a worker died is a person's matter, the
        others go again.
        """
        given = self.search([("state", "=", "sending"), ("is_given", "=", True)])
        given._settle_outcome(read_outcome(given.mail_id, given._get_cut_off()))
        seen = self.browse()
        while batch := self.search(
            [("state", "=", "sending"), ("id", "not in", seen.ids)],
            limit=BATCH,
            order="id",
        ):
            seen |= batch
            batch.is_given = True
            left = self.env["ir.cron"]._commit_progress(remaining=len(batch))
            batch._settle_outcome(transmit(batch.mail_id))
            if not self.env["ir.cron"]._commit_progress(len(batch)) or not left:
                break

    def _get_cut_off(self):
        """What is known of mails that a worker which died was sending.

        :rtype: SmtpLog
        """
        outgoing = self.mail_id.filtered(lambda mail: mail.state == "outgoing")
        senders = outgoing.sorted("id").grouped("email_from")
        return SmtpLog(begun={mails[0].message_id for mails in senders.values()})

    def _settle_outcome(self, outcome):
        """Settle statements by what became of their mails."""
        by_mail = {statement.mail_id: statement for statement in self}
        self.is_given = False
        self.browse([by_mail[mail].id for mail in outcome.sent]).state = "sent"
        left = outcome.sent | outcome.in_doubt
        self.browse([by_mail[mail].id for mail in left])._seal()
        for addresses in outcome.dropped.values():
            self.env["account.admin.bounce"]._note(set(addresses))
        outcome.in_doubt.state = "cancel"
        sentences = {
            by_mail[mail]: self.env._(
                "Sending to %s was cut off: it may have left. Ask, or send it again.",
                by_mail[mail].email,
            )
            for mail in outcome.in_doubt
        } | {
            by_mail[mail]: self.env._(
                "The mail to %(email)s could not be sent: %(error)s",
                email=by_mail[mail].email,
                error=outcome.reasons[mail],
            )
            for mail in outcome.refused | outcome.bad
        }
        self.browse([statement.id for statement in sentences])._fail(sentences)
        if outcome.waiting:
            outcome.waiting.state = "outgoing"
            for mail in outcome.waiting:
                by_mail[mail].reason = outcome.reasons[mail]
            at = fields.Datetime.now() + timedelta(minutes=15)
            self.env["collections.statement.run"]._get_cron().sudo()._trigger(at=at)
