from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...engine.tree import Row, find_circle
from ..base.bounds import bounded

#: Kept by the database whoever writes: nothing stands above itself, or in two places.
GUARD = "national_account_position_guard"


@bounded
class NationalAccountPosition(models.Model):
    """A region below its group, an area below its region, for some days."""

    _name = "national.account.position"
    _description = "Place of a National Account"
    _inherit = ["account.admin.company.mixin", "account.admin.place.mixin"]
    _item_name, _node_name = "national_account_id", "parent_id"
    _order = "national_account_id, date_start, id"
    _rec_name = "parent_id"

    national_account_id = fields.Many2one(
        comodel_name="national.account",
        required=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="national_account_id.company_id", store=True)
    parent_id = fields.Many2one(
        comodel_name="national.account",
        string="Part Of",
        required=True,
        ondelete="restrict",
        index=True,
        help="The group, region or area that it is part of in these days.",
    )
    date_start = fields.Date(
        string="From", help="First day; empty when it has always been so."
    )
    date_end = fields.Date(
        string="Until", help="Last day. Figures of earlier days stay as they were."
    )

    _dates_in_order = models.Constraint(
        "CHECK(date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A place in the tree cannot end before it starts.",
    )

    def init(self):
        # two that write at once: the second of them updates what the first has, and so
        # begins anew and sees what the first did
        self.env.cr.execute(
            SQL(
                """CREATE OR REPLACE FUNCTION %(guard)s() RETURNS trigger AS $guard$
                DECLARE above int[];
                BEGIN
                    WITH RECURSIVE climb (node, first, last) AS (
                        SELECT NEW.parent_id,
                               COALESCE(NEW.date_start, '-infinity'::date),
                               COALESCE(NEW.date_end, 'infinity'::date)
                        UNION
                        SELECT place.parent_id,
                               GREATEST(climb.first, place.date_start),
                               LEAST(climb.last, place.date_end)
                          FROM climb
                          JOIN national_account_position place
                            ON place.national_account_id = climb.node
                           AND place.id <> NEW.id
                           AND COALESCE(place.date_start, '-infinity') <= climb.last
                           AND COALESCE(place.date_end, 'infinity') >= climb.first
                         WHERE climb.node <> NEW.national_account_id)
                    SELECT array_agg(DISTINCT node) INTO above FROM climb;
                    IF NEW.national_account_id = ANY(above) THEN
                        RAISE EXCEPTION 'A national account cannot stand above itself.'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    IF EXISTS (
                        SELECT FROM national_account_position place
                         WHERE place.national_account_id = NEW.national_account_id
                           AND place.id <> NEW.id
                           AND COALESCE(place.date_start, '-infinity')
                               <= COALESCE(NEW.date_end, 'infinity')
                           AND COALESCE(place.date_end, 'infinity')
                               >= COALESCE(NEW.date_start, '-infinity')) THEN
                        RAISE EXCEPTION 'A national account has one place at a time.'
                              USING ERRCODE = 'check_violation';
                    END IF;
                    UPDATE national_account SET tree_turn = COALESCE(tree_turn, 0) + 1
                     WHERE id = ANY(above || NEW.national_account_id);
                    RETURN NULL;
                END $guard$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS %(guard)s ON national_account_position;
                CREATE TRIGGER %(guard)s
                 AFTER INSERT OR UPDATE OF national_account_id, parent_id, date_start,
                       date_end ON national_account_position
                   FOR EACH ROW EXECUTE FUNCTION %(guard)s()""",
                guard=SQL.identifier(GUARD),
            )
        )

    @api.model
    def _check_places(self, rows):
        """Refuse places above oneself, or beside another, before the database does.

        :param rows: list of :class:`~..engine.tree.Row` that are about to be
        """
        # sudo: a place counts whoever may see it
        nationals = self.env["national.account"].sudo()
        named = {node for row in rows for node in (row.item, row.node)}
        changed = {row.id for row in rows}
        known = [
            row
            for row in self.sudo()._find_above(nationals.browse(named))._to_rows()
            if row.id not in changed
        ]
        for row in rows:
            way = find_circle(known, row)
            if way:
                raise ValidationError(
                    self.env._(
                        "%(account)s would stand above itself: %(way)s.",
                        account=nationals.browse(row.item).display_name,
                        way=" › ".join(
                            nationals.browse(node).display_name for node in way
                        ),
                    )
                )
            for other in known:
                if other.item == row.item and (
                    other.first <= row.last and row.first <= other.last
                ):
                    raise ValidationError(
                        self.env._(
                            "%(account)s is already part of %(parent)s in these days:"
                            " end that first.",
                            account=nationals.browse(row.item).display_name,
                            parent=nationals.browse(other.node).display_name,
                        )
                    )
            known.append(row)

    @api.model
    def _find_above(self, nationals):
        """Places of national accounts and of all that ever stood above them."""
        found = nationals
        places = self.search([("national_account_id", "in", nationals.ids)])
        while wanted := places.parent_id - found:
            # a search for each level of a tree: there are few
            found |= wanted
            places |= self.search([("national_account_id", "in", wanted.ids)])
        return places

    @api.constrains("national_account_id", "parent_id")
    def _check_company(self):
        for place in self:
            child, parent = place.national_account_id, place.parent_id
            if parent.company_id and parent.company_id != child.company_id:
                raise ValidationError(
                    self.env._(
                        "%(parent)s is kept for %(company)s only: %(child)s must be,"
                        " too.",
                        parent=parent.display_name,
                        company=parent.company_id.sudo().name,
                        child=child.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_places(
            [
                Row(
                    vals.get("national_account_id"),
                    vals.get("parent_id"),
                    fields.Date.to_date(vals.get("date_start")),
                    fields.Date.to_date(vals.get("date_end")),
                )
                for vals in vals_list
            ]
        )
        places = super().create(vals_list)
        places.national_account_id._tree_changed()
        return places

    def write(self, vals):
        self.national_account_id._tree_changed()
        columns = {"national_account_id": "item", "parent_id": "node"}
        columns |= {"date_start": "start", "date_end": "end"}
        changed = {
            column: vals[name] for name, column in columns.items() if name in vals
        }
        for name in {"start", "end"} & set(changed):
            changed[name] = fields.Date.to_date(changed[name])
        self._check_places([replace(row, **changed) for row in self._to_rows()])
        result = super().write(vals)
        self.national_account_id._tree_changed()
        return result

    @api.model
    def _replace(self, gone, vals_list):
        """A part of a group is nowhere at no time: its place becomes the new one."""
        waiting = list(vals_list)
        for place in gone:
            part = place.national_account_id.id
            for vals in [v for v in waiting if v["national_account_id"] == part]:
                # one write each: there is one such row a part
                place.write(vals)
                waiting.remove(vals)
                gone -= place
        return super()._replace(gone, waiting)

    def unlink(self):
        accounts = self.national_account_id
        accounts._tree_changed()
        result = super().unlink()
        accounts.exists()._check_has_head()
        accounts.exists()._tree_changed()
        return result


def drop_guard(cr):
    """Leave no function behind, nor the trigger that calls it."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS %s() CASCADE", SQL.identifier(GUARD)))
