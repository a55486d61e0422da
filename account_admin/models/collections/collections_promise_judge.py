"""Judging promises: what was received, in bulk, and what follows from it."""

from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL, format_date

from ...engine import promise as engine
from ...engine.money import to_decimal

#: A direct debit can be returned for 13 months: so long a judgement may change.
REVIEW_DAYS = 400
#: So many days before a promise the bank may date money that we book after it.
BANK_DAYS = 5
EVENT_OF_STATE = {
    "open": "promised",
    "kept": "promise_kept",
    "partial": "promise_partial",
    "broken": "promise_broken",
}
_READS = {
    "collections.promise": (
        "partner_id company_id currency_id amount made_on date tolerance_days state "
        "judged_on plan_id create_date"
    ),
    "account.move": "reversed_entry_id state date",
    "account.move.line": (
        "move_id account_id partner_id company_id currency_id parent_state date "
        "amount_currency payment_id statement_line_id journal_id create_date"
    ),
    "account.partial.reconcile": (
        "debit_move_id credit_move_id max_date debit_amount_currency "
        "credit_amount_currency create_date"
    ),
    "res.partner": "commercial_partner_id",
}


class CollectionsPromise(models.Model):
    _inherit = "collections.promise"

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    @api.model
    def _get_live(self, company, day):
        """Promises that speak against chasing on a day, with what is still to come.

        :return: dict promise id -> dict with ``partner_id``, ``currency_id``,
            ``is_named``, ``date``, ``plan_id`` (its own id where it is promised at
            once) and ``amount``, what is promised and not received yet
        """
        self._flush_facts()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, partner_id FROM collections_promise
                    WHERE company_id = %(company)s AND made_on <= %(day)s
                      AND date + tolerance_days >= %(day)s
                      AND (state <> 'withdrawn' OR judged_on > %(day)s)""",
                company=company.id,
                day=day,
            )
        )
        if not rows:
            return {}
        live = {row[0] for row in rows}
        promises, received = self._read_facts(company, day, {row[1] for row in rows})
        result = {}
        for found, facts in promises:
            judged = engine.judge(found, received[found.id], day)
            if found.id in live and judged.state == engine.OPEN:
                result[found.id] = {**facts, "amount": found.amount - judged.received}
        return result

    @api.model
    def _read_facts(self, company, day, partner_ids):
        """Every promise of some accounts up to a day, and what was received for each.

        :return: list of (:class:`~..engine.promise.Promise`, dict with ``partner_id``,
            ``currency_id``, ``is_named``, ``date``, ``plan_id``), and the result of
            :func:`~..engine.promise.allocate`
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT promise.id, amount::text, made_on, date, tolerance_days,
                          partner_id, currency_id, COALESCE(plan_id, promise.id),
                          EXISTS(SELECT FROM collections_promise_move_rel rel
                                  WHERE rel.promise_id = promise.id)
                     FROM collections_promise promise
                    WHERE company_id = %(company)s AND partner_id = ANY(%(partners)s)
                      AND made_on <= %(day)s
                      AND (state <> 'withdrawn' OR judged_on > %(day)s)
                    ORDER BY promise.id""",
                company=company.id,
                partners=list(partner_ids),
                day=day,
            )
        )
        promises = [
            (
                engine.Promise(row[0], to_decimal(row[1]), row[2], row[3], row[4] or 0),
                {
                    "partner_id": row[5],
                    "currency_id": row[6],
                    "plan_id": row[7],
                    "is_named": row[8],
                    "date": row[3],
                },
            )
            for row in rows
        ]
        receipts = self._read_receipts(company, day, promises)
        return promises, engine.allocate(
            [found for found, _facts in promises], receipts
        )

    @api.model
    def _read_receipts(self, company, day, promises):
        """Payments that may keep promises, as :class:`~..engine.promise.Receipt`."""
        if not promises:
            return []
        receivables = self.env["account.admin.open.item"]._find_receivable_accounts(
            company
        )
        ids = [found.id for found, _facts in promises]
        unnamed = {
            facts["partner_id"] for _found, facts in promises if not facts["is_named"]
        }
        rows = self.env.execute_query(
            SQL(
                "%s UNION ALL %s ORDER BY 3, 1, 2",
                self._named_receipts_sql(ids, day, receivables),
                self._account_receipts_sql(company, ids, unnamed, day, receivables),
            )
        )
        result = []
        for promise, key, when, amount, line, total in rows:
            limits = [(("match", key), to_decimal(amount))] if key else []
            if total is not None:
                limits.append((("payment", line), to_decimal(total)))
            result.append(
                engine.Receipt(promise, when, to_decimal(amount), tuple(limits))
            )
        return result

    @api.model
    def _named_receipts_sql(self, ids, day, receivables):
        """SQL: what payments took off the items of the invoices promises name."""
        return SQL(
            """SELECT promise.id, partial.id AS match_id,
                      GREATEST(partial.max_date, promise.made_on) AS day,
                      partial.debit_amount_currency::text AS amount,
                      credit.id AS line_id,
                      CASE WHEN credit.currency_id = promise.currency_id
                           THEN (-credit.amount_currency)::text END AS total
                 FROM collections_promise promise
                 JOIN collections_promise_move_rel rel ON rel.promise_id = promise.id
                 JOIN account_move_line debit ON debit.move_id = rel.move_id
                      AND debit.account_id = ANY(%(receivables)s)
                 JOIN account_partial_reconcile partial
                      ON partial.debit_move_id = debit.id
                 JOIN account_move_line credit ON credit.id = partial.credit_move_id
                WHERE promise.id = ANY(%(ids)s) AND %(is_payment)s AND %(stands)s
                  AND credit.parent_state = 'posted'
                  AND %(in_time)s""",
            receivables=receivables.ids,
            ids=ids,
            in_time=self._in_time_sql("partial", "max_date", day),
            is_payment=self.env["account.admin.open.item"]._is_payment_sql("credit"),
            stands=self._stands_sql("credit", day),
        )

    @api.model
    def _account_receipts_sql(self, company, ids, partner_ids, day, receivables):
        """SQL: what accounts paid in time, less what went back to them."""
        payers = self._get_payers(company, partner_ids, day)
        pairs = [(head, payer) for head, found in payers.items() for payer in found]
        return SQL(
            """SELECT promise.id, NULL::int, GREATEST(line.date, promise.made_on),
                      (-line.amount_currency - COALESCE(back.amount, 0))::text, line.id,
                      (-line.amount_currency - COALESCE(back.amount, 0))::text
                 FROM collections_promise promise
                 JOIN unnest(%(heads)s::int[], %(payers)s::int[])
                      AS payer(head_id, partner_id)
                      ON payer.head_id = promise.partner_id
                 JOIN res_partner partner
                      ON partner.commercial_partner_id = payer.partner_id
                 JOIN account_move_line line ON line.partner_id = partner.id
                      AND line.account_id = ANY(%(receivables)s)
                      AND line.company_id = promise.company_id
                      AND line.currency_id = promise.currency_id
                 LEFT JOIN LATERAL (%(back)s) back ON TRUE
                WHERE promise.id = ANY(%(ids)s) AND %(is_payment)s AND %(stands)s
                  AND line.parent_state = 'posted' AND line.amount_currency < 0
                  AND %(in_time)s
                  AND NOT EXISTS (SELECT FROM collections_promise_move_rel rel
                                   WHERE rel.promise_id = promise.id)""",
            heads=[head for head, _payer in pairs],
            payers=[payer for _head, payer in pairs],
            receivables=receivables.ids,
            back=self._returned_sql(day),
            ids=ids,
            in_time=self._in_time_sql("line", "date", day),
            is_payment=self.env["account.admin.open.item"]._is_payment_sql(),
            stands=self._stands_sql("line", day),
        )

    @api.model
    def _in_time_sql(self, money, dated, day):
        """SQL: money that counts for ``promise``, as far as is known on a day.

        The bank may date what we book after the promise a few days before it: it paid
        what was promised, for no more was promised than was open.

        :param str money: alias of the table that holds it
        :param str dated: its column with the day
        """
        return SQL(
            """%(dated)s <= LEAST(promise.date + promise.tolerance_days, %(day)s)
               AND (%(dated)s >= promise.made_on
                    OR %(dated)s >= promise.made_on - %(earlier)s::int
                       AND %(booked)s > promise.create_date)""",
            dated=SQL.identifier(money, dated),
            booked=SQL.identifier(money, "create_date"),
            day=day,
            earlier=BANK_DAYS,
        )

    @api.model
    def _stands_sql(self, line, day):
        """SQL: the entry of a payment's item was not reversed by a day."""
        return SQL(
            """NOT EXISTS (SELECT FROM account_move reversal
                            WHERE reversal.reversed_entry_id = %s.move_id
                              AND reversal.state = 'posted'
                              AND reversal.date <= %s)""",
            SQL.identifier(line),
            day,
        )

    @api.model
    def _returned_sql(self, day):
        """SQL: what of a payment's ``line`` the bank or we gave back."""
        return SQL(
            """SELECT SUM(partial.credit_amount_currency) AS amount
                 FROM account_partial_reconcile partial
                 JOIN account_move_line debit ON debit.id = partial.debit_move_id
                WHERE partial.credit_move_id = line.id AND partial.max_date <= %s
                  AND debit.parent_state = 'posted' AND %s""",
            day,
            self.env["account.admin.open.item"]._is_payment_sql("debit"),
        )

    @api.model
    def _get_payers(self, company, partner_ids, day=None):
        """Whose payments count for an account: its own, a head office's members' too.

        :return: dict commercial partner id -> list of commercial partner ids
        """
        # sudo: who is chased for whom is the same for every user
        heads = (
            self.env["collections.policy"]
            .sudo()
            ._get_heads(company, day or company._collections_today())
        )
        result = {partner: [partner] for partner in partner_ids}
        for member, head in heads.items():
            if head in result:
                result[head].append(member)
        return result

    @api.model
    def _flush_facts(self):
        for model, names in _READS.items():
            self.env[model].flush_model(names.split())

    # ------------------------------------------------------------------
    # JUDGE
    # ------------------------------------------------------------------

    @api.model
    def _judge_company(self, company, day):
        """Judge a company's open promises, and again what may have been reversed."""
        self.search(
            [
                ("company_id", "=", company.id),
                ("state", "!=", "withdrawn"),
                ("made_on", "<=", day),
                "|",
                ("state", "=", "open"),
                ("date", ">=", day - timedelta(days=REVIEW_DAYS)),
            ]
        )._judge_on(company, day)

    def _judge_on(self, company, day):
        """Judge promises of one company as of a day; writes only what changed."""
        going = self.filtered(lambda promise: promise.state != "withdrawn")
        if not going:
            return
        self._flush_facts()
        promises, received = self._read_facts(company, day, going.partner_id.ids)
        judged = {
            found.id: engine.judge(found, received[found.id], day)
            for found, _facts in promises
        }
        changed = defaultdict(self.browse)
        for promise in going.filtered(lambda found: found.id in judged):
            state, amount = judged[promise.id].state, float(judged[promise.id].received)
            same_amount = not promise.currency_id.compare_amounts(
                promise.received, amount
            )
            if (promise.state, same_amount) != (state, True):
                changed[promise.state != state, state, amount] |= promise
        ended = defaultdict(self.browse)
        quiet = self.with_context(tracking_disable=True)
        for (is_new, state, amount), found in changed.items():
            vals = {"received": amount}
            if is_new:
                vals |= {"state": state, "judged_on": state != "open" and day}
                ended[state] |= found
            found.with_env(quiet.env).write(vals)
        for state, found in ended.items():
            found._log_kind(EVENT_OF_STATE[state], day)
            found._log_judgement()
        ended["broken"]._plan_activities(day)

    def _log_kind(self, kind, day=None):
        """Tell the case of each promise's account."""
        # sudo: whoever may promise need not see the case that hears of it
        Case = self.env["collections.case"].sudo()
        events = [
            {
                "case_id": case.id,
                "partner_id": case.partner_id.id,
                "company_id": promise.company_id.id,
                "kind": kind,
                "item_name": ", ".join(promise.move_ids.mapped("display_name")) or None,
                "amount": promise.amount_company,
                "note": promise._get_sentence(),
                **({"date": day} if day else {}),
            }
            for promise, case in self._get_cases().items()
            if case
        ]
        Case._log_events(events)

    def _get_cases(self):
        """The case that hears of each promise: the open one, else the one it was in."""
        # sudo: whoever may promise need not see the case that hears of it
        Case = self.env["collections.case"].sudo()
        result = {}
        for company, promises in self.grouped("company_id").items():
            cases = Case._get_open_of(company, promises.partner_id)
            for promise in promises:
                # a promise of all that is due closes its case, a broken one reopens it
                result[promise] = cases.get(
                    promise.partner_id.id, promise.sudo().case_id
                )
        return result

    def _get_sentence(self):
        """How it stands, for people."""
        self.ensure_one()
        if self.state in ("open", "withdrawn") and not self.received:
            return self.env._(
                "%(amount)s, promised for %(day)s",
                amount=self.currency_id.format(self.amount),
                day=format_date(self.env, self.date),
            )
        return self.env._(
            "%(received)s of %(amount)s received, promised for %(day)s",
            received=self.currency_id.format(self.received),
            amount=self.currency_id.format(self.amount),
            day=format_date(self.env, self.date),
        )

    def _get_acting(self, cases):
        """Who gets in touch: the case's person, else who noted the promise.

        :param dict cases: of :meth:`_get_cases`
        """
        found = {}
        for company, promises in self.grouped("company_id").items():
            wanted = {each: cases[each].user_id | each.user_id for each in promises}
            accounts = {
                each: cases[each].partner_id or each.partner_id for each in promises
            }
            users = self.env["res.users"]
            found |= users._account_admin_choose(company, wanted, accounts=accounts)
        return found

    def _log_judgement(self):
        """Say on each promise how it ended."""
        states = dict(self._fields["state"]._description_selection(self.env))
        self._message_log_batch(
            bodies={
                promise.id: Markup("%s: %s")
                % (states[promise.state], promise._get_sentence())
                for promise in self
            }
        )

    def _plan_activities(self, day):
        """Ask the responsible person of each broken promise to get in touch."""
        activity_type = self.env.ref("account_admin.mail_activity_type_broken_promise")
        ir_model = self.env["ir.model"]
        # Odoo names the record of each activity on its own: read the names at once
        self.partner_id.mapped("display_name")
        vals_list = []
        cases = self._get_cases()
        acting = self._get_acting(cases)
        for promise, case in cases.items():
            record = case or promise
            vals_list.append(
                {
                    "activity_type_id": activity_type.id,
                    "res_model_id": ir_model._get_id(record._name),
                    "res_id": record.id,
                    "summary": self.env._(
                        "Broken promise: %s", promise._get_sentence()
                    ),
                    "date_deadline": day,
                    "user_id": acting[promise].id,
                }
            )
        # sudo: the activity is another person's, judging is the night's or checked
        self.env["mail.activity"].sudo().create(vals_list)
