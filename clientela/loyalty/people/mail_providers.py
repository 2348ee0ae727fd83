"""Mail providers: which spellings of an address reach one mailbox, by what each provider says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Provider:
    """How a provider reads what stands before the ``@``."""

    domains: tuple[str, ...]
    """The first one stands for all: the same name at any of them is one mailbox."""

    ignored: str = ""
    """Signs of the name that make no difference."""

    tags: str = "+"
    """Signs after which the rest of the name only sorts the mail."""

    is_subdomain_the_name: bool = False
    """``anything@anna.fastmail.com`` is ``anna@fastmail.com``."""


PLUS: Final = "+"
"""Every provider's mark of a tag, unless known otherwise (RFC 5233, and what mail servers come with)."""

PROVIDERS: Final = (
    # Dots do not count, and googlemail.com is the name under which Gmail began in Germany and Britain.
    Provider(("gmail.com", "googlemail.com"), ignored="."),
    # One account under the three names; dots, hyphens and underscores do not count.
    Provider(("proton.me", "protonmail.com", "protonmail.ch", "pm.me"), ignored=".-_"),
    # Accounts of before 2012 answer under all three names.
    Provider(("icloud.com", "me.com", "mac.com")),
    # One account under all of its domains; a dot and a hyphen are the same sign.
    Provider(
        ("yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "yandex.com.tr", "ya.ru"),
        ignored=".-",
    ),
    # Disposable addresses are name-word; an account's own name holds no hyphen.
    *(
        Provider((domain,), tags="+-")
        for domain in (
            "yahoo.com",
            "yahoo.it",
            "yahoo.fr",
            "yahoo.de",
            "yahoo.es",
            "yahoo.co.uk",
            "ymail.com",
            "rocketmail.com",
            "myyahoo.com",
        )
    ),
    # The name may stand before the domain, and then anything before the @.
    Provider(("fastmail.com", "fastmail.fm"), is_subdomain_the_name=True),
)
"""Providers whose reading differs from the usual one. A dot counts wherever it is not said otherwise."""


def of(domain: str) -> Provider:
    """Return the provider of a domain; one that nothing is known of reads tags alone."""
    for provider in PROVIDERS:
        if domain in provider.domains:
            return provider
        if provider.is_subdomain_the_name and domain.endswith(tuple(f".{each}" for each in provider.domains)):
            return provider
    return Provider((domain,))


def mailbox(name: str, domain: str) -> tuple[str, str]:
    """Return the name and domain of the mailbox that an address reaches; plain small letters are expected."""
    provider = of(domain)
    if domain not in provider.domains:
        name, domain = domain.split(".")[-3], provider.domains[0]
    for tag in provider.tags:
        # An address that begins with the mark has no tag: there would be no name left.
        name = name[0] + name[1:].partition(tag)[0] if name else name
    kept = "".join(sign for sign in name if sign not in provider.ignored)
    return kept or name, provider.domains[0]
