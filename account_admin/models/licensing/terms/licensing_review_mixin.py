from odoo import models
from odoo.exceptions import AccessError, UserError

MANAGER = "account_admin.group_licensing_manager"


def check_manager(env):
    """Refuse what binds the company to whoever is no licensing manager.

    :raise AccessError: for everybody else but the superuser
    """
    if not (env.su or env.user.has_group(MANAGER)):
        raise AccessError(env._("Only a licensing manager may do this."))


def find_managers(company):
    """Licensing managers who work in a company, by name.

    :param company: ``res.company``
    :return: ``res.users``
    """
    # sudo: who they are is told to whoever needs one
    group = company.env.ref(MANAGER).sudo()
    return group.all_user_ids._account_admin_present(company)


class LicensingReviewMixin(models.AbstractModel):
    """Something that one person sends to review and another approves.

    Models give the fields ``state``, ``author_id`` and ``company_id``.
    """

    _name = "licensing.review.mixin"
    _description = "Reviewed by Another Person"

    def _check_action(self, *states):
        """Refuse what the user or the state does not allow."""
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for record in self:
            if record.state not in states:
                raise UserError(
                    self.env._(
                        "%(record)s is %(state)s, but has to be: %(states)s.",
                        record=record.display_name,
                        state=labels[record.state],
                        states=", ".join(labels[state] for state in states),
                    )
                )

    def _check_manager(self):
        check_manager(self.env)

    def _check_four_eyes(self):
        """Refuse that one person sends a contract to review and approves it.

        :raise UserError: naming who may approve it
        """
        self.ensure_one()
        # sudo: who may approve is told to whoever must not
        record = self.sudo()
        author = record.author_id
        if self.env.su or author != self.env.user:
            return
        if not record.company_id.licensing_four_eyes:
            return
        managers = find_managers(record.company_id) - author
        raise UserError(
            self.env._(
                "You sent %(record)s to review, so another licensing manager has to"
                " approve it: %(managers)s.",
                record=record.display_name,
                managers=", ".join(managers.mapped("name")),
            )
            if managers
            else self.env._(
                "You sent %(record)s to review and are the only licensing manager of"
                " %(company)s: let another one approve it or turn off “Four Eyes on"
                " Contracts” in the settings.",
                record=record.display_name,
                company=record.company_id.display_name,
            )
        )
