"""Which kind of file this is, told from its content; the ending of a name may lie."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from clientela.i18n import lazy as N_
from clientela.warehouse.loading.opening.signed import is_signed

HEAD: Final = 64 << 10
"""Bytes from which a kind is told."""

READABLE: Final = ("text", "parquet", "sheet", "html", "spreadsheetml", "json", "xml")
CONTAINERS: Final = ("gzip", "zip", "signed")

OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SIGNS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x1f\x8b", "gzip"),
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "pdf"),
    (b"{\\rtf", "rtf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"SQLite format 3", "database"),
    (b"\x00\x01\x00\x00Standard", "database"),
    (b"7z\xbc\xaf\x27\x1c", "other_archive"),
    (b"Rar!", "other_archive"),
    (b"BZh", "other_archive"),
    (b"\xfd7zXZ", "other_archive"),
    (b"\x28\xb5\x2f\xfd", "other_archive"),
    (b"MZ\x90\x00", "program"),
    (b"\x7fELF", "program"),
    (b"BEGIN:VCARD", "cards"),
    (b"BEGIN:VCALENDAR", "cards"),
    (b"\x00\x05\x16\x07", "metadata"),
)
"""First bytes that say it all."""

REFUSED: Final[dict[str, tuple[str, str]]] = {
    "pdf": (N_("a PDF"), N_("Export the data as CSV or Excel; a printed page is not read.")),
    "rtf": (N_("a text document (RTF)"), N_("Export the data as CSV or Excel.")),
    "mail": (
        N_("an e-mail message"),
        N_("Save its attachment, or export the data as CSV or Excel, and load that."),
    ),
    "image": (N_("an image"), N_("Export the data as CSV or Excel.")),
    "word": (N_("a text document (Word)"), N_("Export the data as CSV or Excel.")),
    "slides": (N_("a presentation"), N_("Export the data as CSV or Excel.")),
    "writer": (N_("a text document (LibreOffice)"), N_("Save the table as .ods or CSV.")),
    "numbers": (N_("a document of Numbers or Pages"), N_("Export it as Excel or CSV, and load that.")),
    "database": (N_("a database"), N_("Export its tables as CSV or Excel.")),
    "other_archive": (
        N_("an archive of a kind that is not unpacked"),
        N_("Unpack it and load what is inside."),
    ),
    "program": (N_("a program, not data"), N_("Export the data as CSV or Excel.")),
    "cards": (N_("address cards or a calendar"), N_("Export the contacts as CSV.")),
    "outlook": (N_("a message of Outlook"), N_("Save its attachment and load that.")),
    "flat_sheet": (N_("a LibreOffice sheet saved as XML"), N_("Save it as .ods, .xlsx or CSV.")),
    "shortcut": (N_("a link to a document on the web"), N_("Download it from there as Excel or CSV.")),
    "lock": (
        N_("the lock file that an office program leaves beside an open file, not the file itself"),
        N_("Close the program and load the file without the signs before its name."),
    ),
    "metadata": (N_("notes of the operating system, not data"), N_("Load the file beside it.")),
    "web_archive": (N_("a web page saved as one file"), N_("Save it as .xlsx or CSV, or export it again.")),
    "binary": (N_("of a kind that is not known"), N_("Export the data as CSV, Excel or Parquet.")),
}
"""Kind to what it is and what to do."""

_MAIL: Final = re.compile(
    rb"(?im)^(from|to|cc|subject|date|received|return-path|delivered-to|message-id|mime-version|reply-to"
    rb"|x-[\w-]+|dkim-signature|content-type|content-transfer-encoding|authentication-results|arc-[\w-]+)"
    rb":[ \t]"
)
_HTML: Final = re.compile(r"<(!doctype\s+html|html|head|body|table|thead|tbody|tr|meta|style|div)\b", re.I)
_COMMENTS: Final = re.compile(r"<!--.*?-->|<\?.*?\?>", re.S)
_XML: Final = re.compile(r"<(\?xml|!--|!DOCTYPE|[A-Za-z_][^<>]*>(?![;,|\t]))")
"""A column may be called ``<code>``: then a separator follows."""

_JSON: Final = re.compile(r"\[\s*[\[{\]]|\{\s*[\"}]")
_SHORTCUT: Final = re.compile(r'\{\s*"(url|doc_id)"\s*:\s*"[^"]*"\s*,[^{}\[\]]*"?(doc_id|email|resource)')


def kind_of(start: bytes, name: str) -> str:
    """Return the kind of a file.

    One of ``READABLE``, of ``CONTAINERS``, ``old_office``, or a key of ``REFUSED``.

    Args:
        start: its first bytes, up to ``HEAD``.
        name: its own name; only a lock file is known by it, for it has no content of its own.
    """
    if is_lock(name):
        return "lock"
    for sign, kind in _SIGNS:
        if start.startswith(sign):
            return kind
    for tell in _TELL:
        found = tell(start)
        if found:
            return found
    return "text"


def is_lock(name: str) -> bool:
    """Tell whether an office program made the file to say that another one is open."""
    return name.startswith("~$") or (name.startswith(".~lock.") and name.endswith("#"))


def readable_start(start: bytes) -> str:
    """Return the first bytes as text, whatever the encoding: only its plain letters are looked at."""
    for mark, encoding in (
        (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if start.startswith(mark):
            return start.decode(encoding, errors="replace").lstrip()
    if start[1:2] == b"\0" and start[3:4] == b"\0":
        return start.decode("utf-16-le", errors="replace").lstrip()
    if start[:1] == b"\0" and start[2:3] == b"\0":
        return start.decode("utf-16-be", errors="replace").lstrip()
    return start.decode("latin-1").lstrip()


def _old_office(start: bytes) -> str:
    return "old_office" if start.startswith(OLD_OFFICE) else ""


def _image_or_tar(start: bytes) -> str:
    if start[4:8] == b"ftyp" or (start[:4] == b"RIFF" and start[8:12] == b"WEBP"):
        return "image"
    return "other_archive" if start[257:262] == b"ustar" else ""


def _signed(start: bytes) -> str:
    return "signed" if is_signed(start[:4096]) else ""


def _mail(start: bytes) -> str:
    """Return ``mail`` where the file begins with headers of one, ``web_archive`` where that holds a page."""
    head = start[:8192].lstrip(b"\xef\xbb\xbf \t\r\n")
    head = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    first = head.partition(b"\n")[0]
    if not (_MAIL.match(first) or first.startswith(b"From ")):
        return ""
    if len(_MAIL.findall(head)) < 2:
        return ""
    return "web_archive" if re.search(rb"(?i)multipart/related|snapshot-content-location", head) else "mail"


def _marked_up(start: bytes) -> str:
    """Return the kind of what begins with a tag."""
    text = readable_start(start)
    if not text.startswith("<") or not _XML.match(text):
        return ""
    bare = _COMMENTS.sub("", text).lstrip()
    if _HTML.match(bare):
        return "html"
    if "urn:schemas-microsoft-com:office:spreadsheet" in text[:4096]:
        return "spreadsheetml"
    if "urn:oasis:names:tc:opendocument:xmlns:office" in text[:4096] and "office:document" in text[:4096]:
        return "flat_sheet"
    return "xml"


def _json(start: bytes) -> str:
    text = readable_start(start)
    if not _JSON.match(text):
        return ""
    return "shortcut" if len(start) < 2048 and _SHORTCUT.match(text) else "json"


def _binary(start: bytes) -> str:
    """Return ``binary`` where too much of it is no letter of any encoding."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff") or not start:
        return ""
    sample = start[:4096]
    pairs = max(sample[0::2].count(0), sample[1::2].count(0)) > len(sample) // 5
    if pairs and min(sample[0::2].count(0), sample[1::2].count(0)) == 0:
        return ""
    controls = sum(
        sample.count(bytes((code,))) for code in (*range(9), 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)
    )
    return "binary" if controls > max(len(sample) // 10, 3) else ""


_TELL: Final[tuple[Callable[[bytes], str], ...]] = (
    _old_office,
    _image_or_tar,
    _signed,
    _mail,
    _marked_up,
    _json,
    _binary,
)
