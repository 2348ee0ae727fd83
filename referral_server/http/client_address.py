"""Whose request it is: the address that our own proxies vouch for, and nothing that a stranger writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

FORWARDING: Final = frozenset(
    {
        "HTTP_FORWARDED",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_FORWARDED_BY",
        "HTTP_X_FORWARDED_SERVER",
        "HTTP_X_FORWARDED_PREFIX",
        "HTTP_X_REAL_IP",
        "HTTP_X_ORIGINAL_URL",
        "HTTP_X_REWRITE_URL",
        "HTTP_CLIENT_IP",
        "HTTP_TRUE_CLIENT_IP",
    }
)
"""Headers with which anybody can say anything of where a request comes from."""

LONGEST_CHAIN: Final = 20
"""No honest request passes more proxies."""

NOWHERE: Final = IPv4Address("0.0.0.0")


@dataclass(frozen=True)
class Client:
    """Where a request comes from; used in memory only, never stored or logged."""

    address: Address

    peer: Address
    """Who holds the other end of the connection: the client or our proxy."""

    is_forwarded: bool
    """Whether any forwarding header came with it, believed or not: then it may be from anywhere."""

    @property
    def prefix(self) -> str:
        """The network: /24 of an IPv4 address, /48 of an IPv6 one."""
        return prefix(self.address)

    def is_within(self, networks: Sequence[Network]) -> bool:
        """Tell whether this machine or one of the networks asks by itself, not for somebody else."""
        return not self.is_forwarded and (self.peer.is_loopback or _is_in(self.peer, networks))


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Read the addresses of ``trusted_proxies``."""
    return tuple(ip_network(text, strict=False) for text in texts)


@lru_cache(maxsize=4096)
def read(text: str) -> Address | None:
    """Read an address as a proxy writes it: bare, with a port, in brackets; None for anything else."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=4096)
def written(peer: str) -> str:
    """Return the address of who asks by themselves as ``of`` would find it, written out."""
    return str(read(peer) or NOWHERE)


def prefix(address: Address) -> str:
    """Return the network of an address, the finest that is ever used."""
    bits = 24 if address.version == 4 else 48
    return str(ip_network((address, bits), strict=False))


def _is_in(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in trusted)


def of(environ: dict[str, Any], trusted: Sequence[Network]) -> Client:
    """Return where a request comes from.

    ``X-Forwarded-For`` is read from the right, and only as far as trusted proxies have written it: the first
    address that is none of them is the client. An entry that cannot be read ends the walk.
    """
    peer = read(str(environ.get("REMOTE_ADDR") or "")) or NOWHERE
    is_forwarded = not FORWARDING.isdisjoint(environ)
    if not is_forwarded or not _is_in(peer, trusted):
        return Client(peer, peer, is_forwarded)
    entries = str(environ.get("HTTP_X_FORWARDED_FOR") or "").split(",")[-LONGEST_CHAIN:]
    address = peer
    for entry in reversed(entries):
        found = read(entry) if entry.strip() else None
        if found is None:
            break
        address = found
        if not _is_in(found, trusted):
            break
    return Client(address, peer, True)


def forget_forwarding(environ: dict[str, Any]) -> None:
    """Take every forwarding header away, so that no library can believe one."""
    if not FORWARDING.isdisjoint(environ):
        for name in FORWARDING:
            environ.pop(name, None)
