"""The one token of every form: it says who may send it, and for what, and is signed.

``<name of the key>.<signature>``, where the signature is of the form's purpose and subject. A page that
anybody may open is signed with the key of its day and good for that day and the next; a page behind a login
with its session's own secret, and good for as long as the session.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Final

from clientela.referral_server.http.form_keys import day_before
from clientela.referral_server.http.problems import ForbiddenError

if TYPE_CHECKING:
    from clientela.referral_server.accounts.sessions import Session
    from clientela.referral_server.http.form_keys import FormKeys

SESSION: Final = "session"
"""Name of the key of a page behind a login."""


class FormTokens:
    """Makes and checks the tokens.

    Args:
        keys: those of the days.
    """

    def __init__(self, keys: FormKeys) -> None:
        self._keys = keys

    def of_page(self, purpose: str, subject: str = "") -> str:
        """Return the hidden field that a form of a page without a session carries.

        Args:
            purpose: what the form does, such as "save".
            subject: what it does it to, such as the link's code; the same must be given to ``check_page``.

        Raises:
            UnavailableError: if there is no key to sign with.
        """
        day, key = self._keys.newest()
        return _token(day, key, purpose, subject)

    def check_page(self, given: str, purpose: str, subject: str = "") -> None:
        """Accept a form only with the token of its page, written today or yesterday.

        Raises:
            ForbiddenError: if it is missing, older, or of another page.
        """
        day, today = given.partition(".")[0], self._keys.today()
        key = self._keys.key(day) if day in (today, day_before(today)) else None
        if key is None or not _is_same(given, _token(day, key, purpose, subject)):
            raise ForbiddenError

    def of_session(self, session: Session) -> str:
        """Return the hidden field that the forms of a page behind a login carry."""
        return _token(SESSION, session.csrf.encode(), session.kind, session.device_id or "")

    def check_session(self, given: str, session: Session) -> None:
        """Accept a form only with its own session's token.

        Raises:
            ForbiddenError: if it is another or none.
        """
        if _is_same(given, self.of_session(session)):
            return
        # A till that has been open since before tokens were signed shows the secret itself, and may have
        # sales in its queue. The owner's sessions of then end within twelve hours: that page is loaded again.
        if session.kind == "till" and _is_same(given, session.csrf):
            return
        raise ForbiddenError


def _token(name: str, key: bytes, purpose: str, subject: str) -> str:
    signed = hmac.new(key, f"{purpose}\0{subject}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"{name}.{signed}"


def _is_same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode())
