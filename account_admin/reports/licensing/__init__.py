from . import licensing_template
