from ast import literal_eval

from odoo import models

OWN = "account_admin"


class IrUiView(models.Model):
    """How dates and amounts look on every screen of the add-on: one way each.

    A date is written as the user's language writes dates, as texts, mails and reports
    do, never as "Nov 28". An amount or a count of zero says nothing in a list and stays
    blank. A view that means otherwise says so in the field's ``options``.
    """

    _inherit = "ir.ui.view"

    def _postprocess_tag_field(self, node, name_manager, node_info):
        result = super()._postprocess_tag_field(node, name_manager, node_info)
        model = name_manager.model
        field = model._fields.get(node.get("name"))
        if field and (model._original_module == OWN or field._modules == (OWN,)):
            options = self._get_presentation(field, node, node_info)
            if options:
                options.update(literal_eval(node.get("options") or "{}"))
                node.set("options", repr(options))
        return result

    def _get_presentation(self, field, node, node_info):
        """Options of the web client's fields, by what a field holds."""
        if field.type in ("date", "datetime"):
            return {"numeric": True}
        is_read = node_info["view_type"] == "list" and not node_info["view_editable"]
        if is_read and not node.get("widget"):
            is_count = field.type == "integer" and field.name.endswith("_count")
            if field.type == "monetary" or is_count:
                return {"blank_zero": True}
        return {}

    def _postprocess_tag_pivot(self, node, name_manager, _node_info):
        self._set_own_class(node, name_manager, "account_admin_pivot")

    def _postprocess_tag_activity(self, node, name_manager, _node_info):
        self._set_own_class(node, name_manager, "account_admin_history")

    def _set_own_class(self, node, name_manager, js_class):
        if name_manager.model._original_module == OWN and not node.get("js_class"):
            node.set("js_class", js_class)
