"""Open guarantees: how far they are, and what they will come to."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine import royalty
from ..licensing.money.licensing_commitment_billing import get_guarantee, get_span
from ..licensing.terms.contract_states import BILLED
from .licensing_forecast_facts import find_periods, project, read_reported

METHODS = [
    ("reported", "Reported"),
    ("season", "Last Year's Season"),
    ("run_rate", "Run-rate"),
    ("none", "No Report Yet"),
]


class LicensingPoolPace(models.Model):
    """An open guarantee as it stands today; the arithmetic is ``royalty.pace``."""

    _name = "licensing.pool.pace"
    _description = "Guarantee Pace"
    _inherit = ["licensing.stored.report"]
    _log_access = False
    _order = "true_up desc, date_end, id"
    _rec_name = "commitment_id"

    commitment_id = fields.Many2one(
        comodel_name="licensing.commitment",
        string="Pool",
        readonly=True,
        help="The guarantee that is compared with what was earned.",
    )
    date_start = fields.Date(
        string="From", readonly=True, help="First day of the pool."
    )
    date_end = fields.Date(string="Until", readonly=True, help="Last day of the pool.")
    days_left = fields.Integer(
        readonly=True, aggregator=None, help="Days until the pool ends."
    )
    guarantee = fields.Monetary(
        readonly=True, help="Prorated where the pool ended early and shrinks then."
    )
    earned = fields.Monetary(
        readonly=True, help="Royalties of approved statements that count toward it."
    )
    billed = fields.Monetary(
        readonly=True, help="Everything billed into the pool, advances included."
    )
    credit = fields.Monetary(
        string="Credit Left", readonly=True, help="Paid ahead, not recouped yet."
    )
    earned_share = fields.Float(
        string="Earned (%)", readonly=True, aggregator=None, help="Of the guarantee."
    )
    time_share = fields.Float(
        string="Time Gone (%)", readonly=True, aggregator=None, help="Of the pool."
    )
    reported_share = fields.Float(
        string="Reported (%)",
        readonly=True,
        aggregator=None,
        help="Part of the pool's days that approved statements cover. Sales after them"
        " are not known yet, so the pace counts these days only.",
    )
    pace = fields.Float(
        readonly=True,
        aggregator=None,
        digits=(16, 2),
        help="Earned share of the guarantee over the reported share of its days: 1 is"
        " on time, below 1 is behind.",
    )
    forecast = fields.Monetary(
        readonly=True,
        help="Earned at the pool's end: missing periods repeat last year's, as much as"
        " this year compares so far; where last year is not known, they bring what a"
        " reported day brought.",
    )
    method = fields.Selection(
        selection=METHODS,
        string="Basis",
        readonly=True,
        help="What the forecast rests on: last year's season, or what a reported day"
        " brought so far.",
    )
    unearned = fields.Monetary(
        string="Not Earned",
        readonly=True,
        help="What royalties are expected to leave open of the guarantee.",
    )
    true_up = fields.Monetary(
        string="Expected Shortfall",
        readonly=True,
        help="What is expected to be billed at the pool's end: the guarantee less"
        " everything billed into the pool until then, advances included.",
    )
    outlook = fields.Selection(
        selection=[
            ("covered", "Covered"),
            ("short", "Falls Short"),
            ("unknown", "Unknown"),
        ],
        readonly=True,
        help="Whether royalties are expected to cover the guarantee.",
    )

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _compute_sql(self, contracts):
        return self._rows_sql(self._compute_rows(contracts))

    @api.model
    def _compute_rows(self, contracts):
        """Rows of open guarantees.

        :param list contracts: ids; ``None`` for all of the companies worked in
        """
        pools = self._find_pools(contracts)
        reported = read_reported(self.env, pools.contract_id)
        balances = self._read_balances(pools)
        days = {c: c._collections_today() for c in self.env.companies}
        spans = {pool: get_span(pool) for pool in pools}
        return [
            pool_row(
                pool,
                span,
                balances.get(pool.id, royalty.Balance()),
                reported.get(pool.contract_id.id, {}),
                days[pool.company_id],
            )
            for pool, span in spans.items()
            if span.first <= span.last
        ]

    @api.model
    def _find_pools(self, contracts):
        """Pools whose guarantee is not settled by a shortfall yet."""
        domain = Domain(
            [
                ("company_id", "in", self.env.companies.ids),
                ("guarantee", ">", 0),
                ("contract_id.state", "in", BILLED),
                ("is_proposed", "=", False),
            ]
        )
        if contracts is not None:
            domain &= Domain("contract_id", "in", contracts)
        # sudo: the access and the company rule of this report apply to its rows
        pools = self.env["licensing.commitment"].sudo().search(domain)
        settled = pools.env["licensing.ledger"].search_fetch(
            [("commitment_id", "in", pools.ids), ("kind", "=", "true_up")],
            ["commitment_id"],
        )
        return pools - settled.commitment_id

    @api.model
    def _read_balances(self, pools):
        """Where pools stand, exact.

        :return: dict commitment id -> ``royalty.Balance``
        """
        ledger = self.env["licensing.ledger"]
        ledger.flush_model(["commitment_id", "kind", "amount"])
        rows = self.env.execute_query(
            SQL(
                """SELECT commitment_id, kind, SUM(amount)::text, MAX(date)
                     FROM licensing_ledger
                    WHERE commitment_id = ANY(%s) AND kind = ANY(%s)
                    GROUP BY commitment_id, kind""",
                pools.ids,
                list(royalty.MOVEMENT_KINDS),
            )
        )
        # a balance is a sum: the order of its movements does not matter
        return royalty.balances(
            royalty.Movement(pool, day, kind, Decimal(amount))
            for pool, kind, amount, day in rows
        )


def pool_row(pool, span, balance, reported, today):
    """The row of one pool.

    :param royalty.Period span: its days
    :param royalty.Balance balance: of its ledger
    :param dict reported: as from ``read_reported``, of its contract
    :param date today: the company's
    """
    contract, decimals = pool.contract_id, pool.currency_id.decimal_places
    periods = [
        royalty.Period(
            max(found.first, span.first), min(found.last, span.last), found.year
        )
        for found in find_periods(contract, span.first, span.last)
    ]
    known, _missing, forecast = project(periods, reported, balance.earned, decimals)
    guarantee = get_guarantee(pool, span, decimals)
    lines = pool.line_ids.filtered(lambda line: line.date <= span.last)
    scheduled = lines.filtered(lambda line: line.state == "scheduled")
    found = royalty.pace(
        guarantee,
        balance,
        span,
        today,
        sum(royalty.days(period) for period in known),
        forecast,
        royalty.still_to_bill(
            lines._to_engine(),
            frozenset(scheduled.ids),
            balance.billed,
            guarantee if pool.prorates else None,
        ),
    )
    return {
        **_describe(pool, span, today),
        "guarantee": guarantee,
        "earned": balance.earned,
        "billed": balance.billed,
        "credit": balance.credit,
        **_show(found, forecast),
    }


def _describe(pool, span, today):
    contract = pool.contract_id
    return {
        "id": pool.id,
        "commitment_id": pool.id,
        "contract_id": contract.id,
        "partner_id": contract.partner_id.id,
        "user_id": contract.user_id.id or None,
        "company_id": pool.company_id.id,
        "currency_id": contract.currency_id.id,
        "date_start": span.first,
        "date_end": span.last,
        "days_left": max((span.last - today).days, 0),
    }


def _show(found, forecast):
    """What the engine says of a pool, shares in percent."""
    outlook = "unknown"
    if found.unearned is not None:
        outlook = "short" if found.unearned else "covered"
    return {
        "time_share": 100 * found.time_share,
        "reported_share": 100 * found.reported_share,
        "earned_share": 100 * found.earned_share,
        "pace": found.pace,
        "forecast": found.forecast,
        "unearned": found.unearned,
        "true_up": found.true_up,
        "method": forecast.method,
        "outlook": outlook,
    }
