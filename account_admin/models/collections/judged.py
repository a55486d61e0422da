"""An account as it is judged: night, dry run, notices, guard and why read the same."""

from dataclasses import dataclass
from typing import Any

from ...engine.escalation import Case, Decision, Facts, show


@dataclass(frozen=True)
class CaseState:
    """A case as it stands in the database.

    :param int id: of the ``collections.case``
    :param Case case: as the engine sees it
    :param bool reopens: it is closed and goes on where it was
    :param dict shown: its columns in ``SHOWN``
    """

    id: int
    case: Case
    reopens: bool
    shown: dict


@dataclass(frozen=True)
class Judged:
    """What was decided of one account, and on what.

    :param Decision decision: of the engine
    :param Facts facts: what the account owes
    :param policy: the ``collections.policy`` that chases it, empty where none does
    :param CaseState state: of its case, ``None`` without one
    :param bool sends: whether its company sends
    :param bool todo: whether there is anything to write
    """

    decision: Decision
    facts: Facts
    policy: Any
    state: CaseState | None
    sends: bool
    todo: bool

    @property
    def shown(self):
        """What its case shows of it: columns of ``SHOWN``."""
        return show(self.decision, self.facts, self.policy.id or None, self.sends)
