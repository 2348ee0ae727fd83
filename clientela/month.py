"""A calendar month, the report's unit of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month."""

    year: int
    number: int
    """1 to 12."""

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``YYYY-MM``.

        Raises:
            ValueError: if the text is not a month.
        """
        year, _, number = text.partition("-")
        if not (len(year) == 4 and year.isdigit() and len(number) == 2 and number.isdigit()):
            raise ValueError(text)
        month = cls(int(year), int(number))
        month.first_day  # noqa: B018 - raises for month 13
        return month

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month that holds a day."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The last day of the month."""
        return self.next().first_day - timedelta(days=1)

    def next(self) -> Month:
        """Return the month after."""
        return self.plus(1)

    def previous(self) -> Month:
        """Return the month before."""
        return self.plus(-1)

    def plus(self, months: int) -> Month:
        """Return the month so many months later; earlier where the number is negative."""
        count = self.year * 12 + self.number - 1 + months
        return Month(count // 12, count % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def last_month_end(day: date) -> date:
    """Return the latest month end that is not after the day."""
    month = Month.of(day)
    return day if day == month.last_day else month.previous().last_day
