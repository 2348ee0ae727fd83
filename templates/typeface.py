"""The typeface that comes with the product, and a reader of files that opens nothing else."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any, Final

FONT_FAMILY: Final = "Clientela Sans"
WEIGHTS: Final = {400: "SourceSansPro-Regular.ttf", 600: "SourceSansPro-Semibold.ttf"}


def font_folder() -> Path:
    """Return the folder of the bundled typeface."""
    return Path(str(files("font_source_sans_pro"))) / "files"


def font_faces() -> str:
    """Return the CSS that names the bundled typeface, by its files."""
    return "".join(
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-weight: {weight}; '
        f'src: url("{(font_folder() / file).as_uri()}"); }}\n'
        for weight, file in WEIGHTS.items()
    )


def strict_fetcher() -> Any:
    """Return a fetcher that opens nothing but the bundled typeface and inline data."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    allowed = {(font_folder() / file).as_uri() for file in WEIGHTS.values()}

    class StrictFetcher(URLFetcher):  # type: ignore[misc]
        """Refuses every address that the report itself did not put there."""

        def fetch(self, url: str, *args: Any, **kwargs: Any) -> Any:
            if url.startswith("data:") or url in allowed:
                return super().fetch(url, *args, **kwargs)
            raise FatalURLFetchingError(f"The report may not open {url}")

    return StrictFetcher(allowed_protocols=("data", "file"), allow_redirects=False)
