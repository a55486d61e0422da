from . import plan_xlsx
