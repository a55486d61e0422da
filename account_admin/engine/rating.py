"""Ratings that others give an account: classes from 1, the best, to 5."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .days import add_months


@dataclass(frozen=True, slots=True)
class Scale:
    """How an agency rates.

    :param floors: (least figure, class), of one that rates by figures
    :param grades: dict grade -> class, of one that rates by letters
    :param months: so long a rating counts
    """

    floors: tuple[tuple[Decimal, int], ...] = ()
    grades: dict | None = None
    months: int = 12

    def classify(self, value):
        """Class of a figure or a grade, ``None`` where the scale does not know it."""
        if self.grades is not None:
            return self.grades.get(value)
        known = [one for floor, one in sorted(self.floors) if value >= floor]
        return known[-1] if known else None


@dataclass(frozen=True, slots=True)
class Rating:
    """What an agency said on a day."""

    scale: Scale
    value: object
    day: date

    def counts_on(self, day):
        """Whether it is known on a day, and not too old."""
        return self.day <= day < add_months(self.day, self.scale.months)


def get_external(ratings, day):
    """Worst class of the ratings that count on a day.

    :return: ``None`` where none counts, or none of a grade that is known
    """
    classes = [one.scale.classify(one.value) for one in ratings if one.counts_on(day)]
    return max((one for one in classes if one is not None), default=None)
