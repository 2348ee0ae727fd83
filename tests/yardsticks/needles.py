"""Search a shop's files for a person: raw, unpacked, and in every way in which a text may be written."""

from __future__ import annotations

import base64
import contextlib
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from clientela.loyalty.people.names import plain_letters


def spellings(*texts: str) -> dict[bytes, str]:
    """Return every form in which a text may stand in a file, with what it is a form of."""
    found: dict[bytes, str] = {}
    for text in texts:
        for form in {text, text.lower(), text.upper(), plain_letters(text), text.title()}:
            for raw in (
                form.encode(),
                form.encode("utf-16-le"),
                form.encode("utf-16-be"),
                quote(form, safe="").encode(),
                form.encode().hex().encode(),
                # Base64 of a text inside a longer one: the part that does not depend on where it begins.
                *(
                    base64.b64encode(b"\0" * shift + form.encode())[4 * ((shift + 2) // 3) : -4]
                    for shift in range(3)
                ),
            ):
                if len(raw) >= 7:
                    found[raw] = text
    return found


def contents(path: Path) -> Iterator[bytes]:
    """Yield a file as it lies on the disk, and whatever is packed in it."""
    raw = path.read_bytes()
    yield raw
    if raw[:2] == b"\x1f\x8b":
        yield gzip.decompress(raw)
    if raw[:2] == b"PK":
        with contextlib.suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for name in packed.namelist():
                yield packed.read(name)
    if raw[:5] == b"%PDF-":
        yield from _of_pdf(raw)


def _of_pdf(raw: bytes) -> Iterator[bytes]:
    import pypdfium2

    with contextlib.closing(pypdfium2.PdfDocument(raw)) as document:
        for page in document:
            yield page.get_textpage().get_text_bounded().encode()
        for number in range(document.count_attachments()):
            yield bytes(document.get_attachment(number).get_data())


def holders(folder: Path, *texts: str) -> dict[str, set[str]]:
    """Return the files of a folder that hold any of the texts, each with what it holds."""
    forms = spellings(*texts)
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            held = {text for raw in contents(path) for form, text in forms.items() if form in raw}
            if held:
                found[str(path.relative_to(folder))] = held
    return found
