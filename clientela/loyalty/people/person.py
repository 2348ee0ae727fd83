"""A member as the shop's files, the store and the invitation know them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clientela.loyalty.people.names import first_name, shown_name

if TYPE_CHECKING:
    from clientela.loyalty.people.consents import ConsentEntry


@dataclass(frozen=True)
class NewMember:
    """A person as the shop's files know them."""

    customer_id: str
    name: str
    phone: str | None
    """As written in the shop's files; spelled one way here."""
    email: str | None
    category: str
    """fan, customer, …"""
    consents: tuple[ConsentEntry, ...] = ()
    is_firm: bool = False
    """The name is a firm's: others may see all of it."""


@dataclass(frozen=True)
class Invited:
    """What a member needs to be invited."""

    customer_id: str
    public_id: str
    code: str
    """The link's code."""
    short_code: str
    """The code said aloud, bare."""
    spoken: str
    """The same with the first name before it: ``MARIO 7K3 F9X``."""
    portal_token: str | None
    """The secret part of the member's own page; only when the member is new or it was renewed."""


@dataclass(frozen=True)
class Member:
    """A fan or customer who may bring friends."""

    member_id: int
    public_id: str
    customer_id: str
    name: str
    phone: str | None
    email: str | None
    category: str
    status: str
    """active, paused or erased."""
    is_firm: int = 0
    """1 if the name is a firm's."""

    @property
    def shown_name(self) -> str:
        """``Anna B.``, the name that others see; a firm's as it is."""
        return shown_name(self.name, is_firm=bool(self.is_firm))

    @property
    def called(self) -> str:
        """What the shop's own people call somebody: the shown name, else the number in the shop's files."""
        return self.shown_name or self.customer_id

    @property
    def first_name(self) -> str:
        """The first word of the name; all of it for a firm."""
        return first_name(self.name, is_firm=bool(self.is_firm))


def hashed(token: str) -> str:
    """Return a page's token as it is stored."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_public_id() -> str:
    """Return a name for a row that says nothing and cannot be guessed."""
    return secrets.token_hex(13)
