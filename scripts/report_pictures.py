"""Draw the pictures of the report that the README shows, from the fictional shop.

``python -m scripts.report_pictures`` after the report's look has changed.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

TO: Final = Path(__file__).resolve().parent.parent / "docs" / "images"
PICTURES: Final = (("en", 1), ("en", 3), ("it", 1))
"""Language and page number."""

DOTS_PER_INCH: Final = 92
"""A page stays under 250 kB."""


def draw(pdf: Path, page: int, to: Path) -> None:
    """Write one page of a PDF as a picture."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[page - 1].render(scale=DOTS_PER_INCH / 72).to_pil()
    picture.save(to, optimize=True)


def main() -> None:
    """Make the fictional shop, report it in each language, draw the pages."""
    from click.testing import CliRunner

    from clientela.cli.main import main as program

    TO.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="clientela-") as scratch:
        shop = Path(scratch) / "demo"
        calls = [["demo", "--to", str(shop)]]
        for language in sorted({language for language, _page in PICTURES}):
            to = str(Path(scratch) / language)
            calls.append(["--shop", str(shop), "report", "--lang", language, "--to", to])
        for call in calls:
            found = CliRunner().invoke(program, call)
            if found.exit_code:
                raise RuntimeError(found.output)
        for language, page in PICTURES:
            (pdf,) = (Path(scratch) / language).glob("*.pdf")
            draw(pdf, page, TO / f"report-{page}-{language}.png")


if __name__ == "__main__":
    main()
