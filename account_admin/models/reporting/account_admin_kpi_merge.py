"""Frozen key figures of accounts that became one: as if it had always been one.

Amounts are summed as they were frozen, so that accounts still add up to their company;
figures are computed from the sums, as those of every group are.
"""

from odoo import api, models
from odoo.tools import SQL

from ...engine import kpi
from ...engine.money import to_decimal
from ..base.bulk import update_rows
from .account_admin_kpi_compute import (
    AMOUNTS,
    PLAIN,
    _days_of_months,
    _get_buckets,
    _get_figures,
)
from .account_admin_open_item_kpi import HISTORY

#: Amounts that add up; the days of the window are the same for all.
SUMMED = [name for name in AMOUNTS if name not in ("window_days", "account_count")]

#: Scope of a group of accounts -> what its accounts have in common.
GROUPED_BY = {"administrator": "user_id", "national": "national_account_id"}


class AccountAdminKpi(models.Model):
    _inherit = "account.admin.kpi"

    def _unite_twins(self):
        """The first row, of an account in a month, becomes that of all of them.

        Whoever looked after the others had less.
        """
        keeper, others = self[0], self[1:]
        partners = self.partner_id
        rows = {row["id"]: row for row in self._read_exact(SQL("%s", self._ids))}
        kept = rows[keeper.id]
        for other in others:
            self._move_in_groups(keeper, other, rows[other.id])
        others.unlink()
        keeper._write_sum(kept, [rows[other.id] for other in others], partners)

    def _move_in_groups(self, keeper, other, row):
        """What an account had counts for those who look after the one that stays."""
        rows = self.search(
            [
                ("company_id", "=", keeper.company_id.id),
                ("month", "=", keeper.month),
                ("scope", "!=", "account"),
            ]
        )
        rows.filtered(lambda group: group.scope == "company")._count_less()
        for scope, name in GROUPED_BY.items():
            groups = rows.exists().filtered(
                lambda group, scope=scope: group.scope == scope
            )
            left = groups.filtered(lambda g, name=name: g[name] == other[name])
            joined = groups.filtered(lambda g, name=name: g[name] == keeper[name])
            if left == joined:
                left._count_less()
                continue
            (left | joined)._shift(left, row)

    def _count_less(self):
        for group in self:
            group.account_count -= 1

    def _shift(self, left, row):
        """Take an account out of one group's row and put it into another's."""
        for group in self:
            sign = -1 if group == left else 1
            if sign < 0 and group.account_count <= 1:
                group.unlink()
                continue
            [own] = self._read_exact(SQL("%s", group._ids))
            moved = {name: sign * row[name] for name in SUMMED}
            moved["buckets"] = [
                {
                    **bucket,
                    **{n: sign * bucket[n] for n in ("ending", "balance", "rolled")},
                }
                for bucket in row["buckets"]
            ]
            count = group.account_count - (1 if sign < 0 else 0)
            group._write_sum(own, [moved], group._get_members(), count)

    def _get_members(self):
        """The accounts that the row of a group is made of."""
        self.ensure_one()
        name = GROUPED_BY[self.scope]
        return self.search(
            [
                ("company_id", "=", self.company_id.id),
                ("month", "=", self.month),
                ("scope", "=", "account"),
                (name, "=", self[name].id),
            ]
        ).partner_id

    def _write_sum(self, row, others, partners, count=1):
        """Write the sums of a row and others, and the figures that follow from them.

        :param partners: accounts whose past sales count-back DSO goes through
        """
        self.ensure_one()
        every = [row, *others]
        sums = {name: sum(one[name] for one in every) for name in SUMMED}
        days = _days_of_months(self.month, HISTORY)
        window = next(
            n for n in range(1, HISTORY + 1) if sum(days[:n]) >= row["window_days"]
        )
        labels = [bucket["label"] for bucket in row["buckets"]]
        inputs = kpi.Inputs(
            **{name: sums[name] for name in PLAIN},
            sales=self._get_sales(sums, window, partners),
            **_sum_buckets(every, labels),
        )
        update_rows(
            self,
            [
                {
                    "id": self.id,
                    **sums,
                    "account_count": count,
                    "buckets": _get_buckets(labels, inputs),
                    **_get_figures(inputs, days, window),
                }
            ],
        )

    @api.model
    def _get_sales(self, sums, window, partners):
        """Sales by month, latest first: the window as frozen, the rest as booked."""
        items = self.env["account.admin.open.item"]
        items._flush_kpi_reads()
        booked = items._get_kpi_sales(self.company_id, self.month, partners.ids)
        months = [
            sum(values)
            for values in zip(
                *(found["sales"] for found in booked.values()), strict=True
            )
        ] or [kpi.ZERO] * HISTORY
        months[0] = sums["sales"]
        if window > 1:
            months[1] = sums["sales_window"] - months[0] - sum(months[2:window])
        return tuple(months)


def _sum_buckets(rows, labels):
    """Amounts by age bucket of several rows; one under another's limits has its own.

    :return: dict name of the input -> tuple
    """
    found = {}
    for row in rows:
        for bucket in row["buckets"]:
            found.setdefault(bucket["label"], []).append(bucket)
    return {
        name: tuple(
            sum((to_decimal(str(one[key])) for one in found[label]), kpi.ZERO)
            for label in labels
        )
        for name, key in (
            ("endings", "ending"),
            ("balances", "balance"),
            ("rolled", "rolled"),
        )
    }
