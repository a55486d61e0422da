"""What accounts owe, buy and promise, added up in what they are part of."""

from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.money import ZERO, to_decimal
from ..base.actions import open_window


class NationalAccount(models.Model):
    _inherit = "national.account"

    @api.depends("member_ids", "part_ids")
    @api.depends_context("company")
    def _compute_figures(self):
        """All figures that the rooms know, of today; none without books."""
        company = self.env.company
        names = [
            name
            for name, field in self._fields.items()
            if field.compute == "_compute_figures" and field.type != "many2one"
        ]
        figures = {}
        if self._origin and self.env["account.move.line"].has_access("read"):
            figures = self._get_figures(
                company, company._collections_today(), self._origin
            )
        for national in self:
            mine = figures.get(national._origin.id, {})
            for name in names:
                national[name] = mine.get(name, 0)
            national.figure_currency_id = company.currency_id

    @api.model
    def _get_figures(self, company, day, nationals=None):
        """Figures of national accounts with all that is below them, on a day.

        Each account counts once, where it is on that day; what has a date of its own
        (sales) counts where the account was then.

        :param nationals: those to look at, all when ``None``
        :return: dict id -> dict name -> ``Decimal``, zero where there is nothing
        """
        partners = None
        if nationals is not None:
            below = nationals._get_members(company, day).values()
            partners = list({partner for ids in below for partner in ids})
        self._flush_members()
        found = defaultdict(lambda: defaultdict(lambda: ZERO))
        figures = {}
        for model in self._get_figure_models():
            figures |= model._read_account_figures(company, day, partners)
            dated = model._read_dated_figures(company, day, partners)
            for name, (since, sql) in dated.items():
                self._add_up_dated(found, company, (since, day), name, sql)
        self._add_up(found, company, day, partners, figures)
        return found

    @api.model
    def _get_account_figures(self, company, day, partners):
        """The same figures of accounts by themselves.

        :param partners: ids of commercial partners
        :return: dict id -> dict name -> ``Decimal``
        """
        found = defaultdict(lambda: defaultdict(lambda: ZERO))
        for model in self._get_figure_models():
            figures = model._read_account_figures(company, day, partners)
            for name, by_partner in figures.items():
                for partner, amount in by_partner.items():
                    found[partner][name] += amount
            dated = model._read_dated_figures(company, day, partners)
            for name, (_since, sql) in dated.items():
                rows = self.env.execute_query(
                    SQL(
                        "SELECT partner_id, SUM(amount)::text FROM (%s) AS dated"
                        " GROUP BY 1",
                        sql,
                    )
                )
                for partner, amount in rows:
                    found[partner][name] += to_decimal(amount)
        return found

    # ------------------------------------------------------------------
    # WHAT ITS MEMBERS HAVE
    # ------------------------------------------------------------------

    def _get_members_today(self):
        """Members of what is below, its head office among them: dict id -> list."""
        if not self._origin:
            return {}
        company = self.env.company
        below = self._origin._get_members(company, company._collections_today())
        return {
            national.id: [*{*below.get(national.id, ()), *national.partner_id.ids}]
            for national in self._origin
        }

    def _count_of_members(self, model, domain=Domain.TRUE):
        """How many records of a model the members of each have: dict id -> number."""
        members = self._get_members_today()
        every = list({partner for ids in members.values() for partner in ids})
        counts = {}
        if every and self.env[model].has_access("read"):
            groups = self.env[model]._read_group(
                Domain("partner_id", "in", every) & domain, ["partner_id"], ["__count"]
            )
            counts = {partner.id: count for partner, count in groups}
        return {
            national: sum(counts.get(partner, 0) for partner in ids)
            for national, ids in members.items()
        }

    def _open_of_members(self, xml_id, title, domain=Domain.TRUE):
        """A window on what its members have."""
        members = self._get_members_today()[self.id]
        return open_window(
            self.env,
            xml_id,
            title,
            domain=list(Domain("partner_id", "in", members) & domain),
            context={"default_partner_id": self.partner_id.id},
        )

    @api.model
    def _get_figure_models(self):
        """Models that know figures of accounts."""
        mixin = ["account.admin.figure.mixin"]
        names = self.env.registry.descendants(mixin, "_inherit")
        # sudo: a sum is the same for whoever may see the account or national account
        return [self.env[name].sudo() for name in sorted(names)]

    @api.model
    def _add_up(self, found, company, day, partners, figures):
        """Add figures of accounts to those of what stands above them."""
        rows = [
            (name, partner, str(amount))
            for name, by_partner in figures.items()
            for partner, amount in by_partner.items()
            if amount
        ]
        if not rows:
            return
        names, accounts, amounts = map(list, zip(*rows, strict=True))
        sums = self.env.execute_query(
            SQL(
                """WITH line AS MATERIALIZED (%(lines)s)
                SELECT line.national_account_id, figure.name, SUM(figure.amount)::text
                  FROM unnest(%(names)s::text[], %(accounts)s::int[],
                              %(amounts)s::numeric[]) AS figure (name, partner, amount)
                  JOIN line ON line.partner_id = figure.partner
                 GROUP BY 1, 2""",
                lines=self._lines_sql(company, day, partners),
                names=names,
                accounts=accounts,
                amounts=amounts,
            )
        )
        for national, name, amount in sums:
            found[national][name] += to_decimal(amount)

    @api.model
    def _add_up_dated(self, found, company, days, name, sql):
        """Add amounts where their accounts were on the day of each.

        :param tuple days: the first and the last
        """
        # sudo: a branch has the accounts of companies that its users need not see
        lineage = SQL("%s", company.sudo().parent_ids.ids)
        counts = self._counts_sql(lineage, days[0])
        sums = self.env.execute_query(
            SQL(
                """WITH amount AS MATERIALIZED (%(amounts)s),
                stay AS MATERIALIZED (%(stays)s),
                placed AS MATERIALIZED (
                    SELECT stay.national_account_id, amount.date,
                           SUM(amount.amount) AS amount
                      FROM amount
                      JOIN stay ON stay.partner_id = amount.partner_id
                       AND (stay.date_start IS NULL OR stay.date_start <= amount.date)
                       AND (stay.date_end IS NULL OR stay.date_end >= amount.date)
                     WHERE stay.is_head
                        OR amount.partner_id NOT IN (
                            SELECT partner_id FROM stay WHERE is_head)
                     GROUP BY 1, 2),
                climb AS MATERIALIZED (%(climb)s)
                SELECT climb.above, SUM(placed.amount)::text
                  FROM placed
                  JOIN climb ON climb.id = placed.national_account_id
                   AND placed.date BETWEEN climb.first AND climb.last
                 GROUP BY 1""",
                amounts=sql,
                stays=self._stays_sql(counts),
                climb=self._climb_sql(
                    SQL("SELECT national_account_id FROM placed"), *days, counts
                ),
            )
        )
        for national, amount in sums:
            found[national][name] += to_decimal(amount)
