"""What Odoo's web client asks the server for when somebody opens a list or a form."""

from lxml import etree

LIST_LIMIT = 80
X2MANY_LIMIT = 40
COUNT_LIMIT = 10_001


def read_views(env, action):
    """Ask for the views of a window action, as on a click on its menu item.

    :param action: ``ir.actions.act_window``
    :return: dict of view type -> view, and the fields of each model
    """
    views = [*action.views, (action.search_view_id.id, "search")]
    options = {"action_id": action.id, "load_filters": True, "toolbar": True}
    found = env[action.res_model].get_views(views, options)
    return found["views"], found["models"]


def specification(arch, model, models):
    """Say what to read for a view: every field in its arch, its lists' fields as well.

    The rules are those of ``getFieldsSpec`` in the web client's relational model.

    :param arch: the view's root element, or its source
    :param str model: the view's model
    :param dict models: what ``get_views`` says of each model
    """
    if isinstance(arch, str):
        arch = etree.fromstring(arch)
    spec = {}
    for node in _own_fields(arch):
        field = models[model]["fields"][node.get("name")]
        hidden = {node.get("invisible"), node.get("column_invisible")} & {"1", "True"}
        spec[node.get("name")] = _of_field(node, field, bool(hidden), models)
    return spec


def _own_fields(node):
    """Fields of a view, without those of the views inside its fields."""
    for child in node:
        if child.tag == "field":
            yield child
        else:
            yield from _own_fields(child)


def _of_field(node, field, is_hidden, models):
    if field["type"] in ("many2one", "reference"):
        return {"fields": {} if is_hidden else {"display_name": {}}}
    if field["type"] not in ("one2many", "many2many") or is_hidden:
        return {}
    inner = {"display_name": {}}
    for view in node.findall("list")[:1] + node.findall("form"):
        inner |= specification(view, field["relation"], models)
    return {"fields": inner, "limit": X2MANY_LIMIT}


def open_list(env, action, domain):
    """Open an action's list: its views, then the first page.

    :return: what the server answers
    """
    views, models = read_views(env, action)
    spec = specification(views["list"]["arch"], action.res_model, models)
    return env[action.res_model].web_search_read(
        domain, spec, limit=LIST_LIMIT, count_limit=COUNT_LIMIT
    )
