"""How good the data of an account are, and which accounts are likely the same."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations

#: Points of a score without any finding.
FULL = 100
#: What two accounts have in common, and what it says; enough for a proposal.
SAME_VAT, SAME_NAME, SAME_PHONE, SAME_DOMAIN = "vat", "name", "phone", "domain"
POINTS = {SAME_VAT: 60, SAME_NAME: 40, SAME_PHONE: 25, SAME_DOMAIN: 20}
ENOUGH = 40
#: Accounts that share something which says nothing any more: a chain's switchboard.
MOST = 25
#: Hosts of mailboxes of people from anywhere.
FREE_DOMAINS = frozenset(
    "aol.com gmail.com gmx.com gmx.de googlemail.com hotmail.com icloud.com live.com"
    " mail.com mail.ru me.com msn.com outlook.com proton.me protonmail.com qq.com"
    " t-online.de web.de yahoo.com yandex.ru ymail.com 163.com".split()
)
#: Words that say what a company is by law.
LEGAL_FORMS = frozenset(
    "ab ag as asa aps bv bvba co company corp corporation cv eurl gmbh inc"
    " incorporated kg kgaa limited llc llp lp ltd mbh nv ohg oy oyj plc pty pte pvt sa"
    " sarl sas se spa srl ug sro".split()
)
_LETTERS = {"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "œ": "oe"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an account, as it was written."""

    id: int
    name: str = ""
    vat: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts that may be one, the older first.

    :param int score: points, at most 100
    :param tuple reasons: what they have in common, keys of :data:`POINTS`
    """

    one: int
    other: int
    score: int
    reasons: tuple[str, ...]


def simplify_name(name):
    """A name without accents, case, punctuation and the form of the company."""
    text = "".join(_LETTERS.get(letter, letter) for letter in (name or "").casefold())
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    # "S.A.R.L." and "B.V." are one word
    text = re.sub(r"\b(\w)\.(?=\w\b)", r"\1", text)
    words = [word for word in re.split(r"[\W_]+", text) if word]
    kept = [word for word in words if word not in LEGAL_FORMS and word != "and"]
    return "".join(kept or words)


def simplify_vat(vat):
    """A VAT number without spaces and signs; empty for one that says nothing."""
    text = re.sub(r"[\W_]+", "", vat or "").upper()
    return text if len(text) > 4 and not set(text) <= {"0"} else ""


def get_domain(email):
    """The host of an address of a company; empty for mailboxes of anybody."""
    host = (email or "").rpartition("@")[2].strip().lower().rstrip(">.")
    return "" if "." not in host or host in FREE_DOMAINS else host


def propose(accounts):
    """Pairs of accounts that may be one.

    :param accounts: iterable of :class:`Known`; ``phone`` is in one form for all
    :return: list of :class:`Pair`, the most likely first
    """
    groups = defaultdict(list)
    for account in accounts:
        for kind, value in (
            (SAME_VAT, simplify_vat(account.vat)),
            (SAME_NAME, simplify_name(account.name)),
            (SAME_PHONE, account.phone),
            (SAME_DOMAIN, get_domain(account.email)),
        ):
            if value:
                groups[kind, value].append(account.id)
    common = defaultdict(set)
    for (kind, _value), ids in groups.items():
        if 1 < len(ids) <= MOST:
            for pair in combinations(sorted(set(ids)), 2):
                common[pair].add(kind)
    pairs = []
    for (one, other), kinds in common.items():
        reasons = tuple(kind for kind in POINTS if kind in kinds)
        score = min(FULL, sum(POINTS[kind] for kind in reasons))
        if score >= ENOUGH:
            pairs.append(Pair(one, other, score, reasons))
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))


def get_score(points):
    """Score of an account: full without findings, never below nothing.

    :param points: what each finding takes away
    """
    return max(0, FULL - sum(points))
