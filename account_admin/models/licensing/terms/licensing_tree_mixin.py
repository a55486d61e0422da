from odoo import api, fields, models


class LicensingTreeMixin(models.AbstractModel):
    """Something that contracts name, with others below it.

    A contract about one covers those below, too. Models give the field ``parent_id``.
    """

    _name = "licensing.tree.mixin"
    _description = "Tree That Licensing Contracts Name"
    _inherit = ["account.admin.company.mixin"]
    _parent_store = True
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _check_company_auto = True
    #: The field by which rows of contracts name it.
    _term_field = None

    name = fields.Char(
        required=True, help="What it is called in contracts and reports."
    )
    code = fields.Char(help="Short name that licensees use in their reports.")
    complete_name = fields.Char(
        compute="_compute_complete_name",
        store=True,
        recursive=True,
        help="With the names of everything above it.",
    )
    parent_path = fields.Char(index=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Leave empty to share it between companies.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for node in self:
            above = node.parent_id.complete_name
            node.complete_name = f"{above} / {node.name}" if above else node.name

    @api.model
    def _get_below(self):
        """Those below each one, itself included.

        :return: dict id -> frozenset of ids, of all records
        """
        # sudo: the tree decides on money and must not depend on who looks
        rows = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch([], ["parent_path"])
        )
        found = {}
        for node in rows:
            for above in node.parent_path.split("/")[:-1]:
                found.setdefault(int(above), []).append(node.id)
        return {node: frozenset(ids) for node, ids in found.items()}
