"""What every PDF of ours promises: PDF/UA-1 and PDF/A-3a, judged by a validator, and its structure read back.

The structure is read with another library than the one that wrote it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import page
import pypdfium2
from pypdfium2 import raw

PROFILES = (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_3A)
ITEMS = {"L": {"LI"}, "LI": {"Lbl", "LBody"}, "TR": {"TH", "TD"}}
"""What may stand in an element; nested lists are not used."""

PARENT = {"LI": "L", "Lbl": "LI", "LBody": "LI", "TH": "TR", "TD": "TR"}
FOOT = 18 / 25.4 * 72
"""Points from the lower edge within which a page of the report prints nothing but its footer."""


@dataclass(frozen=True)
class Element:
    """One element of the structure tree, as a screen reader meets it on a page."""

    kind: str
    parent: str
    children: tuple[str, ...]
    alt: str
    scope: str


def assert_kept(content: bytes, *, has_footer: bool = False) -> None:
    """Fail with what is wrong where a PDF breaks its promise.

    Args:
        content: the whole file.
        has_footer: whether each of its pages prints a footer, as those of the report do.
    """
    for profile in PROFILES:
        verdict = page.validate_pdf_bytes(content, profile=profile)
        assert verdict.is_compliant, [(failure.rule_id, failure.message) for failure in verdict.failures]
    assert faults(content, has_footer=has_footer) == []


def faults(content: bytes, *, has_footer: bool) -> list[str]:
    """Return what the structure lacks, each in words and with its page."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [
            f"page {number}: {fault}"
            for number, drawn in enumerate(document, start=1)
            for fault in (*_misplaced(drawn), *_unmarked(drawn, FOOT if has_footer else 0))
        ]
    finally:
        document.close()


def elements(drawn: pypdfium2.PdfPage) -> list[Element]:
    """Return the elements of a page."""
    tree = raw.FPDF_StructTree_GetForPage(drawn)
    try:
        roots = [
            raw.FPDF_StructTree_GetChildAtIndex(tree, i)
            for i in range(raw.FPDF_StructTree_CountChildren(tree))
        ]
        return [found for root in roots for found in _below(root, "")]
    finally:
        raw.FPDF_StructTree_Close(tree)


def _below(handle: Any, parent: str) -> Iterator[Element]:
    kind = _told(raw.FPDF_StructElement_GetType, handle)
    found = (
        raw.FPDF_StructElement_GetChildAtIndex(handle, i)
        for i in range(raw.FPDF_StructElement_CountChildren(handle))
    )
    children = [child for child in found if child]
    yield Element(
        kind,
        parent,
        tuple(_told(raw.FPDF_StructElement_GetType, child) for child in children),
        _told(raw.FPDF_StructElement_GetAltText, handle),
        _scope(handle),
    )
    for child in children:
        yield from _below(child, kind)


def _scope(handle: Any) -> str:
    """Return what a header cell says that it names, empty for everything else."""
    found = (
        raw.FPDF_StructElement_Attr_GetValue(raw.FPDF_StructElement_GetAttributeAtIndex(handle, i), b"Scope")
        for i in range(raw.FPDF_StructElement_GetAttributeCount(handle))
    )
    return "".join(_text(raw.FPDF_StructElement_Attr_GetStringValue, value) for value in found if value)


def _text(ask: Any, of: Any) -> str:
    """Return a text that the library writes to a buffer, having said its size beside."""
    size = ctypes.c_ulong()
    ask(of, None, 0, size)
    buffer = ctypes.create_string_buffer(size.value)
    ask(of, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), size.value, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _told(ask: Any, *of: Any) -> str:
    """Return a text that the library writes to a buffer of the size that it names first."""
    size = ask(*of, None, 0)
    buffer = ctypes.create_string_buffer(size)
    ask(*of, buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _misplaced(drawn: pypdfium2.PdfPage) -> Iterator[str]:
    """Yield the elements that stand in the wrong place or say too little."""
    for element in elements(drawn):
        strange = set(element.children) - ITEMS.get(element.kind, set(element.children))
        if strange:
            yield f"{element.kind} holds {', '.join(sorted(strange))}"
        if element.kind in ITEMS and not element.children:
            yield f"{element.kind} is empty"
        if element.parent != PARENT.get(element.kind, element.parent):
            yield f"{element.kind} stands in {element.parent}"
        if element.kind == "TH" and element.scope not in ("Row", "Column"):
            yield "TH names neither its row nor its column"
        if element.kind == "Figure" and not element.alt:
            yield "Figure without words"


def _unmarked(drawn: pypdfium2.PdfPage, foot: float) -> Iterator[str]:
    """Yield the footers that are read out, and the other texts that are not."""
    for thing in drawn.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
        marks = [raw.FPDFPageObj_GetMark(thing, i) for i in range(raw.FPDFPageObj_CountMarks(thing))]
        names = [_text(raw.FPDFPageObjMark_GetName, mark) for mark in marks]
        is_footer = thing.get_bounds()[3] < foot
        if is_footer and "Artifact" not in names:
            yield "the footer is read out"
        if not is_footer and not any(raw.FPDFPageObjMark_CountParams(mark) for mark in marks):
            yield "a text is not read out"
