"""Calls: what an outcome counts as, when to try again, when to speak next."""

from collections import namedtuple

from ..calendar import add_working_days, roll
from ..days import add_days

#: Tries to reach a role before the next one is asked.
TRIES = 3

#: connected: somebody answered; right_party: who answers for the account did.
Outcome = namedtuple("Outcome", "connected right_party")

UNANSWERED = Outcome(False, False)
SOMEBODY = Outcome(True, False)
RIGHT_PARTY = Outcome(True, True)

OUTCOMES = {
    "no_answer": UNANSWERED,
    "busy": UNANSWERED,
    "voicemail": UNANSWERED,
    "wrong_number": SOMEBODY,
    "gatekeeper": SOMEBODY,
    "promise": RIGHT_PARTY,
    "dispute": RIGHT_PARTY,
    "refused": RIGHT_PARTY,
    "call_back": RIGHT_PARTY,
    "informed": RIGHT_PARTY,
}

Counts = namedtuple("Counts", "dials connects right_party")


def count(outcomes):
    """Dials, connects and right-party contacts of calls that we made."""
    found = [OUTCOMES[outcome] for outcome in outcomes]
    return Counts(
        len(found),
        sum(outcome.connected for outcome in found),
        sum(outcome.right_party for outcome in found),
    )


def get_tries_left(outcomes, tries=TRIES):
    """Tries that a role has left after calls to it, the latest last.

    Whoever was spoken with starts the count anew.
    """
    used = 0
    for outcome in outcomes:
        used = 0 if OUTCOMES[outcome].right_party else used + 1
    return max(tries - used, 0)


def get_next_try(calendar, day):
    """Working day of the next try after a call that reached nobody who answers.

    :param calendar: of the contact's country, see :mod:`engine.calendar`
    """
    return add_working_days(calendar, day, 1)


def get_tries(calendar, day, tries=TRIES):
    """Days of the tries after a first call without an answer; then the next role."""
    return [add_working_days(calendar, day, number) for number in range(1, tries + 1)]


def get_cadence_day(calendar, last, days):
    """Working day on which to speak with a contact again."""
    return roll(calendar, add_days(last, days))


def is_met(outcomes, roles_left, tries=TRIES):
    """Whether calls meet a step that is a call: spoken with, or every try used up.

    :param outcomes: of the calls since the step was due, the latest last, to the role
        that was asked last
    :param int roles_left: roles that were not asked yet
    """
    if any(OUTCOMES[outcome].right_party for outcome in outcomes):
        return True
    return not roles_left and not get_tries_left(outcomes, tries)
