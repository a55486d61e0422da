"""Which models, fields and tables are this add-on's: asked of the registry."""

#: Name of the add-on; glue add-ons begin with it.
OWN = "account_admin"


def get_own_models(env):
    """Names of the models that the add-on brought into being, in order."""
    return sorted(name for name, model in env.items() if model._original_module == OWN)


def get_own_tables(env):
    """Tables of those models: dict table -> name of the model."""
    return {
        env[name]._table: name
        for name in get_own_models(env)
        if not env[name]._abstract and env[name]._auto
    }


def get_own_fields(env):
    """Fields that the add-on put on models of others.

    :return: dict name of the model -> list of fields
    """
    own = set(get_own_models(env))
    found = {}
    for name, model in env.items():
        fields = [field for field in model._fields.values() if _is_own(field)]
        if fields and name not in own:
            found[name] = fields
    return found


def _is_own(field):
    while field.inherited:
        field = field.inherited_field
    return field._modules[:1] == (OWN,)
