"""Windows of the add-on, opened on some records only."""


def open_window(env, xml_id, title="", **values):
    """A window action of the add-on under a title that says what it shows.

    :param str xml_id: without the add-on's name
    :param str title: the action's own name when empty
    :param values: of the action, for example ``domain`` and ``context``
    :return: the action as a dict
    :raise AccessError: the user may not see what it shows
    """
    action = env["ir.actions.act_window"]._for_xml_id(f"account_admin.{xml_id}")
    env[action["res_model"]].check_access("read")
    if title:
        # the web client shows the display name, which the action brings along
        values = {"name": title, "display_name": title, **values}
    return {**action, **values}
