"""A refusal as a page: in the shop's look, and without it where that cannot be had."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from clientela.referral_server.http.problems import new_reference

if TYPE_CHECKING:
    from clientela.referral_server.http.problems import Refusal
    from clientela.referral_server.site import Site


def as_page(site: Site | None, refusal: Refusal, language: str, reference: str = "") -> str:
    """Return a refusal as a page, in the shop's look where that can be had.

    The template gets ``title`` (the sentence), ``hint``, ``reference`` (may be empty) and ``status``.
    """
    if site is not None:
        try:
            return site.render(
                "referral/message.html",
                language,
                title=refusal.message,
                hint=refusal.hint,
                reference=reference,
                status=int(refusal.status),
            )
        except Exception as fault:
            # An error page must not fail for want of its own template.
            site.log.fault(fault, reference or new_reference(), "message.html")
    return plain_page(refusal, language, reference)


def plain_page(refusal: Refusal, language: str, reference: str = "") -> str:
    """Return the page that needs nothing: no template, no store, no style."""
    shown = f"<p><small>{escape(reference)}</small></p>" if reference else ""
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(refusal.message)}</title>"
        f"<main><h1>{escape(refusal.message)}</h1><p>{escape(refusal.hint)}</p>{shown}</main></html>\n"
    )
