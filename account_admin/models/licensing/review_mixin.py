from odoo import models
from odoo.exceptions import AccessError, UserError

MANAGER = "account_admin.group_licensing_manager"


class LicensingReviewMixin(models.AbstractModel):
    """Something that one person sends to review and another approves.

    Models give the fields ``state``, ``author_id`` and ``company_id``.
    """

    _name = "licensing.review.mixin"
    _description = "Reviewed by Another Person"
