"""The language spoken to the reader: Italian or English, from gettext catalogues.

English source text is the key; ``templates/locale/<lang>/LC_MESSAGES/clientela.mo`` holds the rest.
Click's own sentences stand beside it in ``click.mo``, the domain in which Click looks for them.
"""

from __future__ import annotations

import gettext as _gettext
import locale
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Final

from clientela.sentence import ItalianSentence, Sentence

LANGUAGES: Final = ("it", "en")
DEFAULT_LANGUAGE: Final = "it"
DOMAIN: Final = "clientela"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def catalogue_folder() -> Path:
    """Return the folder of the catalogues without importing the templates package."""
    beside = Path(__file__).resolve().parent / "templates" / "locale"
    return beside if beside.exists() else Path(__file__).resolve().parent.parent / "templates" / "locale"


@cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """Return the sentences of one language; English is the source text itself."""
    if language == "en":
        return _gettext.NullTranslations()
    return _gettext.translation(DOMAIN, catalogue_folder(), languages=[language], fallback=True)


def language() -> str:
    """Return the language in use, ``it`` or ``en``."""
    return _language.get()


def use_language(code: str) -> None:
    """Speak this language from now on."""
    _language.set(code if code in LANGUAGES else DEFAULT_LANGUAGE)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak one language inside the block, then the former one again."""
    token = _language.set(code)
    try:
        yield
    finally:
        _language.reset(token)


def locale_language() -> str:
    """Guess the language from the environment, Italian when it does not say."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        code = (os.environ.get(name) or "").split("_")[0].split(".")[0].lower()
        if code in LANGUAGES:
            return code
    if sys.platform == "win32":
        # Elsewhere the variables have said it; Python reads "C" as American English.
        name = (locale.getlocale()[0] or "").lower()
        return "en" if name.startswith("en") else DEFAULT_LANGUAGE
    return DEFAULT_LANGUAGE


def _ready(text: str) -> str:
    """Return a text of the catalogue ready to be filled in as it is said; one without blanks as it is."""
    if "{" not in text and "%(" not in text:
        return text
    return ItalianSentence(text) if language() == "it" else Sentence(text)


def gettext(message: str) -> str:
    """Return the message in the language in use."""
    return _ready(catalogue(language()).gettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the message that fits the number, in the language in use."""
    return _ready(catalogue(language()).ngettext(singular, plural, number))


def pgettext(context: str, message: str) -> str:
    """Return the message as it reads in a context, in the language in use."""
    return _ready(catalogue(language()).pgettext(context, message))


def lazy_in(_context: str, message: str) -> str:
    """Mark a message in a context for the catalogues; ``pgettext`` translates it where it is printed."""
    return message


def lazy(message: str) -> str:
    """Mark a message for the catalogues; it is translated where it is printed."""
    return message
