"""XML as programmes write it: read strictly, by local names, with the dirt that is harmless taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Protocol, cast

from clientela.errors import UnreadableFileError

_ENCODING: Final = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([\w-]+)""")


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

    Text that is not the UTF-8 that it says it is, is read as windows-1252.

    Args:
        data: the file.
        name: as the owner knows it.

    Raises:
        UnreadableFileError: if it is no XML, is cut off, or declares a document type.
    """
    from clientela.warehouse.loading.opening.strict_xml import local_name, parse_xml

    content = data.lstrip(b" \t\r\n")
    try:
        root = parse_xml(content, name)
    except UnreadableFileError:
        again = _as_utf8(content)
        if again is None:
            raise
        root = parse_xml(again, name)
    for element in root.iter("{*}*"):
        element.tag = local_name(str(element.tag))
    return cast("Node", root)


def _as_utf8(data: bytes) -> bytes | None:
    """Return windows-1252 as UTF-8, where the file says UTF-8 or nothing; None where it is UTF-8."""
    said = _ENCODING.match(data)
    if said and said[1].lower() not in (b"utf-8", b"utf8"):
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").encode()
    return None


def text(node: Node | None, path: str) -> str:
    """Return the trimmed text at a path; empty where there is none."""
    found: Any = node.findtext(path) if node is not None else None
    return str(found).strip() if found else ""


def texts(node: Node, path: str) -> list[str]:
    """Return every text at a path that is not empty."""
    return [word for found in node.findall(path) if (word := (found.text or "").strip())]
