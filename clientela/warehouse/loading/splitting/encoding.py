"""Which encoding a text file has, why that is believed, and what of it is damaged."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from clientela.warehouse.loading.opening.limits import BLOCK

UTF8: Final = "utf-8"
PAGES: Final = ("cp1252", "cp850", "cp437", "mac-roman")
"""Encodings of one byte a letter, the likeliest first."""

SAMPLES: Final = 2
MOST_PLACES: Final = 20_000
"""Places with other than ASCII signs that are judged."""

ASKED: Final = "mapping"
MARK: Final = "mark"
ZEROS: Final = "zeros"
VALID: Final = "valid"
MOSTLY_VALID: Final = "mostly_valid"
LETTERS: Final = "letters"
"""Why an encoding is believed: the mapping says so, a mark at the start, zero bytes between the letters,
every letter is valid, most are, or the letters make sense."""

_MARKS: Final = (
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEQUENCE: Final = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    rb"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|([\x80-\xff])"
)
_WORD: Final = re.compile(rb"[0-9A-Za-z'.]*[\x80-\xff](?:[0-9A-Za-z'.]|[\x80-\xff]){0,30}")
_ITALIAN: Final = frozenset("àèéìòù")
_CAPITALS: Final = frozenset("ÀÈÉÌÒÙÄÖÜÑÇ")
_WESTERN: Final = frozenset("áâãäåæçêëíîïñóôõöøúûüýÿßœšž")
_SIGNS: Final = frozenset("°ºª€’‘“”«»–—…´·£§©®™½¼¾¡¿¢¥¬±²³¹µ×\u00a0")


@dataclass(frozen=True)
class Encoding:
    """What a file's bytes mean."""

    name: str
    """As Python calls it."""

    why: str
    samples: tuple[str, ...] = ()
    """Words of the file with other than ASCII letters, as they are read."""

    damaged: int = 0
    """Places that the encoding cannot read."""

    @property
    def is_utf8(self) -> bool:
        """Whether the file can be read as it is, but for its damaged places."""
        return self.name.lower().replace("_", "-") in (UTF8, "utf8", "ascii", "utf-8-sig", "us-ascii")


def encoding_of(path: Path, *, valid: bool, has_nul: bool, wanted: str | None) -> Encoding:
    """Find the encoding of a file.

    Args:
        path: the file.
        valid: whether all of it is valid UTF-8.
        has_nul: whether it holds zero bytes.
        wanted: what the mapping says.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if wanted:
        damaged = 0 if valid or not Encoding(wanted, ASKED).is_utf8 else _read_places(path)[1]
        return Encoding(wanted, ASKED, _samples(path, wanted), damaged)
    for mark, name in _MARKS:
        if start.startswith(mark):
            damaged = 0 if valid or name != UTF8 else _read_places(path)[1]
            return Encoding(name, MARK, _samples(path, name), damaged)
    if has_nul and (wide := _wide(start)):
        return Encoding(wide, ZEROS, _samples(path, wide))
    if valid:
        return Encoding(UTF8, VALID, _samples(path, UTF8))
    sound, damaged = _read_places(path)
    if sound >= damaged:
        return Encoding(UTF8, MOSTLY_VALID, _samples(path, UTF8), damaged)
    page = _likeliest(_contexts(path))
    return Encoding(page, LETTERS, _samples(path, page))


def to_utf8(path: Path, encoding: str, to: Path) -> None:
    """Copy a file as UTF-8, by blocks; what the encoding does not know becomes the replacement mark."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    with path.open("rb") as file, to.open("wb") as copy:
        while block := file.read(BLOCK):
            copy.write(decoder.decode(block).encode("utf-8", "replace"))
        copy.write(decoder.decode(b"", final=True).encode("utf-8", "replace"))


def _wide(start: bytes) -> str | None:
    """Return the encoding of two bytes a letter that the zero bytes show."""
    odd, even = start[1::2].count(0), start[::2].count(0)
    if max(odd, even) * 3 > len(start) // 2 and min(odd, even) * 10 < max(odd, even):
        return "utf-16-le" if odd > even else "utf-16-be"
    return None


def _blocks(path: Path) -> Iterator[bytes]:
    """Yield the file by whole lines, about a block at once."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block + file.readline(BLOCK)


def _read_places(path: Path) -> tuple[int, int]:
    """Return how many letters of several bytes are sound, and how many bytes belong to none."""
    sound = damaged = 0
    for block in _blocks(path):
        if block.isascii():
            continue
        for found in _SEQUENCE.finditer(block):
            if found.group(1):
                damaged += 1
            else:
                sound += 1
    return sound, damaged


def _contexts(path: Path) -> Counter[bytes]:
    """Return the words with other than ASCII signs and how often they stand in the file."""
    words: Counter[bytes] = Counter()
    for block in _blocks(path):
        if not block.isascii():
            words.update(_WORD.findall(block))
        if words.total() >= MOST_PLACES:
            break
    return words


def _likeliest(words: Counter[bytes]) -> str:
    """Return the page whose letters make the most sense in their words; the first on a tie."""
    return max(PAGES, key=lambda page: (_sense(words, page), -PAGES.index(page)))


def _sense(words: Counter[bytes], page: str) -> int:
    """Return how much sense the words make in an encoding."""
    return sum(_sense_of(word.decode(page, "replace")) for word in words)


def _sense_of(word: str) -> int:
    """Return how much sense a word makes: letters where letters stand, signs where signs may stand."""
    points = 0
    for place, sign in enumerate(word):
        if sign.isascii():
            continue
        before = word[place - 1 : place]
        after = word[place + 1 : place + 2]
        if sign in _ITALIAN:
            points += 3 if not before.isupper() or after.islower() else 0
        elif sign in _CAPITALS:
            alone = not before.isalpha() and not after.isalpha()
            points += (sign in "ÀÈÒ") if alone else -1 if before.islower() else 2
        elif sign in _WESTERN:
            points += 1 if before.islower() or after.islower() or not before else -1
        elif sign in "°º€":
            points += 2 if before in ("n", "N", "") or before.isdigit() else -1
        elif sign in _SIGNS:
            points += 1 if sign in "’‘ª" or not (before.isalpha() and after.isalpha()) else -2
        else:
            points -= 1 if sign.isalpha() else 3
    return points


def _samples(path: Path, encoding: str) -> tuple[str, ...]:
    """Return the first words that show how the file was read."""
    if encoding.lower().startswith(("utf-16", "utf-32", "utf_16", "utf_32")):
        with path.open("rb") as file:
            text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(file.read(BLOCK))
        found = re.findall(r"[\w']*[^\W\x00-\x7f][\w']*", text)
        return tuple(dict.fromkeys(found))[:SAMPLES]
    for block in _blocks(path):
        if not block.isascii():
            texts = (word.decode(encoding, "replace") for word in _WORD.findall(block))
            # Words that are read well show more than damaged ones.
            words = sorted(dict.fromkeys(texts), key=lambda word: "\ufffd" in word)
            return tuple(words[:SAMPLES])
    return ()
