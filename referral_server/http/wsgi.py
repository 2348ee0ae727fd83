"""The names of what a server and an application hand to each other (PEP 3333)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
"""The request."""

StartResponse = Callable[..., Any]
"""Begins the answer."""

Application = Callable[[Environ, StartResponse], Iterable[bytes]]
"""Answers a request."""
