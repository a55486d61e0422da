"""Royalty arithmetic: terms and lines in, royalties with their traces out.

``compute`` a statement, ``settle`` what it earned in its pools, ``bill_instalment`` and
``true_up`` commitments, ``restate`` a chain, ``explain`` a line.
Rules R1 to R16 and cases T1 to T27 are those of the project's royalty specification.
"""

from .calculation import compute
from .classify import Choice, Classifier
from .forecast import (
    METHODS,
    Forecast,
    Pace,
    days,
    pace,
    project,
    still_to_bill,
)
from .interest import Interest, InterestRate, late_interest
from .lines import (
    BLOCKING,
    CODES,
    Component,
    Finding,
    Line,
    Quote,
    Statement,
    Totals,
    control_totals,
    split_bundle,
)
from .money import (
    Audit,
    Withholding,
    audit,
    round_money,
    spread,
    withhold,
)
from .periods import MONTHS, Period, contract_year, period_of, periods
from .pools import (
    MOVEMENT_KINDS,
    NO_POOL,
    Balance,
    Movement,
    Settlement,
    balances,
    bill_instalment,
    guaranteed,
    lapse,
    prorate,
    quota_shortfall,
    settle,
    transfer,
    true_up,
)
from .red_flags import are_too_round, tail_bound
from .restatement import Difference, Restatement, compute_chain, restate
from .result import (
    Bucket,
    Cell,
    Claim,
    Earning,
    FeeAmount,
    Group,
    LineRoyalty,
    QuotaSum,
    Result,
    Sums,
)
from .scope import (
    DIMENSIONS,
    Overlap,
    Scope,
    Tie,
    find_overlaps,
    find_ties,
    most_specific,
)
from .store import (
    dump_claims,
    dump_earnings,
    dump_fees,
    dump_quotas,
    dump_quotes,
    dump_sums,
    load_earnings,
    load_fees,
    load_quotas,
    load_quotes,
    load_sums,
)
from .terms import (
    ALL_DEDUCTIONS,
    KINDS,
    Commitment,
    Deduction,
    Fee,
    Grant,
    Instalment,
    Quota,
    Rate,
    Terms,
    Tier,
    flat,
)
from .trace import LineTrace, explain, show_exact
