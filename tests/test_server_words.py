"""The server and its commands speak Italian and English."""

from __future__ import annotations

import pytest
from test_cli_words import first, italian

from clientela.cli.translation import clean_help
from clientela.i18n import DOMAINS
from tests.yardsticks.cli_messages import ROOT, commands, said_in

OURS = (
    "app",
    "running/background",
    "running/backup",
    "http/client_address",
    "http/form_keys",
    "http/forms",
    "http/request_checks",
    "running/granian_server",
    "running/health",
    "accounts/keys",
    "running/listening",
    "running/lock",
    "accounts/password",
    "http/problems",
    "http/problem_pages",
    "http/security",
    "running/serving",
    "accounts/sessions",
    "http/throttle",
    "running/waitress_server",
    "routes/front",
)
COMMAND_FILES = (
    "serve",
    "referral/__init__",
    "referral/password",
    "referral/key",
    "referral/backup",
    "referral/forget",
)
HELPS = (
    "serve",
    "referral",
    "referral password",
    "referral key",
    "referral key new",
    "referral key list",
    "referral key revoke",
    "referral backup",
    "referral restore",
    "referral forget",
)


def said() -> set[str]:
    """Return every sentence of the server and its commands."""
    files = [ROOT / "referral_server" / f"{name}.py" for name in OURS]
    files += [ROOT / "cli" / "commands" / f"{name}.py" for name in (*COMMAND_FILES, "referral/restore")]
    helps = {clean_help(command.help) for words, command in commands() if " ".join(words) in HELPS}
    assert len(helps) == len(HELPS)
    return {first(message) for file in files for message in said_in(file)} | helps


def test_every_sentence_is_there_in_italian() -> None:
    known = {sentence: found for name in DOMAINS for sentence, found in italian(name).items()}
    assert said() - {sentence for sentence, (_plural, texts) in known.items() if all(texts)} == set()


def test_no_sentence_is_kept_that_nobody_says() -> None:
    assert set(italian("server")) - said() == set()


@pytest.mark.parametrize("jargon", ["utilizz", "effettu", "token", "endpoint", "errore interno"])
def test_the_italian_is_plain(jargon: str) -> None:
    for _plural, texts in italian("server").values():
        for text in texts:
            prose = "\n".join(line for line in text.splitlines() if "clientela " not in line)
            assert jargon not in prose.lower()
