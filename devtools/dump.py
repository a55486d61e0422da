"""./dev dump: what the add-on is in a database, sorted, so that two can be compared.

Models and fields, external ids, views, menus, actions, access, rules, columns, indexes
and constraints: everything that installing or updating makes, and nothing of what
people enter. A fresh installation and an updated one have the same.
"""

#: Rows of one text each.
QUERIES = {
    "model": """
        SELECT model.model, model.name->>'en_US', model.transient
          FROM ir_model model JOIN ir_model_data data
            ON data.model = 'ir.model' AND data.res_id = model.id
         WHERE data.module = 'account_admin'""",
    "field": """
        SELECT field.model, field.name, field.ttype, field.field_description->>'en_US',
               field.relation, field.relation_field, field.relation_table,
               field.required, field.readonly, field.store, field.index, field.copied,
               field.on_delete, field.help->>'en_US', field.company_dependent,
               (SELECT string_agg(value.value || '=' || (value.name->>'en_US'), ','
                                  ORDER BY value.sequence, value.value)
                  FROM ir_model_fields_selection value WHERE value.field_id = field.id)
          FROM ir_model_fields field JOIN ir_model_data data
            ON data.model = 'ir.model.fields' AND data.res_id = field.id
         WHERE data.module = 'account_admin'""",
    "xmlid": """
        SELECT model, name, noupdate FROM ir_model_data
         WHERE module = 'account_admin'
           AND model NOT IN ('ir.model.fields.selection')""",
    "view": """
        SELECT data.name, view.type, view.model, view.priority, view.mode,
               parent.model || ':' || parent.name,
               -- a button names its action by an id that is each database's own
               md5(regexp_replace(view.arch_db->>'en_US', 'name="[0-9]+"', '', 'g'))
          FROM ir_ui_view view
          JOIN ir_model_data data ON data.model = 'ir.ui.view' AND data.res_id = view.id
          LEFT JOIN ir_ui_view parent ON parent.id = view.inherit_id
         WHERE data.module = 'account_admin'""",
    "menu": """
        SELECT data.name, menu.name->>'en_US', menu.sequence, parent.name->>'en_US',
               split_part(menu.action, ',', 1), menu.active
          FROM ir_ui_menu menu
          JOIN ir_model_data data ON data.model = 'ir.ui.menu' AND data.res_id = menu.id
          LEFT JOIN ir_ui_menu parent ON parent.id = menu.parent_id
         WHERE data.module = 'account_admin'""",
    "action": """
        SELECT data.name, action.name->>'en_US', action.type, action.path,
               window_.res_model, window_.view_mode, window_.domain, window_.context,
               md5(server.code)
          FROM ir_actions action
          JOIN ir_model_data data ON data.model = action.type
           AND data.res_id = action.id
          LEFT JOIN ir_act_window window_ ON window_.id = action.id
          LEFT JOIN ir_act_server server ON server.id = action.id
         WHERE data.module = 'account_admin'""",
    "access": """
        SELECT model.model, "group".name->>'en_US', access.perm_read,
               access.perm_write, access.perm_create, access.perm_unlink
          FROM ir_model_access access
          JOIN ir_model_data data ON data.model = 'ir.model.access'
           AND data.res_id = access.id
          JOIN ir_model model ON model.id = access.model_id
          LEFT JOIN res_groups "group" ON "group".id = access.group_id
         WHERE data.module = 'account_admin'""",
    "rule": """
        SELECT data.name, model.model, rule.domain_force, rule.perm_read,
               rule.perm_write, rule.perm_create, rule.perm_unlink,
               (SELECT string_agg("group".name->>'en_US', ',' ORDER BY "group".name)
                  FROM rule_group_rel rel JOIN res_groups "group"
                    ON "group".id = rel.group_id WHERE rel.rule_group_id = rule.id)
          FROM ir_rule rule
          JOIN ir_model_data data ON data.model = 'ir.rule' AND data.res_id = rule.id
          JOIN ir_model model ON model.id = rule.model_id
         WHERE data.module = 'account_admin'""",
    "group": """
        SELECT "group".name->>'en_US', privilege.name->>'en_US',
               (SELECT string_agg(implied.name->>'en_US', ',' ORDER BY implied.name)
                  FROM res_groups_implied_rel rel JOIN res_groups implied
                    ON implied.id = rel.hid WHERE rel.gid = "group".id)
          FROM res_groups "group"
          JOIN ir_model_data data ON data.model = 'res.groups'
           AND data.res_id = "group".id
          LEFT JOIN res_groups_privilege privilege
            ON privilege.id = "group".privilege_id
         WHERE data.module = 'account_admin'""",
    "column": """
        SELECT table_name, column_name, data_type, is_nullable, column_default
          FROM information_schema.columns
         WHERE table_schema = current_schema
           AND (table_name IN (SELECT name FROM own_table)
                OR (table_name, column_name)
                   IN (SELECT name, field FROM own_column))""",
    "index": """
        SELECT tablename, indexname, indexdef FROM pg_indexes
         WHERE schemaname = current_schema
           AND (tablename IN (SELECT name FROM own_table)
                OR EXISTS (SELECT FROM own_column WHERE name = tablename
                            AND indexdef ~ ('\\m' || field || '\\M')))""",
    "constraint": """
        SELECT child.relname, con.conname, pg_get_constraintdef(con.oid)
          FROM pg_constraint con JOIN pg_class child ON child.oid = con.conrelid
         WHERE child.relnamespace = current_schema::regnamespace
           AND (child.relname IN (SELECT name FROM own_table)
                OR EXISTS (SELECT FROM own_column WHERE name = child.relname
                            AND pg_get_constraintdef(con.oid)
                                ~ ('\\m' || field || '\\M')))""",
}
#: The add-on's tables, and its columns on tables of others.
_OWN = """
    WITH own_table AS (
        SELECT replace(model.model, '.', '_') AS name
          FROM ir_model model JOIN ir_model_data data
            ON data.model = 'ir.model' AND data.res_id = model.id
         GROUP BY model.model
        HAVING bool_and(data.module = 'account_admin')
         UNION
        SELECT field.relation_table
          FROM ir_model_fields field JOIN ir_model_data data
            ON data.model = 'ir.model.fields' AND data.res_id = field.id
         WHERE data.module = 'account_admin' AND field.relation_table IS NOT NULL
    ), own_column AS (
        SELECT replace(field.model, '.', '_') AS name, field.name AS field
          FROM ir_model_fields field JOIN ir_model_data data
            ON data.model = 'ir.model.fields' AND data.res_id = field.id
         WHERE data.module = 'account_admin'
           AND replace(field.model, '.', '_') NOT IN (SELECT name FROM own_table)
    )"""


def dump(databases, name):
    """Lines of what the add-on is in a database, sorted.

    :param databases: :class:`devtools.database.Databases`
    :param str name: of the database
    :return: list of str, each ``kind (values)``
    """
    lines = []
    for kind, query in QUERIES.items():
        found = databases.query(
            f"""{_OWN} SELECT '{kind} ' || regexp_replace(found::text, '\\s+', ' ', 'g')
                  FROM ({query}) AS found""",
            name,
        )
        lines += found.splitlines()
    return sorted(lines)
