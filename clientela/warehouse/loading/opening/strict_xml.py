"""XML, read strictly: no document type, no entity, no network, no tree without end."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _
from clientela.warehouse.loading.opening.limits import LARGEST_DOCUMENT, too_large

if TYPE_CHECKING:
    from lxml.etree import _Element as Element


def parse_xml(content: bytes, name: str) -> Element:
    """Return the root of a document.

    A prefix that nobody declared is forgiven, for old exports have them; any other fault is not.

    Raises:
        UnreadableFileError: if it is no well-formed XML, too large, or declares a document type.
    """
    from lxml import etree

    if len(content) > LARGEST_DOCUMENT:
        raise too_large(name, LARGEST_DOCUMENT)
    parser = etree.XMLParser(recover=True, **strictly())
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _broken(name, str(error)) from error
    if root is None:
        raise _broken(name, _said(parser.error_log))
    _refuse_types(root, name)
    faults = [fault for fault in parser.error_log if fault.domain_name != "NAMESPACE"]
    if faults:
        raise _broken(name, _said(faults))
    return root


def root_of(source: Path | bytes, name: str) -> str:
    """Return the local name of the root element, of which no more is read than its beginning.

    Returns:
        ``Workbook`` and the like; empty where it is no XML.

    Raises:
        UnreadableFileError: if it declares a document type.
    """
    return local_name(_first_element(source, name))


def namespace_of(source: Path | bytes, name: str) -> str:
    """Return the namespace of the root element, empty where it has none."""
    tag = _first_element(source, name)
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def local_name(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


def _first_element(source: Path | bytes, name: str) -> str:
    """Return the tag of the root as the parser writes it."""
    from lxml import etree

    with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as file:
        try:
            events = etree.iterparse(file, events=("start",), recover=True, **strictly())
            for _event, element in events:
                _refuse_types(element, name)
                return str(element.tag)
        except (etree.XMLSyntaxError, ValueError):
            return ""
    return ""


def strictly() -> dict[str, Any]:
    """Return what every parser here is told."""
    return {
        "resolve_entities": False,
        "no_network": True,
        "load_dtd": False,
        "dtd_validation": False,
        "attribute_defaults": False,
        "huge_tree": False,
    }


def _refuse_types(element: Element, name: str) -> None:
    """Refuse a document that declares its type: no export needs one, attacks do."""
    if element.getroottree().docinfo.doctype:
        raise UnreadableFileError(
            _(
                "{file} is XML with a document type (DOCTYPE), which can hide an attack: it is not read."
            ).format(file=name),
            _("Export it again from the program that made it; a real invoice has none."),
        )


def _said(faults: Any) -> str:
    """Return the first thing that the parser complained of."""
    return next((str(fault.message) for fault in faults if fault.domain_name != "NAMESPACE"), "")


def _broken(name: str, why: str) -> UnreadableFileError:
    """Return the refusal of XML that cannot be read to its end."""
    return UnreadableFileError(
        _("{file} is XML, but damaged: {why}.").format(file=name, why=why.strip().rstrip(".") or "?"),
        _("Download or export it again."),
    )
