"""The square that a phone reads: a link on a card, a coupon at the till."""

from __future__ import annotations

from typing import Final

QUIET_ZONE: Final = 4
"""Modules of white that the standard asks for on every side; they are part of the drawing."""

CONTENT_TYPE: Final = "image/svg+xml"


def svg(text: str) -> str:
    """Return the square as an SVG document without a size of its own: black on white in every scheme.

    Error level M or better, as far as the same number of modules allows.
    """
    from io import BytesIO

    import segno

    drawn = BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        nl=False,
    )
    return drawn.getvalue().decode()


def data_address(text: str) -> str:
    """Return the square as an address that holds the picture itself."""
    from base64 import b64encode

    return f"data:{CONTENT_TYPE};base64,{b64encode(svg(text).encode()).decode()}"
