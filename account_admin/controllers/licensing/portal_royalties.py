from odoo import http
from odoo.exceptions import LockError, UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ...models.licensing.imports.licensing_statement_portal import MAX_BYTES
from ...models.licensing.statements.licensing_statement import REVIEWED, SHOWN, WAITING
from ...reports.licensing import licensing_lines, licensing_template
from ..base.shared import XLSX
from .licensing_own import count_own, find_one, find_own

MODEL = "licensing.statement"
#: Where a sentence about what was refused waits for the next page.
TOLD = "licensing_told"
#: Seconds after which a page looks again for a file in the background.
AGAIN = 5


class RoyaltyPortal(CustomerPortal):
    """What a licensee reports: the list, one statement, and what is done about it."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "royalty_count" in counters:
            values["royalty_count"] = count_own(MODEL)
        if "royalty_waiting_count" in counters:
            waiting = [("state", "in", WAITING)]
            values["royalty_waiting_count"] = count_own(MODEL, waiting)
        return values

    # ------------------------------------------------------------------
    # PAGES
    # ------------------------------------------------------------------

    def _get_royalty_filters(self):
        states = {"waiting": WAITING, "review": REVIEWED, "approved": SHOWN}
        env = request.env
        labels = {
            "all": env._("All"),
            "waiting": env._("Waiting for you"),
            "review": env._("In review"),
            "approved": env._("Approved"),
        }
        return {
            key: {
                "label": label,
                "domain": [("state", "in", states[key])] if key in states else [],
            }
            for key, label in labels.items()
        }

    def _get_royalty_sortings(self):
        env = request.env
        return {
            "waiting": {"label": env._("Waiting first"), "order": "date_due, id"},
            "period": {"label": env._("Newest"), "order": "date_end desc, id desc"},
            "due": {"label": env._("Due date"), "order": "date_due, id"},
            "contract": {
                "label": env._("Contract"),
                "order": "contract_id, date_end desc, id desc",
            },
        }

    def _find_royalties(self, sortby, domain, offset):
        """A page of own statements, by default first those that wait for the visitor.

        :param int offset: how many stand on the pages before it
        """
        sortings, limit = self._get_royalty_sortings(), self._items_per_page
        order = sortings[sortby]["order"]
        options = {"order": order, "offset": offset, "limit": limit}
        if sortby != "waiting":
            return find_own(MODEL, domain, **options)
        waiting, domain = Domain("state", "in", WAITING), Domain(domain)
        first = find_own(MODEL, domain & waiting, **options)
        if len(first) == limit:
            return first
        return first + find_own(
            MODEL,
            domain & ~waiting,
            order=sortings["period"]["order"],
            offset=max(0, offset - count_own(MODEL, domain & waiting)),
            limit=limit - len(first),
        )

    @http.route(
        ["/my/royalties", "/my/royalties/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_royalties(self, page=1, sortby="", filterby="", **_kwargs):
        """The statements of the licensee who is logged in."""
        filters, sortings = self._get_royalty_filters(), self._get_royalty_sortings()
        filterby = filterby if filterby in filters else "all"
        sortby = sortby if sortby in sortings else "waiting"
        domain = filters[filterby]["domain"]
        pages = pager(
            url="/my/royalties",
            url_args={"sortby": sortby, "filterby": filterby},
            total=count_own(MODEL, domain),
            page=page,
            step=self._items_per_page,
        )
        return request.render(
            "account_admin.portal_my_royalties",
            {
                "statements": self._find_royalties(sortby, domain, pages["offset"]),
                "pager": pages,
                "page_name": "royalties",
                "default_url": "/my/royalties",
                "searchbar_filters": filters,
                "filterby": filterby,
                "searchbar_sortings": sortings,
                "sortby": sortby,
            },
        )

    @http.route(
        "/my/royalties/<int:statement_id>", type="http", auth="user", website=True
    )
    def portal_royalty(self, statement_id, step="", **_kwargs):
        """One statement: what to do next, and what it came to."""
        statement = find_one(MODEL, statement_id)
        report = statement._get_licensee_file()
        response = request.render(
            "account_admin.portal_royalty",
            {
                "royalty": statement,
                "report": report,
                "queries": statement._get_open_questions(),
                "is_waiting": statement.state in WAITING,
                "has_figures": statement.state in SHOWN,
                "asks_nothing": step == "nothing"
                and statement.state == "expected"
                and not report._is_busy(),
                "told": request.session.pop(TOLD, ""),
                "page_name": "royalties",
            },
        )
        if report._is_busy():
            response.headers["Refresh"] = str(AGAIN)
        return response

    # ------------------------------------------------------------------
    # WHAT THE LICENSEE DOES
    # ------------------------------------------------------------------

    def _do(self, statement_id, act):
        """Do something about a statement; what is refused is told on its page.

        :param act: gets the statement, and raises ``UserError`` to refuse
        """
        statement = find_one(MODEL, statement_id)
        try:
            with request.env.cr.savepoint():
                act(statement)
        except LockError:
            request.session[TOLD] = request.env._(
                "Somebody works on this report right now: try again in a moment."
            )
        except UserError as error:
            request.session[TOLD] = str(error)
        return request.redirect(f"/my/royalties/{statement_id}")

    @http.route(
        "/my/royalties/<int:statement_id>/upload",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_royalty_upload(self, statement_id, report=None, **_kwargs):
        """Take a file and read it; nothing is submitted."""
        name = getattr(report, "filename", "")
        # one byte too many is enough to know that it is too large
        content = report.read(MAX_BYTES + 1) if name else b""
        return self._do(statement_id, lambda found: found._receive_file(name, content))

    @http.route(
        "/my/royalties/<int:statement_id>/submit",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_royalty_submit(self, statement_id, checksum="", again="", **_kwargs):
        """Submit the file that was looked at."""
        return self._do(
            statement_id, lambda found: found._submit_file(checksum, bool(again))
        )

    @http.route(
        "/my/royalties/<int:statement_id>/nothing",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_royalty_nothing(self, statement_id, **_kwargs):
        """Report that nothing was sold."""
        return self._do(statement_id, lambda found: found._report_nothing())

    @http.route(
        "/my/royalties/<int:statement_id>/answer/<int:query_id>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_royalty_answer(self, statement_id, query_id, answer="", **_kwargs):
        """Answer a question."""
        return self._do(
            statement_id,
            lambda found: found._get_open_questions()._take_answer(query_id, answer),
        )

    # ------------------------------------------------------------------
    # WORKBOOKS
    # ------------------------------------------------------------------

    def _send_workbook(self, name, content):
        return request.make_response(
            content,
            [
                ("Content-Type", XLSX),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    @http.route("/my/royalties/<int:statement_id>/template", type="http", auth="user")
    def portal_royalty_template(self, statement_id, **_kwargs):
        """The workbook to fill in."""
        found = find_one(MODEL, statement_id)
        return self._send_workbook(*licensing_template.build(found.contract_id, found))

    @http.route("/my/royalties/<int:statement_id>/lines", type="http", auth="user")
    def portal_royalty_lines(self, statement_id, **_kwargs):
        """The lines as reported, with what they came to."""
        found = find_one(MODEL, statement_id)
        if found.state not in SHOWN:
            raise request.not_found()
        return self._send_workbook(*licensing_lines.build(found))
