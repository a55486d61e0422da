import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..base.bulk import update_rows

#: An event as the text that is hashed: what no merging of accounts changes.
CONTENT = """jsonb_build_object(
    'id', event.id, 'company', event.company_id, 'case', event.case_id,
    'run', event.run_id, 'notice', event.notice_id, 'date', event.date,
    'kind', event.kind, 'rule', event.rule, 'step', event.step_name,
    'item', event.item_name, 'days', event.days, 'amount', event.amount,
    'figures', event.figures, 'note', event.note, 'sha256', event.sha256,
    'by', event.create_uid, 'at', event.create_date)::text"""


def link(before, content_sha256):
    """The hash of an event over the one before: both as hexadecimal text."""
    return hashlib.sha256((before + content_sha256).encode()).hexdigest()


class CollectionsChain(models.Model):
    """The end of a company's chain of events: each hashed over the one before."""

    _name = "collections.chain"
    _description = "Chain of Events"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        comodel_name="res.company", required=True, ondelete="restrict"
    )
    number = fields.Integer(help="Events in the chain.")
    sha256 = fields.Char(string="SHA-256", help="Of the last event.")

    _company_uniq = models.UniqueIndex("(company_id)", "A company has one chain.")

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse()
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _refuse(self):
        raise UserError(self.env._("The chain of events is kept by the product alone."))

    @api.model
    def _cron_chain(self):
        """Chain what was logged since; each company in a transaction of its own."""
        companies = self.env["res.company"].search([("collections_chain", "=", True)])
        for number, company in enumerate(companies, start=1):
            self._extend(company)
            left = self.env["ir.cron"]._commit_progress(
                1, remaining=len(companies) - number
            )
            if not left:
                break

    @api.model
    def _extend(self, company):
        """Hash the events of a company that are not in its chain yet.

        The row of the chain is locked: a second worker that extends it meanwhile gives
        way (PostgreSQL refuses its stale view) and tries again.
        """
        # sudo: nobody may write the chain, the product does
        chain = self.sudo().search([("company_id", "=", company.id)])
        if not chain:
            chain = self.sudo().create({"company_id": company.id})
        self.env["collections.event"].flush_model()
        chain.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                """WITH head AS MATERIALIZED (
                       SELECT id FROM collections_chain WHERE id = %s FOR UPDATE)
                   SELECT event.id,
                          encode(sha256(convert_to(%s, 'UTF8')), 'hex')
                     FROM head, collections_event event
                    WHERE event.company_id = %s AND event.chain_number IS NULL
                    ORDER BY event.id""",
                chain.id,
                SQL(CONTENT),
                company.id,
            )
        )
        if not rows:
            return
        number, last, links = chain.number, chain.sha256 or "", []
        for event, content in rows:
            number, last = number + 1, link(last, content)
            links.append(
                {
                    "id": event,
                    "chain_number": number,
                    "content_sha256": content,
                    "chain_sha256": last,
                }
            )
        update_rows(self.env["collections.event"].sudo(), links)
        chain.write({"number": number, "sha256": last})

    @api.model
    def _read_links(self, company, first, last):
        """A stretch of a company's chain with the events' contents as they are now.

        :return: list of (number, account's id, content, its hash when chained, link,
            whether it was anonymised since)
        """
        return self.env.execute_query(
            SQL(
                """SELECT event.chain_number, event.partner_id, %s,
                          event.content_sha256, event.chain_sha256,
                          event.anonymised_on IS NOT NULL
                     FROM collections_event event
                    WHERE event.company_id = %s
                      AND event.chain_number BETWEEN %s AND %s
                    ORDER BY event.chain_number""",
                SQL(CONTENT),
                company.id,
                first,
                last,
            )
        )
