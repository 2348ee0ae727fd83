"""The mappings that a shop keeps: found again by the headings of a file, whatever their order."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from clientela.warehouse.loading.mapping.mapping import Mapping
from clientela.warehouse.loading.mapping.reader import mapping_of, read_mapping

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

FOLDER: Final = "mappings"
"""Where a shop keeps them."""

_ALIKE: Final = 0.6
"""Share of the headings, of both together, from which a file is a known one whose headings changed."""


@dataclass(frozen=True)
class SavedMapping:
    """A mapping of the shop and the file that holds it."""

    path: Path
    mapping: Mapping
    gone: tuple[str, ...] = ()
    """Headings that it reads and the file has no longer."""

    new: tuple[str, ...] = ()
    """Headings that the file has and the mapping has never seen."""


def folder_of(shop: Path) -> Path:
    """Return the folder of a shop's mappings."""
    return shop / FOLDER


def find(folder: Path, headers: Sequence[str]) -> SavedMapping | None:
    """Return the mapping that was made for these headings, or for the most of them; None where there is none.

    Raises:
        MappingError: if a file in the folder is no mapping.
    """
    best: tuple[float, SavedMapping] | None = None
    here = {_folded(header): header for header in headers}
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
        if not _headers(path):
            continue
        mapping = read_mapping(path)
        known = {_folded(header): header for header in mapping.headers}
        share = len(known.keys() & here.keys()) / len(known.keys() | here.keys())
        if share < _ALIKE or (best and share <= best[0]):
            continue
        gone = tuple(name for key, name in known.items() if key not in here)
        new = tuple(name for key, name in here.items() if key not in known)
        best = share, SavedMapping(path, mapping, gone, new)
    return best[1] if best else None


def of_importer(folder: Path, name: str) -> SavedMapping | None:
    """Return the mapping that the shop keeps for a known export of documents; None where there is none."""
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else []:
        if _headers(path) and (mapping := read_mapping(path)).importer == name:
            return SavedMapping(path, mapping)
    return None


def _headers(path: Path) -> bool:
    """Tell whether a file says for which headings it was made; others are given by hand."""
    try:
        return bool(tomllib.loads(path.read_text("utf-8-sig")).get("headers"))
    except (OSError, ValueError):
        return False


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()


def free_path(folder: Path, source: str) -> Path:
    """Return a name in the folder that is not taken."""
    stem = slug(source)
    path, number = folder / f"{stem}.toml", 2
    while path.exists():
        path, number = folder / f"{stem}_{number}.toml", number + 1
    return path


def slug(name: str) -> str:
    """Write a file's name as the name of a source: its words without dates and numbers."""
    stem = name.rpartition(": ")[2].partition(".")[0] if ": " in name else Path(name).name.partition(".")[0]
    plain = unicodedata.normalize("NFKD", stem).casefold()
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    words = [word for word in re.split(r"[^a-z]+", plain) if word]
    return "_".join(words)[:40].strip("_") or "file"


def load_document(path: Path) -> TOMLDocument:
    """Read a mapping's file with its comments."""
    import tomlkit

    return tomlkit.parse(path.read_text("utf-8-sig"))


def mapping_from(document: TOMLDocument, name: str) -> Mapping:
    """Read the mapping that a document says."""
    return mapping_of(document.unwrap(), name)


def save(document: TOMLDocument, path: Path) -> None:
    """Write a mapping's file, whole or not at all."""
    import tomlkit

    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(tomlkit.dumps(document), "utf-8")
    draft.replace(path)
