"""A sentence of the catalogue with blanks: filled in, it reads as somebody would say it.

What stands beside a blank depends on the value: the Italian word before it, and the full stop behind a name
such as «Anna B.», which brings its own. The value itself is never touched.
"""

from __future__ import annotations

import re
from typing import Final

from clientela.italian import sounding

_BEFORE_A_STOP: Final = re.compile(r"(\{(\w+)[^{}]*\}|%\((\w+)\)s)\.(?![\w.])")
_TAG: Final = re.compile(r"<[^<>]*>")


class Sentence(str):
    """A sentence in which something waits for the values."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """Fill in the blanks."""
        return str.format(self.beside(named), *values, **named)

    def __mod__(self, values: object) -> str:
        """Fill in the blanks."""
        return str.__mod__(self.beside(values if isinstance(values, dict) else {}), values)

    def beside(self, named: dict[str, object]) -> str:
        """Return the sentence as it reads beside these values, its blanks still open."""

        def stop(found: re.Match[str]) -> str:
            return found[1] if _plain(named, found[2] or found[3]).endswith(".") else found[0]

        return _BEFORE_A_STOP.sub(stop, str(self))


class ItalianSentence(Sentence):
    """A sentence in Italian, in which the word before a blank sounds like the value."""

    __slots__ = ()

    def beside(self, named: dict[str, object]) -> str:
        """Return the sentence as it reads beside these values, its blanks still open."""
        return sounding(super().beside(named), lambda name: _plain(named, name))


def _plain(named: dict[str, object], name: str) -> str:
    """Return a value as it is read: without the marks of a page."""
    return _TAG.sub("", str(named.get(name, ""))).strip()
