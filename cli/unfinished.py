"""An erasure that breaks off: once the journal says it, the next command goes on, and the words say so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clientela.cli.stopped import if_stopped
from clientela.errors import FULL_SIGNS, ClientelaError, refused_by_the_system
from clientela.forgotten import Journal
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from clientela.settings.shop_settings import Settings


class UnfinishedError(ClientelaError):
    """An erasure has begun and is not finished."""


@contextmanager
def saying_what_is_so(settings: Settings) -> Iterator[None]:
    """Say of an erasure that breaks off inside whether it had begun.

    Raises:
        UnfinishedError: in the place of any other failure, once the journal has a new erasure.
    """
    before = _noted(settings)
    if_stopped(_("Stopped. Run the same command again: a forgetting that has begun is finished by it."))
    try:
        yield
    except (ClientelaError, OSError) as error:
        if _noted(settings) == before:
            raise
        message = error.message if isinstance(error, ClientelaError) else refused_by_the_system(error)
        raise UnfinishedError(message, _way_out(error)) from error


def _way_out(error: BaseException) -> str:
    if _is_full(error):
        return _(
            "The forgetting has begun and is not finished: free some space and run the same command again."
        )
    return _("The forgetting has begun and is not finished: mend that and run the same command again.")


def _noted(settings: Settings) -> set[str]:
    stores = (settings.database, settings.referral_store)
    return {each.erasure_id for store in stores for each in Journal.beside(store).erasures()}


def _is_full(error: BaseException | None) -> bool:
    while error is not None:
        if any(sign in str(error).lower() for sign in FULL_SIGNS):
            return True
        error = error.__cause__
    return False
