"""What of the open items may be chased: held, disputed, promised, netted."""

from odoo import api, models
from odoo.tools import SQL

from ...engine.escalation import ZERO, Amounts, Facts
from ...engine.money import to_decimal
from ..ledger import payment_states


class AccountAdminOpenItem(models.AbstractModel):
    _inherit = "account.admin.open.item"

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _get_reads(self):
        return {
            **super()._get_reads(),
            "collections.dispute": (
                "move_id line_id amount date resume_on agreed_amount credit_move_id"
            ),
        }

    @api.model
    def _get_facts(self, company, day, accounts=None, heads=None):
        """What every account owes on a day, netted as chasing nets it.

        :param company: one ``res.company``
        :param date day: the company's day
        :param accounts: ids of commercial partners to look at; all when ``None``.
            For an account that is chased for its members, name the head office only.
        :param dict heads: commercial partner id -> id of the head office chased for it
        :return: dict account id -> :class:`~..engine.escalation.Facts`, for every
            account with an open item
        """
        heads = heads or {}
        self._get_receivable_accounts(company)
        self._flush_reads()
        if accounts is not None:
            members = self._get_members(accounts, heads)
            return self._get_netted_facts(company, day, [*accounts, *members], heads)
        if not self._is_as_booked(company, day):
            return self._get_netted_facts(company, day, None, heads)
        facts, to_net = self._get_plain_facts(company, day, heads)
        if to_net:
            facts |= self._get_netted_facts(company, day, to_net, heads)
        return facts

    @api.model
    def _get_items(self, company, day, accounts, heads=None):
        """The items behind :meth:`_get_facts`, oldest first, for notices and the why.

        :return: dict account id -> list of dicts with ``id``, ``move_id``,
            ``partner_id``, ``name``, ``date``, ``due``, ``days``, ``currency_id``, and
            as ``Decimal`` in the item's currency ``residual``, ``disputed``,
            ``in_process``, ``promised``, ``held``, ``credited`` and ``chaseable``, in
            the company's ``chaseable_company``
        """
        heads = heads or {}
        members = self._get_members(accounts, heads)
        query = SQL(
            """%s
            SELECT netted.chased_id, netted.id, netted.move_id, netted.partner_id,
                   COALESCE(NULLIF(move.name, '/'), netted.label) AS name, netted.date,
                   netted.due, %s - netted.due AS days, netted.currency_id,
                   residual::text, disputed::text, in_process::text, promised::text,
                   held::text, credited::text, chaseable::text,
                   chaseable_company::text
              FROM netted JOIN account_move move ON move.id = netted.move_id
             WHERE netted.chased_id IS NOT NULL
             ORDER BY netted.due, netted.id""",
            self._chase_sql(company, day, [*accounts, *members], heads),
            day,
        )
        self._flush_reads()
        columns = (
            "id move_id partner_id name date due days currency_id residual disputed "
            "in_process promised held credited chaseable chaseable_company"
        ).split()
        result = {}
        for account, *values in self.env.execute_query(query):
            item = dict(zip(columns, values, strict=True))
            for column in columns[8:]:
                item[column] = to_decimal(item[column])
            result.setdefault(account, []).append(item)
        return result

    @api.model
    def _get_plain_facts(self, company, day, heads):
        """Facts in one cheap pass, right for accounts with nothing to net.

        Without credits, disputes, promises and payments on their way an item is chased
        whole or held whole, so sums are enough and nothing has to be sorted. OFFSET has
        the leading items fetched one by one: a join would read all items once more.

        :return: the facts, and the commercial partners of the accounts that need
            :meth:`_get_netted_facts` instead
        """
        own = company.currency_id.id
        query = SQL(
            """WITH %(item)s,
            tally AS (
                SELECT %(account)s AS chased_id, currency_id,
                       MIN(((due - DATE '1900-01-01')::bigint << 32) | id)
                           FILTER (WHERE NOT is_held) AS lead,
                       SUM(residual_company) AS open,
                       SUM(residual_company) FILTER (WHERE due < %(day)s) AS overdue,
                       SUM(residual_company) FILTER (WHERE is_held AND due < %(day)s)
                           AS held,
                       SUM(residual) FILTER (WHERE currency_id <> %(own)s)
                           AS foreign_open,
                       SUM(residual) FILTER (
                           WHERE currency_id <> %(own)s AND due < %(day)s)
                           AS foreign_overdue,
                       SUM(residual) FILTER (
                           WHERE currency_id <> %(own)s AND is_held AND due < %(day)s)
                           AS foreign_held,
                       BOOL_OR(residual <= 0) AS has_credit
                  FROM item %(join)s
                 GROUP BY 1, 2)
            SELECT tally.chased_id, tally.currency_id, lead.id, lead.due,
                   lead.amount_residual::text,
                   tally.open::text, tally.overdue::text, tally.held::text,
                   tally.foreign_open::text, tally.foreign_overdue::text,
                   tally.foreign_held::text, tally.has_credit
              FROM tally
              LEFT JOIN LATERAL (
                  SELECT id, COALESCE(date_maturity, date) AS due, amount_residual
                    FROM account_move_line
                   WHERE id = (tally.lead & 4294967295)::int OFFSET 0) lead ON TRUE
             WHERE tally.chased_id IS NOT NULL""",
            item=self._item_cte(company, day, chase=True),
            account=SQL("COALESCE(head.chased_id, item.partner_id)")
            if heads
            else SQL("item.partner_id"),
            join=SQL(
                """LEFT JOIN unnest(%s::int[], %s::int[])
                          AS head(partner_id, chased_id)
                          ON head.partner_id = item.partner_id""",
                list(heads),
                list(heads.values()),
            )
            if heads
            else SQL(""),
            day=day,
            own=own,
        )
        with_claims = self._get_accounts_with_claims(company, day, heads)
        by_account, to_net = {}, set()
        for account, *row, has_credit in self._iterate(query):
            if has_credit or account in with_claims:
                to_net.add(account)
            else:
                by_account.setdefault(account, []).append(self._expand_row(row, own))
        facts = {
            account: self._merge_currencies(account, rows)
            for account, rows in by_account.items()
            if account not in to_net
        }
        return facts, [*to_net, *self._get_members(to_net, heads)]

    @api.model
    def _expand_row(self, row, own):
        """A row of the cheap pass with the columns of :meth:`_get_netted_facts`."""
        currency, lead, due, amount, opened, overdue, held, *foreign = row
        company_asked = to_decimal(overdue) - to_decimal(held)
        if currency == own:
            foreign = [opened, overdue, held]
        own_open, own_overdue, own_held = map(to_decimal, foreign)
        asked = own_overdue - own_held
        amounts = (own_open, own_overdue, ZERO, ZERO, ZERO, own_held, ZERO, asked)
        return [currency, lead, due, amount, company_asked, overdue, opened, *amounts]

    @api.model
    def _get_accounts_with_claims(self, company, day, heads):
        """Accounts with a live dispute or promise, or a payment on its way."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id
                     FROM collections_dispute dispute
                     JOIN res_partner partner ON partner.id = dispute.partner_id
                    WHERE dispute.company_id = %(company)s AND %(disputed)s
                UNION
                   SELECT partner.commercial_partner_id
                     FROM account_payment payment
                     JOIN res_partner partner ON partner.id = payment.partner_id
                    WHERE %(on_its_way)s
                UNION
                   SELECT partner.commercial_partner_id
                     FROM account_payment payment
                     JOIN account_move__account_payment link
                       ON link.payment_id = payment.id
                     JOIN account_move move ON move.id = link.invoice_id
                     JOIN res_partner partner ON partner.id = move.partner_id
                    WHERE %(on_its_way)s""",
                company=company.id,
                disputed=self.env["collections.dispute"]._live_sql(day),
                on_its_way=self._payment_on_its_way_sql(company),
            )
        )
        promises = self.env["collections.promise"]._get_live(company, day)
        partners = {partner for (partner,) in rows} | self._get_undone_partners(company)
        partners.update(found["partner_id"] for found in promises.values())
        return {heads.get(partner, partner) for partner in partners}

    @api.model
    def _get_netted_facts(self, company, day, partners, heads):
        """Facts of accounts after disputes, promises, payments on their way, credits.

        :param partners: ids of commercial partners, members included; all when ``None``
        """
        query = SQL(
            """%s
            SELECT chased_id, currency_id,
                   (array_agg(id ORDER BY due, id) FILTER (WHERE chaseable > 0))[1],
                   MIN(due) FILTER (WHERE chaseable > 0),
                   (array_agg(chaseable_company ORDER BY due, id)
                        FILTER (WHERE chaseable > 0))[1]::text,
                   SUM(chaseable_company) FILTER (WHERE overdue)::text,
                   SUM(residual_company) FILTER (WHERE overdue AND residual > 0)::text,
                   SUM(residual_company)::text,
                   SUM(residual)::text,
                   SUM(residual) FILTER (WHERE overdue AND residual > 0)::text,
                   SUM(disputed) FILTER (WHERE overdue)::text,
                   SUM(in_process) FILTER (WHERE overdue)::text,
                   SUM(promised) FILTER (WHERE overdue)::text,
                   SUM(held) FILTER (WHERE overdue)::text,
                   SUM(credited) FILTER (WHERE overdue)::text,
                   SUM(chaseable) FILTER (WHERE overdue)::text
              FROM netted
             WHERE chased_id IS NOT NULL
             GROUP BY chased_id, currency_id""",
            self._chase_sql(company, day, partners, heads),
        )
        by_account = {}
        for account, *row in self.env.execute_query(query):
            by_account.setdefault(account, []).append(row)
        return {
            account: self._merge_currencies(account, rows)
            for account, rows in by_account.items()
        }

    @api.model
    def _get_overdue_since(self, company, days, least, accounts=None):
        """Accounts with more than an amount that is chaseable and too old.

        :param int days: past due; only what is older counts
        :param least: amount that is not too much yet, in the company's currency
        :param accounts: ids of commercial partners, all when ``None``
        :return: dict partner id -> ``Decimal``
        """
        day = company._collections_today()
        query = SQL(
            """%s
            SELECT chased_id, SUM(chaseable_company)::text FROM netted
             WHERE %s - due > %s AND chased_id IS NOT NULL
             GROUP BY chased_id HAVING SUM(chaseable_company) > %s""",
            self._chase_sql(company, day, accounts, {}),
            day,
            days,
            least,
        )
        self._flush_reads()
        rows = self.env.execute_query(query)
        return {account: to_decimal(amount) for account, amount in rows}

    @api.model
    def _merge_currencies(self, account, rows):
        """One :class:`Facts` from an account's rows, one row per currency."""
        leads = [(row[2], row[1], row[3]) for row in rows if row[1]]
        lead_due, lead_item, lead_amount = min(leads, default=(None, None, None))
        return Facts(
            partner_id=account,
            lead_item=lead_item,
            lead_due=lead_due,
            lead_amount=to_decimal(lead_amount),
            asked=sum(to_decimal(row[4]) for row in rows),
            overdue=sum(to_decimal(row[5]) for row in rows),
            open=sum(to_decimal(row[6]) for row in rows),
            amounts=tuple(
                Amounts(row[0], *(to_decimal(value) for value in row[7:]))
                for row in sorted(rows, key=lambda row: row[0])
            ),
        )

    @api.model
    def _get_members(self, accounts, heads):
        """Members that are chased at one of these head offices."""
        wanted = set(accounts)
        return [member for member, head in heads.items() if head in wanted]

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _overdue_sql(self, company, day, accounts, heads):
        """SQL of the items of accounts that are overdue and may be chased.

        :param accounts: ids of commercial partners, of head offices for their members
        """
        self._flush_reads()
        members = self._get_members(accounts, heads)
        return SQL(
            """%s SELECT chased_id, id FROM netted
                WHERE overdue AND chaseable > 0""",
            self._chase_sql(company, day, [*accounts, *members], heads),
        )

    @api.model
    def _chase_sql(self, company, day, accounts, heads):
        """SQL of ``netted``: every item with what of it may be chased.

        Disputes, payments on their way and promises are spread over the items they
        name, oldest first; promises that name none, then unapplied credits, cover the
        oldest of what is left, per currency.
        """
        return SQL(
            """WITH %(item)s,
            head AS (SELECT * FROM unnest(%(members)s::int[], %(heads)s::int[])
                                   AS head(partner_id, chased_id)),
            %(covered)s,
            unplaced AS (%(unplaced)s),
            pledge AS (%(pledges)s),
            base AS (
                SELECT item.*, COALESCE(head.chased_id, item.partner_id) AS chased_id,
                       %(day)s > item.due AS overdue,
                       CASE WHEN item.is_held THEN GREATEST(item.residual, 0) ELSE 0
                            END AS held,
                       CASE WHEN item.is_held THEN 0 ELSE GREATEST(item.residual, 0)
                            END AS claimable,
                       COALESCE(covered.disputed, 0) AS claim_1,
                       COALESCE(covered.in_process, 0) AS claim_2,
                       COALESCE(covered.promised, 0) AS claim_3
                  FROM item
                  LEFT JOIN head ON head.partner_id = item.partner_id
                  LEFT JOIN covered ON covered.item_id = item.id),
            claimed AS (
                SELECT *, LEAST(claimable, claim_1) AS disputed,
                       LEAST(claimable, claim_1 + claim_2)
                           - LEAST(claimable, claim_1) AS in_process,
                       claimable - LEAST(claimable, claim_1 + claim_2 + claim_3)
                           AS rest
                  FROM base),
            promising AS (
                SELECT claimed.*, LEAST(rest, GREATEST(COALESCE(pledge.amount, 0)
                           - SUM(rest) OVER oldest_first + rest, 0)) AS pledged
                  FROM claimed
                  LEFT JOIN pledge ON pledge.chased_id = claimed.chased_id
                                  AND pledge.currency_id = claimed.currency_id
                WINDOW oldest_first AS (
                           PARTITION BY claimed.chased_id, claimed.currency_id
                           ORDER BY claimed.due, claimed.id)),
            free AS (
                SELECT promising.*,
                       claimable - disputed - in_process - rest + pledged
                           AS promised,
                       rest - pledged AS unclaimed,
                       SUM(rest - pledged) OVER oldest_first AS unclaimed_so_far,
                       SUM(GREATEST(-promising.residual, 0)) OVER account_currency
                           + COALESCE(unplaced.amount, 0) AS credit
                  FROM promising
                  LEFT JOIN unplaced ON unplaced.chased_id = promising.chased_id
                                    AND unplaced.currency_id = promising.currency_id
                WINDOW oldest_first AS (
                           PARTITION BY promising.chased_id, promising.currency_id
                           ORDER BY promising.due, promising.id),
                       account_currency AS (
                           PARTITION BY promising.chased_id, promising.currency_id)),
            covered_by_credit AS (
                SELECT *, LEAST(unclaimed, GREATEST(unclaimed_so_far - credit, 0))
                              AS chaseable
                  FROM free),
            netted AS (
                SELECT *, unclaimed - chaseable AS credited,
                       CASE WHEN chaseable = 0 THEN 0
                            WHEN chaseable = residual THEN residual_company
                            ELSE ROUND(residual_company * chaseable / residual,
                                       %(decimals)s) END AS chaseable_company
                  FROM covered_by_credit)""",
            item=self._item_cte(
                company, day, accounts, chase=True, named=self._named_moves_sql(company)
            ),
            members=list(heads),
            heads=list(heads.values()),
            covered=self._covered_sql(company, day),
            unplaced=self._unplaced_payments_sql(company, day),
            pledges=self._pledges_sql(company, day, heads),
            day=day,
            decimals=company.currency_id.decimal_places,
        )

    @api.model
    def _covered_sql(self, company, day):
        """SQL of ``covered``: what of each item is disputed, on its way or promised.

        Each claim is spread over the ``named_item`` it names, oldest first.
        """
        return SQL(
            """claim AS (%s),
            spread AS (
                SELECT kind, item_id, claim_id, currency_id,
                       LEAST(residual, GREATEST(amount - COALESCE(SUM(residual) OVER (
                           PARTITION BY kind, claim_id ORDER BY due, item_id
                           ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0), 0)
                       ) AS amount
                  FROM claim),
            covered AS (
                SELECT item_id,
                       SUM(amount) FILTER (WHERE kind = 'dispute') AS disputed,
                       SUM(amount) FILTER (WHERE kind = 'payment') AS in_process,
                       SUM(amount) FILTER (WHERE kind = 'promise') AS promised
                  FROM spread GROUP BY item_id)""",
            self._claims_sql(company, day),
        )

    @api.model
    def _claims_sql(self, company, day):
        """SQL of the amounts that speak against chasing named items.

        Extensions add ``UNION ALL`` branches with columns kind, claim_id, item_id,
        currency_id, due, residual and amount (in the item's currency), and their
        moves to :meth:`_named_moves_sql`.
        """
        disputes = self.env["collections.dispute"]
        return SQL(
            """SELECT 'dispute' AS kind, dispute.id AS claim_id, item.id AS item_id,
                      item.currency_id, item.due, item.residual,
                      %(disputed_amount)s AS amount
                 FROM collections_dispute dispute
                 JOIN named_item item ON item.move_id = dispute.move_id
                          AND item.residual > 0
                          AND (dispute.line_id IS NULL OR item.id = dispute.line_id)
                WHERE dispute.company_id = %(company)s AND %(disputed)s
            UNION ALL
               SELECT 'payment', payment.id, item.id, item.currency_id, item.due,
                      item.residual,
                      CASE WHEN payment.currency_id = item.currency_id
                           THEN payment.amount
                           ELSE ABS(payment.amount_company_currency_signed)
                                * item.residual / NULLIF(item.residual_company, 0)
                           END
                 FROM account_payment payment
                 JOIN account_move__account_payment link
                   ON link.payment_id = payment.id
                 JOIN named_item item ON item.move_id = link.invoice_id
                           AND item.residual > 0
                WHERE %(on_its_way)s
            UNION ALL
               %(promises)s""",
            company=company.id,
            disputed=disputes._live_sql(day),
            disputed_amount=disputes._amount_sql(day),
            on_its_way=self._payment_on_its_way_sql(company),
            promises=self._named_promises_sql(company, day),
        )

    @api.model
    def _named_moves_sql(self, company):
        """SQL of the moves that claims may name, more than live ones maybe."""
        return SQL(
            """SELECT dispute.move_id FROM collections_dispute dispute
                WHERE dispute.company_id = %(company)s
            UNION ALL
               SELECT link.invoice_id
                 FROM account_payment payment
                 JOIN account_move__account_payment link
                   ON link.payment_id = payment.id
                WHERE %(on_its_way)s
            UNION ALL
               SELECT rel.move_id
                 FROM collections_promise promise
                 JOIN collections_promise_move_rel rel ON rel.promise_id = promise.id
                WHERE promise.company_id = %(company)s""",
            company=company.id,
            on_its_way=self._payment_on_its_way_sql(company),
        )

    @api.model
    def _unplaced_payments_sql(self, company, day):
        """SQL of payments on their way that name no invoice, per account.

        A payment that names invoices is never more than what is open of those.
        """
        return SQL(
            """SELECT COALESCE(head.chased_id, partner.commercial_partner_id)
                          AS chased_id, payment.currency_id,
                      SUM(payment.amount) AS amount
                 FROM account_payment payment
                 JOIN res_partner partner ON partner.id = payment.partner_id
                 LEFT JOIN head ON head.partner_id = partner.commercial_partner_id
                WHERE %s AND %s
                  AND NOT EXISTS (SELECT FROM account_move__account_payment link
                                   WHERE link.payment_id = payment.id)
                GROUP BY 1, 2""",
            self._payment_on_its_way_sql(company),
            payment_states.under_way_sql("payment"),
        )

    @api.model
    def _payment_on_its_way_sql(self, company):
        """SQL: a customer's payment that is under way but not yet in the books."""
        return SQL(
            """payment.company_id = %s AND payment.move_id IS NULL
               AND %s
               AND payment.payment_type = 'inbound'
               AND payment.partner_type = 'customer'""",
            company.id,
            payment_states.posted_sql("payment"),
        )
