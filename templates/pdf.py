"""From HTML to a PDF that a screen reader can read and an archive can keep.

One file is PDF/UA-1 and PDF/A-3a at once, and the same pages give the same bytes on every run.
"""

from __future__ import annotations

import gc
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from clientela.templates import structure
from clientela.templates.signs import drawable
from clientela.templates.typeface import font_faces, strict_fetcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONFORMANCE: Final = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Accessibility of the document</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file meets</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""
"""Says that the file is PDF/UA-1, and declares that statement to PDF/A, which knows no such word."""


class NoPdfError(Exception):
    """The system libraries that draw a PDF are not there."""


@dataclass(frozen=True)
class Enclosure:
    """A file that travels inside the PDF."""

    name: str
    content: bytes
    description: str


def render(html: str, stylesheets: Sequence[str], enclosures: Sequence[Enclosure], dated: date) -> bytes:
    """Return the PDF of a page.

    Args:
        html: the whole document; its language, title and dates are those of the PDF.
        stylesheets: CSS texts, later ones win.
        enclosures: files to attach.
        dated: the day that attachments bear; never today, so that equal data give equal bytes.

    Raises:
        NoPdfError: where Pango is missing.
    """
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
    except OSError as error:  # the wheel is here, the system's Pango is not
        raise NoPdfError(str(error)) from error
    fonts = FontConfiguration()
    fetcher = strict_fetcher()
    sheets = [
        weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)
        for text in (font_faces(), *literal(stylesheets))
    ]
    with uncollected():
        document = weasyprint.HTML(string=drawable(html), url_fetcher=fetcher).render(
            stylesheets=sheets, font_config=fonts
        )
        declare_accessible(document)
        document.metadata.attachments = _attachments(weasyprint, enclosures, dated)
        with warnings.catch_warnings():
            # WeasyPrint 70 leaves closing its colour profile to the interpreter, which complains.
            warnings.simplefilter("ignore", ResourceWarning)
            return bytes(document.write_pdf(pdf_variant="pdf/a-3a", finisher=mend))


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles: pages are a million small things that all live to the end.

    Looking at them again and again took a seventh of the time; the cycles among them are a few megabytes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _attachments(weasyprint: Any, enclosures: Sequence[Enclosure], dated: date) -> list[Any]:
    """Return the files that travel inside, as the renderer wants them."""
    instant = datetime.combine(dated, time(), UTC)
    return [
        weasyprint.Attachment(
            string=enclosure.content,
            name=enclosure.name,
            description=enclosure.description,
            relationship="Data",
            created=instant,
            modified=instant,
        )
        for enclosure in enclosures
    ]


def literal(stylesheets: Sequence[str]) -> list[str]:
    """Return the style sheets with every ``var(--name)`` replaced by its value.

    The renderer reads a rule that holds a variable anew for each element, which doubles its time on tables.
    """
    values = dict(re.findall(r"--([\w-]+):\s*([^;}]+)", "".join(stylesheets)))
    return [re.sub(r"var\(--([\w-]+)\)", lambda found: values[found[1]], text) for text in stylesheets]


def declare_accessible(document: Any) -> None:
    """Make the document's metadata say PDF/UA-1 beside the PDF/A that WeasyPrint writes."""
    write = document.metadata.generate_rdf_metadata

    def write_both(*args: Any) -> bytes:
        return bytes(write(*args)).replace(b"</rdf:RDF>", CONFORMANCE + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = write_both


def mend(document: Any, pdf: Any) -> None:
    """Leave the metadata uncompressed, end each stream clearly, add what the structure tree lacks."""
    import pydyf

    for thing in pdf.objects:
        if isinstance(thing, pydyf.Stream) and thing.extra.get("Type") == "/Metadata":
            thing.compress = False
    structure.mend(document, pdf)
    end_streams_clearly(pdf)


def end_streams_clearly(pdf: Any) -> None:
    """Make the file tell where each stream ends also where its last byte happens to be a carriage return.

    Together with the line feed that the writer puts after it, that byte reads as the end of a line instead of
    as data, and the stream seems a byte short; one packed stream in 256 ends so.
    """
    write = pdf.write_line

    def write_clearly(content: bytes, output: Any) -> None:
        write(re.sub(rb"\r\nendstream\nendobj\Z", b"\r\r\nendstream\nendobj", content), output)

    pdf.write_line = write_clearly
