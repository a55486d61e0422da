"""The only way by which pages of a licensee come by anything: its own account."""

from odoo.fields import Domain
from odoo.http import request


def _narrow(model, domain):
    """The model to look in, and the domain of the visitor's own account."""
    partner = request.env.user.partner_id.commercial_partner_id
    # sudo: licensees have no right on these; the domain names their own account
    records = request.env[model].sudo()
    return records, records._get_licensee_domain(partner) & Domain(domain)


def find_own(model, domain=Domain.TRUE, **options):
    """Contracts or statements of the visitor's commercial entity, and no others.

    :param str model: gives ``_get_licensee_domain``
    :param options: of ``search``
    """
    records, own = _narrow(model, domain)
    return records.search(own, **options)


def count_own(model, domain=Domain.TRUE):
    """How many :func:`find_own` finds."""
    records, own = _narrow(model, domain)
    return records.search_count(own)


def find_one(model, record_id):
    """One of them, worked on in its own company.

    :raise NotFound: it is not there or somebody else's, nobody learns which
    """
    record = find_own(model, [("id", "=", record_id)])
    if not record:
        raise request.not_found()
    company = record.company_id
    return record.with_context(allowed_company_ids=company.ids)
