"""Newsletter lists as Mailchimp exports them: what their members are stands in the name of the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from clientela.i18n import gettext as _
from clientela.warehouse.importers.consents import action, consent_mapping, reason
from clientela.warehouse.importers.derived import FILE_NAME
from clientela.warehouse.importers.importer import Importer
from clientela.warehouse.loading.mapping.mapping import Mapping

_EMAIL: Final = "list: e-mail"
_WHEN: Final = "list: when"
_ADDRESS: Final = "coalesce([[Email Address]], [[Indirizzo email]], [[Indirizzo e-mail]], [[Email]])"


def _named(words: str) -> str:
    """Return the SQL that finds words in the file's name."""
    return f"regexp_matches(lower({FILE_NAME}), '(^|[^a-z])({words})')"


_STATE: Final = (
    f"case when {_named('(non|not)[-_ ]?subscribed')} then 'never' "
    f"when {_named('unsubscribed|cleaned|disiscritti|annullati')} then 'no' "
    f"when {_named('subscribed|iscritti')} then 'yes' "
    "when [[UNSUB_TIME]] is not null or [[CLEAN_TIME]] is not null then 'no' end"
)


def _mapping(_headers: Sequence[str]) -> Mapping:
    return consent_mapping("newsletter", {"email": _EMAIL}, "email", "mailchimp", _WHEN)


def _notes() -> list[str]:
    return [_("A list taken from a file is no consent: only who confirmed it themselves counts as a yes.")]


IMPORTER = Importer(
    name="mailchimp",
    title="Mailchimp",
    headers=("Email Address", "First Name", "Last Name"),
    needed=("Email Address", "First Name", "Last Name"),
    languages=(
        {"Email Address": "Indirizzo email", "First Name": "Nome", "Last Name": "Cognome"},
        {"Email Address": "Indirizzo e-mail", "First Name": "Nome", "Last Name": "Cognome"},
    ),
    mapping=_mapping,
    notes=_notes,
    columns={
        _EMAIL: _ADDRESS,
        _WHEN: "coalesce([[UNSUB_TIME]], [[CLEAN_TIME]], [[CONFIRM_TIME]], [[OPTIN_TIME]], "
        "[[LAST_CHANGED]], [[today]])",
        action("email"): f"case {_STATE} when 'no' then 'withdraw' when 'yes' then 'grant' end",
        reason(
            "email"
        ): f"case when {_STATE} = 'never' then 'nothing_said' when {_STATE} is null then 'state_unknown' "
        f"when {_STATE} = 'yes' and coalesce([[CONFIRM_TIME]], [[OPTIN_TIME]]) is null "
        "then 'list_import' end",
    },
)
