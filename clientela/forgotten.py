"""Who asked to be forgotten: keyed hashes by which both stores know them again, and the journal of them.

A mark is what is left of a contact, number or name: nobody reads it back without the key and the value.
A token is the mark in the shape of what it replaces, so that rows of one person stay rows of one person.
The journal lies beside the stores, in no backup of them: whoever brings an older copy back meets it.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE_NAME: Final = "forgotten.jsonl"

KINDS: Final = (
    "email",
    "phone",
    "customer_id",
    "named_id",
    "member",
    "vat_number",
    "tax_code",
    "card_number",
    "name",
    "claim",
)
"""customer_id is a number with its source before it; member the id by which both stores call somebody;
named_id a number that is a name itself; claim the public name of a claim, of which only that goes which came
with it."""

HOST: Final = "forgotten.invalid"
"""Of an address that is none (RFC 2606)."""

BEGINS: Final = "forgotten-"
PHONE: Final = "+999"
"""No country has it (E.164), and no number is so long as what follows."""


PHONE_DIGITS: Final = 18


@dataclass(frozen=True)
class Erasure:
    """One person forgotten once."""

    erasure_id: str
    at: int
    """Milliseconds since 1970 UTC."""

    key: str
    """Under which the marks were made."""

    marks: frozenset[str]


def new_key() -> str:
    """Return a key for marks."""
    return secrets.token_hex(32)


def new_erasure(key: str, at: int, values: Iterable[tuple[str, str]]) -> Erasure:
    """Return an erasure of values, each with its kind."""
    return Erasure(secrets.token_hex(8), at, key, frozenset(mark(key, kind, value) for kind, value in values))


def mark(key: str, kind: str, value: str) -> str:
    """Return what is left of a value, 32 signs; ``warehouse.forgetting`` says the same in SQL."""
    inner = hashlib.sha256(f"{key}{kind}:{value}".encode("utf-8", "surrogatepass")).hexdigest()
    return hashlib.sha256(f"{key}{inner}".encode()).hexdigest()[:32]


def token(kind: str, mark: str) -> str:
    """Return what stands in the place of a value; the loader and the till spell it as it is."""
    if kind == "email":
        return f"{BEGINS}{mark[:16]}@{HOST}"
    if kind == "phone":
        return PHONE + mark[:PHONE_DIGITS].translate(str.maketrans("abcdef", "012345"))
    if kind in ("vat_number", "tax_code"):
        return f"FORGOTTEN{mark[:16].upper()}"
    return f"{BEGINS}{mark[:16]}"


def is_token(value: str) -> bool:
    """Tell whether a value stands for a forgotten one."""
    if value.startswith(PHONE):
        return len(value) == len(PHONE) + PHONE_DIGITS
    return value.startswith((BEGINS, BEGINS.upper().rstrip("-")))


def kind_of(contact: str) -> str:
    """Return the kind of a contact."""
    return "email" if "@" in contact else "phone"


class Journal:
    """The file beside the stores: one line an erasure."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, store: Path) -> Journal:
        """Return the journal of the folder in which a store lies."""
        return cls(store.with_name(FILE_NAME))

    def erasures(self) -> list[Erasure]:
        """Return what it holds, oldest first; torn lines are passed over."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found: dict[str, Erasure] = {}
        for line in lines:
            try:
                said = json.loads(line)
                entry = Erasure(said["erasure"], int(said["at"]), said["key"], frozenset(said["marks"]))
                found[entry.erasure_id] = entry
            except (ValueError, KeyError, TypeError):
                continue
        return [each for each in found.values() if each.marks]

    def key(self) -> str | None:
        """Return the first key in it."""
        return next((each.key for each in self.erasures()), None)

    def add(self, erasures: Iterable[Erasure]) -> None:
        """Write erasures that it does not hold, on disk before this returns."""
        known = {each.erasure_id: each.marks for each in self.erasures()}
        new = [each for each in erasures if not each.marks <= known.get(each.erasure_id, frozenset())]
        self._append(
            [
                {
                    "erasure": each.erasure_id,
                    "at": each.at,
                    "key": each.key,
                    "marks": sorted(each.marks | known.get(each.erasure_id, frozenset())),
                }
                for each in new
            ]
        )

    def _append(self, lines: list[dict[str, object]]) -> None:
        if not lines:
            return
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A blank line before each: a line that a crash tore does not swallow the next.
            os.write(handle, b"".join(b"\n" + json.dumps(line).encode() + b"\n" for line in lines))
            os.fsync(handle)
        finally:
            os.close(handle)
