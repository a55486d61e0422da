from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...engine import aging
from ..base.groups import SETTINGS

DEFAULTS = {
    "bucket_limits": ", ".join(str(limit) for limit in aging.DEFAULT_LIMITS),
}


class ResCompany(models.Model):
    _inherit = "res.company"

    collections_bucket_limits = fields.Char(
        string="Aging Buckets",
        default=DEFAULTS["bucket_limits"],
        help="Last day past due of each bucket, commas between: 30, 60, 90, 120 gives "
        "1-30, 31-60, 61-90, 91-120 and 121+.",
        groups=SETTINGS,
    )

    @api.model
    def _collections_defaults(self):
        return {**super()._collections_defaults(), **DEFAULTS}

    @api.constrains("collections_bucket_limits")
    def _check_collections_bucket_limits(self):
        for company in self:
            try:
                aging.parse_limits(company.collections_bucket_limits or "")
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(company)s: %(error)s",
                        company=company.display_name,
                        error=error,
                    )
                ) from error

    def _collections_limits(self):
        """Bucket limits as a tuple of days."""
        return aging.parse_limits(self._collections_setting("bucket_limits"))
