"""National accounts: 10,000 in trees with 200,000 members.

The tree opens, all of them are added up, a branch is moved, Account 360 opens; and
Odoo's own form and list of partners with the add-on, of which members are.
"""

import argparse
import sys
from datetime import date

from freezegun import freeze_time

from benchmarks.desk import time_of
from benchmarks.lib.results import machine, table, write_section
from devtools.odoo_session import odoo_session

#: Of each group: its regions, and the areas of each region.
REGIONS, AREAS = 3, 2
#: National accounts of a group: itself, its regions, their areas.
EACH = 1 + REGIONS + REGIONS * AREAS


def plant(env, groups, members):
    """Groups with regions and areas, and the members spread over the areas.

    The first ``groups`` customers are head offices, the rest are members.
    """
    env.flush_all()
    env.cr.execute(
        """CREATE TEMPORARY TABLE customer AS
           SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM res_partner
            WHERE customer_rank > 0 AND parent_id IS NULL AND is_company
            ORDER BY id LIMIT %(all)s;
           INSERT INTO national_account (name, kind, active, partner_id, user_id)
           SELECT 'Group ' || n, 'group', TRUE, id, %(user)s FROM customer
            WHERE n < %(groups)s;
           INSERT INTO national_account (name, kind, active)
           SELECT top.name || ' Region ' || n, 'region', TRUE
             FROM national_account top, generate_series(1, %(regions)s) n
            WHERE top.kind = 'group' AND top.name LIKE 'Group %%';
           INSERT INTO national_account_position (national_account_id, parent_id)
           SELECT region.id, top.id
             FROM national_account region
             JOIN national_account top
               ON top.name = split_part(region.name, ' Region ', 1)
            WHERE region.kind = 'region' AND top.kind = 'group'
              AND top.name LIKE 'Group %%';
           INSERT INTO national_account (name, kind, active)
           SELECT region.name || ' Area ' || n, 'area', TRUE
             FROM national_account region, generate_series(1, %(areas)s) n
            WHERE region.kind = 'region' AND region.name LIKE 'Group %%';
           INSERT INTO national_account_position (national_account_id, parent_id)
           SELECT area.id, region.id
             FROM national_account area
             JOIN national_account region
               ON region.name = split_part(area.name, ' Area ', 1)
            WHERE area.kind = 'area' AND region.name LIKE 'Group %%';
           CREATE TEMPORARY TABLE area AS
           SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, COUNT(*) OVER () AS m
             FROM national_account WHERE kind = 'area' AND name LIKE 'Group %%';
           INSERT INTO national_account_member
                  (partner_id, national_account_id, role)
           SELECT customer.id, area.id, 'billed'
             FROM customer JOIN area ON area.n = customer.n %% area.m
            WHERE customer.n >= %(groups)s;
           ANALYZE""",
        {
            "groups": groups,
            "all": groups + members,
            "regions": REGIONS,
            "areas": AREAS,
            "user": env.uid,
        },
    )
    env.invalidate_all()
    env.cr.commit()


def measure(env):
    """Rows of the table: (what, milliseconds, milliseconds at most)."""
    from benchmarks.lib.web_client import open_list, read_views, specification

    nationals, company = env["national.account"], env.company
    day = company._collections_today()
    group = nationals.search([("name", "=", "Group 0")])
    overview, timeline = env["account.admin.overview"], env["account.admin.timeline"]
    yield (
        "the tree of a group opens",
        time_of(env, lambda: overview.get_structure(group.id)),
        1000,
    )
    yield (
        "its drawing",
        time_of(env, lambda: overview.get_drawing(group.id)),
        1000,
    )
    yield (
        "all national accounts are added up",
        time_of(env, lambda: nationals._get_figures(company, day)),
        3000,
    )
    action = env.ref("account_admin.national_account_action")
    yield (
        "list of national accounts opens",
        time_of(env, lambda: open_list(env, action, [])),
        1000,
    )
    yield "a branch is moved, with its effect", time_of(env, mover(env, group)), 2000

    def open_360():
        views, models = read_views(env, action)
        group.web_read(specification(views["form"]["arch"], group._name, models))
        timeline.get_page("national.account", group.id)
        overview.get_structure(group.id)

    yield "Account 360 of a group opens", time_of(env, open_360), 1000


def mover(env, group):
    """What moves a region of a group to another group, and back the next time."""
    nationals = env["national.account"]
    region = nationals.search([("name", "=", f"{group.name} Region 1")])
    other = nationals.search([("name", "=", "Group 1")])

    def move():
        target = group if region.parent_id == other else other
        wizard = env["national.account.reorganization"].create(
            {"national_account_id": region.id, "target_id": target.id}
        )
        wizard.action_show()
        wizard.action_apply()

    return move


def main():
    parser = argparse.ArgumentParser(prog="./dev bench accounts", description=__doc__)
    parser.add_argument("--database", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--groups", type=int, default=1000)
    parser.add_argument("--members", type=int, default=200_000)
    parser.add_argument("--quick", action="store_true", help="small, no results")
    options = parser.parse_args()
    groups = 20 if options.quick else options.groups
    members = 2000 if options.quick else options.members
    with odoo_session(options.database) as env:
        from benchmarks.lib import ledger

        with freeze_time(f"{date.fromisoformat(ledger.TODAY)} 12:00:00"):
            ledger.build(env, groups + members, groups + members)
            plant(env, groups, members)
            rows = list(measure(env))
            text = (
                f"{groups * EACH:,} national accounts, {members:,} members,"
                f" {groups + members:,} open items. {machine(env)}\n\n"
                + table(
                    ("milliseconds, median of six", "", "at most"),
                    [(what, f"{value:.0f}", f"{most:,}") for what, value, most in rows],
                )
            )
            print(text)
            if not options.quick:
                write_section(
                    "accounts",
                    f"## National accounts\n\n`./dev bench accounts`. {text}",
                )
    return 0


if __name__ == "__main__":
    sys.exit(main())
