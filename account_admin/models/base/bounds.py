"""What people may type: the bounds of numbers and dates, kept by the database.

A day of the year 9999 or a tolerance of two thousand million days is somebody's slip,
and would stop what is computed for everybody.
"""

from datetime import date

from odoo import models

#: By type of field: the lowest and the highest that is taken.
BY_TYPE = {
    "date": (date(1900, 1, 1), date(2199, 12, 31)),
    "integer": (-1_000_000, 1_000_000),
    "float": (-(10**15), 10**15),
    "monetary": (-(10**15), 10**15),
}
#: By the end of a field's name, where the type alone says too little.
BY_NAME = {
    "days": (-3650, 3650),
    "sequence": (-(10**9), 10**9),
    "months": (0, 1200),
    "percent": (-(10**6), 10**6),
    "year": (1900, 2199),
    "years": (0, 200),
}
#: By a field's whole name: what is never below zero, whatever its type takes.
BY_FIELD = {
    "gap_days": (0, 3650),
    "repeat_days": (0, 3650),
    "settle_days": (0, 366),
    "call_days": (0, 366),
    "collections_talk_days": (0, 366),
    "collections_call_tries": (0, 1000),
    "resume_days": (0, 3650),
    "pay_days": (0, 3650),
    "sell_off_days": (0, 3650),
    "report_days": (0, 3650),
    "collections_hold_days": (0, 3650),
    "collections_promise_tolerance": (0, 3650),
    "collections_statement_day": (0, 31),
    "collections_keep_bounces": (0, 1200),
    "collections_keep_imports": (0, 1200),
    "collections_keep_notices": (0, 1200),
    "collections_keep_packs": (0, 1200),
    "collections_keep_statements": (0, 1200),
}


class Bound(models.Constraint):
    """A check that says which field of which model has to be mended."""

    def __init__(self, field_name, low, high):
        self.field_name, self.low, self.high = field_name, low, high
        quoted = [f"'{v}'" if isinstance(v, date) else str(v) for v in (low, high)]
        super().__init__(f"CHECK ({field_name} BETWEEN {quoted[0]} AND {quoted[1]})")

    def get_error_message(self, model, diagnostics=None):
        return model.env._(
            "%(field)s of a %(model)s has to be between %(low)s and %(high)s.",
            field=model._fields[self.field_name]._description_string(model.env),
            model=model._description,
            low=self._show(self.low),
            high=self._show(self.high),
        )

    @staticmethod
    def _show(value):
        return f"{value:,}" if isinstance(value, int) else str(value)


def bounded(model_class):
    """Have the database keep the numbers and dates of a model within bounds.

    Fields that only the product writes and those that are not stored are left alone.
    """
    for name, field in vars(model_class).copy().items():
        if getattr(field, "type", None) in BY_TYPE and is_typed(field._args__):
            constraint = Bound(name, *get_bounds(name, field.type))
            constraint.__set_name__(model_class, f"_{name}_bounds")
    return model_class


def is_typed(args):
    """Whether a person fills in a field that was declared with these arguments."""
    computed = args.get("compute") or args.get("related")
    stored = args.get("store", not computed)
    return bool(stored) and not args.get("readonly", bool(computed))


def get_bounds(name, field_type):
    """The lowest and the highest that a field takes."""
    found = BY_FIELD.get(name)
    if not found and field_type in ("integer", "float"):
        found = BY_NAME.get(name.rpartition("_")[2])
    return found or BY_TYPE[field_type]
