"""Handing mails over to a mail server, and knowing of each what became of it.

A server may hang up at any word. What it had not been given yet has not left; what it
was given whole without an answer may have; only what it refuses by its recipient or its
content is that mail's own trouble.
"""

import logging
import smtplib
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from odoo.tools.mail import email_normalize

_logger = logging.getLogger(__name__)

#: Keeps our mails out of the general mail queue, which would send them twice.
RESERVED = datetime(9999, 1, 1)
#: Key of the context that carries a :class:`SmtpLog` to the mail server.
LOG = "account_admin_smtp_log"
#: The server is closing: it says nothing of the mail.
CLOSING = 421
_BAD_ADDRESS = ("mail_email_invalid", "mail_email_missing")


@dataclass
class SmtpLog:
    """What mail servers answered, by message id.

    :param set begun: whose text was being given over when no answer came
    :param set accepted: whose text was taken
    :param dict errors: message id -> what stopped it
    :param dict refused: message id -> recipients refused while others were not
    """

    begun: set = field(default_factory=set)
    accepted: set = field(default_factory=set)
    errors: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)

    @contextmanager
    def watching(self, message_id, session):
        """Note what a session says to one message.

        :param session: ``smtplib.SMTP``
        """
        give, send = session.data, session.sendmail

        def watched_give(text):
            self.begun.add(message_id)
            try:
                answer = give(text)
            except smtplib.SMTPResponseException:
                self.begun.discard(message_id)
                raise
            self.begun.discard(message_id)
            if answer[0] == 250:
                self.accepted.add(message_id)
            return answer

        def watched_send(*args, **kwargs):
            self.refused[message_id] = refused = send(*args, **kwargs)
            return refused

        session.data, session.sendmail = watched_give, watched_send
        try:
            yield
        except Exception as error:
            # Odoo words it anew: what happened is behind it
            self.errors[message_id] = error.__context__ or error
            raise
        finally:
            del session.data, session.sendmail


@dataclass
class Outcome:
    """What became of some mails: recordsets of ``mail.mail``, and sentences of each.

    :param sent: taken by the server
    :param in_doubt: may have left
    :param bad: without a valid address
    :param refused: not taken because of their recipient or content
    :param waiting: not their own trouble, to be tried again
    :param dict reasons: mail -> why it was not taken
    :param dict dropped: mail that was taken -> addresses that were refused
    """

    sent: object
    in_doubt: object
    bad: object
    refused: object
    waiting: object
    reasons: dict
    dropped: dict


def transmit(mails):
    """Send mails in order, each committed as it leaves.

    A server that closes after so many is called again; one that hangs up on a text is
    left alone with the rest.

    :param mails: outgoing ``mail.mail`` that are reserved for the product
    :rtype: Outcome
    """
    log = SmtpLog()
    mails = mails.sorted("id").with_context(**{LOG: log})
    left, error = mails, None
    while left:
        try:
            left.send(auto_commit=True)
            break
        except (OSError, smtplib.SMTPException) as hung_up:
            # each mail is committed as it leaves: the others are as they were
            mails.env.cr.rollback()
            error = hung_up
            _logger.info("The mail server hung up: %s", error)
        rest = left.filtered(
            lambda mail: mail.state == "outgoing"
            and mail.message_id not in log.accepted
        )
        if log.begun or len(rest) == len(left):
            break
        left = rest
    return read_outcome(mails, log, error)


def read_outcome(mails, log=None, error=None):
    """What became of mails that a server was given.

    :param SmtpLog log: of the sending, if it is known
    :param error: what cut it off
    :rtype: Outcome
    """
    log, none = log or SmtpLog(), mails.browse()
    outcome = Outcome(none, none, none, none, none, {}, {})
    for mail in mails:
        kind = _classify(mail, log)
        setattr(outcome, kind, getattr(outcome, kind) | mail)
        said = log.errors.get(mail.message_id)
        outcome.reasons[mail] = (
            _describe(said) if said else mail.failure_reason or str(error or "")
        )
        refused = {
            email_normalize(a) or a for a in log.refused.get(mail.message_id, ())
        }
        if kind == "sent" and refused:
            outcome.dropped[mail] = refused
    taken = outcome.sent.filtered(lambda mail: mail.state != "sent")
    taken.write({"state": "sent", "failure_type": False, "failure_reason": False})
    return outcome


def _classify(mail, log):
    """The field of :class:`Outcome` that a mail belongs to."""
    if mail.state == "sent" or mail.message_id in log.accepted:
        return "sent"
    if mail.message_id in log.begun:
        return "in_doubt"
    if mail.state == "outgoing":
        return "waiting"
    if mail.failure_type in _BAD_ADDRESS:
        return "bad"
    return (
        "refused" if _is_refusal(mail, log.errors.get(mail.message_id)) else "waiting"
    )


def _is_refusal(mail, error):
    """Whether what stopped a mail is about this mail, not about the server."""
    if error is None:
        # what was given to a session has a type of failure from the start
        return bool(mail.failure_type)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code != CLOSING for code, _said in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return error.smtp_code != CLOSING
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return True
    return not isinstance(error, (OSError, smtplib.SMTPException))


def _describe(error):
    """What a server said, in one line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = {_decode(text) for _code, text in error.recipients.values()}
        return "; ".join(sorted(said))
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decode(error.smtp_error)}"
    return str(error)


def _decode(text):
    return text.decode(errors="replace") if isinstance(text, bytes) else str(text)
