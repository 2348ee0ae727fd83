"""XML as programmes write it: read strictly, by local names, with the dirt that is harmless taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final, Protocol, cast

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _

_NAMESPACE: Final = re.compile(rb"""(xmlns(?::[\w.-]+)?\s*=\s*)(["'])([^"']*)\2""")


class Node(Protocol):
    """What is asked of an element."""

    tag: str
    text: str | None
    sourceline: int | None

    def find(self, path: str) -> Node | None:
        """Return the first element at a path."""

    def findall(self, path: str) -> list[Node]:
        """Return every element at a path."""

    def findtext(self, path: str) -> str | None:
        """Return the text of the first."""

    def get(self, name: str) -> str | None:
        """Return an attribute."""

    def iter(self, *tags: str) -> Iterator[Node]:
        """Yield the elements of these names, at any depth."""


def parse(data: bytes, name: str) -> Node:
    """Return the outermost element; every element is named without its namespace.

    A blank inside the address of a namespace, which no parser takes, is taken out; text that is not in the
    encoding that it declares is read as windows-1252, the encoding of the programmes that do so.

    Args:
        data: the file.
        name: as the owner knows it.

    Raises:
        UnreadableFileError: if it is no XML, is cut off, or declares a document type.
    """
    from lxml import etree

    data = data.lstrip(b" \t\r\n")
    tries = [(data, None), (_tidied(data), None), (_tidied(data), "windows-1252")]
    for number, (content, encoding) in enumerate(tries):
        try:
            root = etree.fromstring(content, _parser(encoding))
        except (etree.XMLSyntaxError, ValueError) as error:
            if number + 1 < len(tries):
                continue
            raise UnreadableFileError(
                _("{file} is damaged and not readable as XML: {why}.").format(file=name, why=_said(error)),
                _("Download or export it again."),
            ) from error
        break
    if root.getroottree().docinfo.doctype:
        raise UnreadableFileError(
            _("{file} declares a document type, which can hide traps, so it is not read.").format(file=name),
            _("Export it again without it; no invoice needs one."),
        )
    for element in root.iter(etree.Element):
        element.tag = element.tag.rpartition("}")[2]
    return cast("Node", root)


@cache
def _parser(encoding: str | None) -> Any:
    """Return a parser that resolves, loads and fetches nothing."""
    from lxml import etree

    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _tidied(data: bytes) -> bytes:
    """Take blanks out of the addresses of namespaces."""
    return _NAMESPACE.sub(lambda found: found[1] + found[2] + b"".join(found[3].split()) + found[2], data)


def _said(error: Exception) -> str:
    """Return what the parser says, without the place, which it repeats."""
    return str(error).partition(", line")[0].partition(" (<string>")[0]


def text(node: Node | None, path: str) -> str:
    """Return the trimmed text at a path; empty where there is none."""
    found: Any = node.findtext(path) if node is not None else None
    return str(found).strip() if found else ""


def texts(node: Node, path: str) -> list[str]:
    """Return every text at a path that is not empty."""
    return [word for found in node.findall(path) if (word := (found.text or "").strip())]
