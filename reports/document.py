"""From pages to one HTML document, for the screen or for the PDF."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from markupsafe import Markup

from clientela.i18n import gettext as _
from clientela.reasons import reason
from clientela.reports.lists import PersonList
from clientela.reports.section import Edition, Page, Section, mounted
from clientela.reports.words import known_as
from clientela.templates import environment
from clientela.templates.typeface import FONT_FAMILY, WEIGHTS
from clientela.terms import category_name

INLINE_BYTES: Final = 120_000
"""A longer list is linked as the file beside the page, which keeps the page under 2 MB."""


INKED: Final = "html { print-color-adjust: exact; }"
"""Only for browsers, which leave backgrounds out of print; the PDF renderer does not know the word."""


@dataclass(frozen=True)
class Document:
    """Everything that the page and the PDF are made of."""

    edition: Edition
    as_of: date
    pages: tuple[tuple[Section, Page], ...]
    lists: tuple[PersonList, ...]
    build_id: str

    @cached_property
    def assets(self) -> Traversable:
        """The folder of the report's templates and style sheets."""
        return files("clientela.templates") / "report"


@dataclass(frozen=True)
class Download:
    """A list to take along."""

    name: str
    address: str
    """Inline data, or the name of the file beside the page; empty in the PDF, which encloses it."""


def document(report: Document, *, medium: str) -> str:
    """Return the document; ``medium`` is ``screen`` or ``pdf``."""
    styles = _styles(report.assets) if medium == "screen" else []
    return (
        environment()
        .get_template("report/document.html")
        .render(
            shop=report.edition.shop,
            edition=report.edition,
            as_of=report.as_of,
            pages=report.pages,
            build_id=report.build_id,
            medium=medium,
            styles=styles,
            policy=_policy(styles),
            downloads={kept.code: _download(kept, medium) for kept in report.lists},
            category=category_name,
            known_as=known_as,
            reason=reason,
            translate=_,
        )
    )


def _styles(assets: Traversable) -> list[tuple[str, Markup]]:
    """Return the page's style sheets with the media that they are for."""
    faces = "".join(
        f'@font-face{{font-family:"{FONT_FAMILY}";font-weight:{weight};font-display:swap;'
        f"src:url(data:font/woff2;base64,{_base64(_font(weight))})}}"
        for weight in WEIGHTS
    )
    sheets = {name: (assets / f"{name}.css").read_text("utf-8") for name in ("base", "screen", "print")}
    return [
        ("all", Markup(faces + sheets["base"])),
        ("screen", Markup(sheets["screen"])),
        ("print", Markup(sheets["print"] + INKED)),
        *(("all", Markup(sheet)) for sheet in section_sheets(assets)),
    ]


def section_sheets(assets: Traversable) -> list[str]:
    """Return the style sheets that pages bring along: ``<name>.css`` beside ``<name>.html``."""
    found = (assets / f"{section.name}.css" for section in mounted())
    return [sheet.read_text("utf-8") for sheet in found if sheet.is_file()]


def _font(weight: int) -> bytes:
    return (files("clientela.templates") / "fonts" / f"clientela-sans-{weight}.woff2").read_bytes()


def _policy(styles: list[tuple[str, Markup]]) -> str:
    """Return the content security policy: nothing is fetched, no script runs, only our own styles count."""
    hashes = " ".join(
        f"'sha256-{_base64(hashlib.sha256(text.encode()).digest())}'" for _media, text in styles
    )
    return f"default-src 'none'; style-src {hashes}; font-src data:; base-uri 'none'; form-action 'none'"


def _download(kept: PersonList, medium: str) -> Download:
    """Return the address of a list."""
    if medium == "pdf":
        return Download(kept.path.name, "")
    whole = kept.path.stat().st_size
    if whole > INLINE_BYTES:
        return Download(kept.path.name, kept.path.name)
    return Download(kept.path.name, f"data:text/csv;charset=utf-8;base64,{_base64(kept.enclosed)}")


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
