"""Who is in which national account on a day: the one definition, in SQL.

A commercial partner is in one *place*: a group, a region, an area. Its *line* are the
place and all that stands above it; its *national account* is the top of that line.
"""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...engine.tree import BILLED

#: Which of several memberships of one partner counts.
FIRST = SQL("is_head DESC, date_start DESC NULLS LAST, id")
#: What the SQL here reads: model -> fields, to be written down before.
TREE_READS = {
    "national.account": ("active", "company_id", "date_end", "partner_id", "user_id"),
    "national.account.member": (
        *("national_account_id", "partner_id", "role", "date_start", "date_end"),
    ),
    "national.account.position": (
        *("national_account_id", "parent_id", "date_start", "date_end"),
    ),
}


class NationalAccount(models.Model):
    _inherit = "national.account"

    # ------------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------------

    @api.depends(
        "active",
        "part_ids.national_account_id.member_ids.partner_id",
        "member_ids.partner_id",
        "member_ids.date_start",
        "member_ids.date_end",
    )
    @api.depends_context("company")
    def _compute_member_count(self):
        company = self.env.company
        members = self._origin._get_members(company, company._collections_today())
        for national in self:
            inside = members.get(national._origin.id, ())
            # its own head office speaks for it, and is no member
            national.member_count = len(
                set(inside) - set(national.partner_id._origin.ids)
            )

    @api.depends(
        "position_ids.parent_id", "position_ids.date_start", "position_ids.date_end"
    )
    @api.depends_context("company")
    def _compute_parent_id(self):
        # sudo: what an account is part of is told to whoever may read the account
        lines = self._origin.sudo()._get_places_above()
        for national in self:
            line = lines.get(national._origin.id, self.browse()).with_env(self.env)
            national.parent_id = line[1:2]
            national.top_id = line[-1:] or national

    @api.model
    def _search_parent_id(self, operator, value):
        return self._search_above("parent_id", operator, value)

    @api.model
    def _search_top_id(self, operator, value):
        return self._search_above("top_id", operator, value)

    @api.model
    def _search_above(self, name, operator, value):
        """Domain of those whose place, or top, of today is asked for."""
        if operator not in ("in", "any"):
            return NotImplemented
        company = self.env.company
        # sudo: as when it is computed; what is found is still what one may read
        tree = self.sudo()._tree_sql(company, company._collections_today())
        # the first above itself, or the last of its line
        which = SQL("DESC))[1]") if name == "top_id" else SQL("))[2]")
        wanted = set(
            self._search(value).get_result_ids() if operator == "any" else value
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id, (array_agg(above ORDER BY depth %s FROM (%s) AS tree"
                " GROUP BY id",
                which,
                tree,
            )
        )
        found = [node for node, above in rows if (above or False) in wanted]
        return Domain("id", "in", found)

    @api.depends("user_id", "position_ids.parent_id")
    @api.depends_context("company")
    def _compute_responsible_id(self):
        found = dict(self._find_responsible(self.ids))
        for national in self:
            national.responsible_id = found.get(national._origin.id) or national.user_id

    @api.model
    def _search_responsible_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {user or False for user in value}
        found = self._find_responsible(None)
        ids = [node for node, user in found if (user or False) in wanted]
        return Domain("id", "in", ids)

    @api.model
    def _find_responsible(self, nodes):
        """Who looks after national accounts today: rows of id and user id or None."""
        self._flush_members()
        return self.env.execute_query(
            SQL(
                """WITH RECURSIVE climb AS (
                        SELECT id, id AS above, user_id FROM national_account
                         WHERE %(these)s
                         UNION ALL
                        SELECT climb.id, national.id, national.user_id
                          FROM climb
                          JOIN national_account_position position
                            ON position.national_account_id = climb.above AND %(days)s
                          JOIN national_account national
                            ON national.id = position.parent_id
                         WHERE climb.user_id IS NULL)
                   SELECT id, MAX(user_id) FROM climb GROUP BY id""",
                these=SQL("TRUE") if nodes is None else SQL("id = ANY(%s)", nodes),
                days=self._days_sql("position", self.env.company._collections_today()),
            )
        )

    @api.depends("user_id", "position_ids.parent_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_in_own_tree(self):
        mine = self._find_own_tree()
        for national in self:
            national.in_own_tree = national._origin.id in mine

    @api.model
    def _search_in_own_tree(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain("id", "in", list(self._find_own_tree()))
        return domain if True in value else ~domain

    @api.model
    def _find_own_tree(self):
        """Ids of what stands above or below the national accounts of the user."""
        self._flush_members()
        seeds = SQL("SELECT id FROM national_account")
        today = self.env.company._collections_today()
        rows = self.env.execute_query(
            SQL(
                """WITH tree AS (%s),
                        mine AS (SELECT id FROM national_account WHERE user_id = %s)
                SELECT above FROM tree WHERE id IN (SELECT id FROM mine)
                 UNION SELECT id FROM tree WHERE above IN (SELECT id FROM mine)""",
                self._climb_sql(seeds, today, today, SQL("TRUE")),
                self.env.uid,
            )
        )
        return {node for (node,) in rows}

    # ------------------------------------------------------------------
    # READERS
    # ------------------------------------------------------------------

    @api.model
    def _get_of_members(self, company, day, partners=None):
        """National account of each member on a day, of those that the user may read.

        Head offices included; archived ones only where the context asks for them.

        :param partners: commercial partner ids to look at, all when ``None``
        :return: dict commercial partner id -> ``national.account``, the top of its line
        """
        self._flush_members()
        among = self._search([]).subselect()
        members = self._members_sql(company, day, partners, among)
        rows = self.env.execute_query(
            SQL("SELECT partner_id, national_account_id FROM (%s) AS member", members)
        )
        return {partner: self.browse(national) for partner, national in rows}

    @api.model
    def _get_lines(self, company, day, partners=None):
        """What stands above each member on a day, whoever may read it.

        :param partners: as of :meth:`_get_of_members`
        :return: dict commercial partner id -> ``national.account`` from its place to
            the top
        """
        self._flush_members()
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id, array_agg(national_account_id ORDER BY depth)
                     FROM (%s) AS line GROUP BY partner_id""",
                self._lines_sql(company, day, partners),
            )
        )
        return {partner: self.browse(line) for partner, line in rows}

    @api.model
    def _get_heads_of(self, company, day, partners=None):
        """Head office that speaks for each member: the nearest in its line.

        :return: dict commercial partner id -> id of the head office's partner
        """
        self._flush_members()
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, head_id FROM (%s) AS member",
                self._members_sql(company, day, partners),
            )
        )
        return dict(rows)

    def _get_members(self, company, day):
        """Commercial partners in these and in what stands below them: id -> ids."""
        self._flush_members()
        # sudo: a branch has the accounts of companies that its users need not see
        lineage = SQL("%s", company.sudo().parent_ids.ids)
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE below AS (%(below)s),
                candidate AS (
                    SELECT partner_id FROM national_account_member
                     WHERE national_account_id IN (SELECT id FROM below)
                     UNION
                    SELECT partner_id FROM national_account
                     WHERE id IN (SELECT id FROM below)),
                place AS (
                    SELECT DISTINCT ON (partner_id) partner_id, national_account_id
                      FROM (%(members)s) AS membership ORDER BY partner_id, %(first)s)
                SELECT below.top, array_agg(place.partner_id)
                  FROM below JOIN place ON place.national_account_id = below.id
                 GROUP BY 1""",
                below=self._below_sql(lineage, day),
                members=self._memberships_sql(
                    lineage, day, SQL("(SELECT partner_id FROM candidate)")
                ),
                first=FIRST,
            )
        )
        found = dict(rows)
        return {national.id: found.get(national.id, []) for national in self}

    def _below_sql(self, lineage, day):
        """SQL of these and all that is below them on a day: ``top`` and ``id``."""
        return SQL(
            """WITH RECURSIVE below AS (
                    SELECT national.id AS top, national.id
                      FROM national_account national
                     WHERE national.id = ANY(%(ids)s) AND %(counts)s
                     UNION ALL
                    SELECT below.top, national.id
                      FROM below
                      JOIN national_account_position position
                        ON position.parent_id = below.id AND %(days)s
                      JOIN national_account national
                        ON national.id = position.national_account_id AND %(counts)s)
               SELECT top, id FROM below""",
            ids=self.ids,
            counts=self._counts_sql(lineage, day),
            days=self._days_sql("position", day),
        )

    def _get_below(self, day):
        """These and all that is below them on a day."""
        self._flush_members()
        # sudo: as above
        lineage = SQL("%s", self.env.company.sudo().parent_ids.ids)
        rows = self.env.execute_query(
            SQL("SELECT id FROM (%s) AS below", self._below_sql(lineage, day))
        )
        return self.browse(dict.fromkeys(node for (node,) in rows))

    def _get_line(self):
        """These and what stands above them today, the nearest first."""
        lines = self._get_places_above()
        return self.browse(
            dict.fromkeys(above for line in lines.values() for above in line.ids)
        )

    def _get_places_above(self):
        """Today's line of each: dict id -> ``national.account``, the nearest first."""
        company = self.env.company
        self._flush_members()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, array_agg(above ORDER BY depth) FROM (%s) AS tree
                    GROUP BY id""",
                self._tree_sql(company, company._collections_today(), self.ids),
            )
        )
        return {node: self.browse(line) for node, line in rows}

    @api.model
    def _flush_members(self):
        """Write down what the SQL below reads."""
        for model, fields in TREE_READS.items():
            self.env[model].flush_model(fields)

    def _tree_changed(self):
        """What follows the tree follows it at once, for all that is below these."""
        self.env["account.admin.absence"]._forget_cover()
        for company in self.company_id or self.env.company:
            # sudo: cases of members follow, whoever may see them
            below = self.sudo()._get_members(company, company._collections_today())
            partners = {partner for ids in below.values() for partner in ids}
            self.env["res.partner"].browse(partners)._collections_touch()

    # ------------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------------

    @api.model
    def _members_sql(self, company, day, partners=None, among=None):
        """SQL of each commercial partner's national account on a day.

        :param company: one ``res.company``
        :param partners: ids of commercial partners, all when ``None``
        :param SQL among: national accounts that count, for ``IN``; ``None`` for all
            that are active
        :return: SQL with the columns ``partner_id``, ``place_id``,
            ``national_account_id`` (the top), ``user_id`` and ``head_id`` (the nearest
            administrator and head office)
        """
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, place_id,
                      national_account_id, user_id, head_id
                 FROM (%s) AS line ORDER BY partner_id, depth DESC""",
            self._lines_sql(company, day, partners, among),
        )

    @api.model
    def _lines_sql(self, company, day, partners=None, among=None):
        """SQL of all that stands above each commercial partner on a day.

        :return: SQL with the columns of :meth:`_members_sql` and ``depth``, 0 for the
            place; ``user_id`` and ``head_id`` are the nearest up to there
        """
        # sudo: a branch has the accounts of companies that its users need not see
        lineage = SQL("%s", company.sudo().parent_ids.ids)
        return SQL(
            """WITH RECURSIVE place AS (
                    SELECT DISTINCT ON (partner_id) partner_id, national_account_id
                      FROM (%(members)s) AS membership ORDER BY partner_id, %(first)s),
                tree AS (%(tree)s)
               SELECT place.partner_id, place.national_account_id AS place_id,
                      tree.above AS national_account_id, tree.user_id, tree.head_id,
                      tree.depth
                 FROM place JOIN tree ON tree.id = place.national_account_id""",
            members=self._memberships_sql(lineage, day, partners, among),
            first=FIRST,
            tree=self._climb_sql(
                SQL("SELECT DISTINCT national_account_id FROM place"),
                *(day, day),
                self._counts_sql(lineage, day, among),
            ),
        )

    @api.model
    def _tree_sql(self, company, day, nodes=None):
        """SQL of all that stands above national accounts on a day.

        :param nodes: ids, all when ``None``
        :return: SQL with the columns ``id``, ``above``, ``depth`` (0 for itself),
            ``user_id`` and ``head_id`` (the nearest up to there)
        """
        # sudo: as above
        lineage = SQL("%s", company.sudo().parent_ids.ids)
        seeds = SQL("SELECT id FROM national_account")
        if nodes is not None:
            seeds = SQL("SELECT unnest(%s::int[])", list(nodes))
        return self._climb_sql(seeds, day, day, self._counts_sql(lineage, day))

    @api.model
    def _climb_sql(self, seeds, since, until, counts):
        """SQL that goes up the tree between two days, both included.

        :param SQL seeds: query of the ids to begin with
        :param SQL counts: condition on ``national``, of :meth:`_counts_sql`
        :return: SQL with the columns of :meth:`_tree_sql`, and ``first`` and ``last``:
            the days in which it is so
        """
        return SQL(
            """WITH RECURSIVE climb AS (
                    SELECT national.id, national.id AS above, 0 AS depth,
                           national.user_id, national.partner_id AS head_id,
                           %(since)s::date AS first,
                           LEAST(%(until)s::date, national.date_end) AS last
                      FROM national_account national
                     WHERE national.id IN (%(seeds)s) AND %(counts)s
                     UNION ALL
                    SELECT climb.id, national.id, climb.depth + 1,
                           COALESCE(climb.user_id, national.user_id),
                           COALESCE(climb.head_id, national.partner_id),
                           GREATEST(climb.first, position.date_start),
                           LEAST(climb.last, position.date_end, national.date_end)
                      FROM climb
                      JOIN national_account_position position
                        ON position.national_account_id = climb.above
                       AND (position.date_start IS NULL
                            OR position.date_start <= climb.last)
                       AND (position.date_end IS NULL
                            OR position.date_end >= climb.first)
                      JOIN national_account national
                        ON national.id = position.parent_id AND %(counts)s)
               SELECT id, above, depth, user_id, head_id, first, last FROM climb""",
            seeds=seeds,
            counts=counts,
            since=since,
            until=until,
        )

    @api.model
    def _member_sql(self, partner, company, day):
        """SQL of one row's national account, as :meth:`_members_sql` has it.

        :param SQL partner: id of the row's commercial partner
        :param SQL company: id of the row's company
        :param SQL day: the row's day
        """
        return SQL(
            "SELECT above FROM (%s) AS line ORDER BY depth DESC LIMIT 1",
            self._line_sql(partner, company, day),
        )

    @api.model
    def _line_sql(self, partner, company, day):
        """SQL of all that stands above one row's account: ``above`` and ``depth``.

        :param SQL partner, company, day: as of :meth:`_member_sql`
        """
        lineage = SQL(
            """(SELECT string_to_array(rtrim(parent_path, '/'), '/')::int[]
                  FROM res_company WHERE id = %s)""",
            company,
        )
        return SQL(
            """WITH RECURSIVE line AS (
                    (SELECT national_account_id AS above, 0 AS depth
                       FROM (%(members)s) AS membership
                      WHERE partner_id = %(partner)s ORDER BY %(first)s LIMIT 1)
                     UNION ALL
                    SELECT position.parent_id, line.depth + 1
                      FROM line
                      JOIN national_account_position position
                        ON position.national_account_id = line.above AND %(days)s
                      JOIN national_account national
                        ON national.id = position.parent_id AND %(counts)s)
               SELECT above, depth FROM line""",
            members=self._memberships_sql(lineage, day),
            first=FIRST,
            partner=partner,
            days=self._days_sql("position", day),
            counts=self._counts_sql(lineage, day),
        )

    @api.model
    def _counts_sql(self, lineage, day, among=None):
        """Condition on ``national``: it counts for a company on a day.

        A national account without a company is everybody's, a company's also its
        branches'.

        :param SQL lineage: ids of the company and those above it, an array
        """
        return SQL(
            """%s AND (national.company_id IS NULL
                       OR national.company_id = ANY(%s::int[]))
                  AND (national.date_end IS NULL OR national.date_end >= %s)""",
            SQL("national.active")
            if among is None
            else SQL("national.id IN %s", among),
            lineage,
            day,
        )

    @api.model
    def _memberships_sql(self, lineage, day, partners=None, among=None):
        """SQL of the places of accounts on a day, or in the days from one on.

        A head office is in its own always, a member between its days; a membership in
        another role is for people to know and counts nowhere.

        :param day: a date or the SQL of one
        :param partners: ids of commercial partners, or the SQL of them for ``IN``
        :param SQL among: as of :meth:`_members_sql`
        """
        return SQL(
            "SELECT * FROM (%s) AS stay WHERE %s",
            self._stays_sql(self._counts_sql(lineage, day, among), partners),
            self._days_sql("stay", day),
        )

    @api.model
    def _stays_sql(self, counts, partners=None):
        """SQL of the places of accounts with their days, of whatever days.

        :param SQL counts: as of :meth:`_climb_sql`
        """

        def only(alias):
            if partners is None:
                return SQL("TRUE")
            column = SQL.identifier(alias, "partner_id")
            if isinstance(partners, SQL):
                return SQL("%s IN %s", column, partners)
            return SQL("%s = ANY(%s)", column, list(partners))

        return SQL(
            """SELECT national.partner_id, national.id AS national_account_id,
                      TRUE AS is_head, NULL::date AS date_start, national.date_end,
                      0 AS id
                 FROM national_account national
                WHERE %(counts)s AND national.partner_id IS NOT NULL AND %(heads)s
                UNION ALL
               SELECT member.partner_id, member.national_account_id, FALSE,
                      member.date_start, LEAST(member.date_end, national.date_end),
                      member.id
                 FROM national_account_member member
                 JOIN national_account national
                   ON national.id = member.national_account_id
                WHERE %(counts)s AND member.role = %(billed)s AND %(members)s""",
            counts=counts,
            heads=only("national"),
            members=only("member"),
            billed=BILLED,
        )

    @api.model
    def _days_sql(self, alias, day):
        """Condition on a row with a first and a last day: it covers a day."""
        start = SQL.identifier(alias, "date_start")
        end = SQL.identifier(alias, "date_end")
        return SQL(
            "(%(start)s IS NULL OR %(start)s <= %(day)s)"
            " AND (%(end)s IS NULL OR %(end)s >= %(day)s)",
            start=start,
            end=end,
            day=day,
        )
