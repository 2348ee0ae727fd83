"""The key by which contacts are compared: many spellings of one mailbox or phone, one key."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clientela.loyalty.people import contacts, likeness, look_alikes, mail_providers

ONE_PERSON = {
    "+39 333 1234567": (
        "333 1234567",
        "333-123.45.67",
        "0039 333 1234567",
        "+39 0333 1234567",
        "0333 1234567",
        "00390333-1234567",
        "+39 (0)333 1234567",
        "39 333 1234567",
        "+39 39 333 1234567",
        "0039 39 333 1234567",
        "+39 333 1234567 9",
        "３３３１２３４５６７",
        "＋３９ ３３３ １２３ ４５６７",
        "333\u200b1234567",
        "+39\u00a0333\u202f1234567",
        "𝟛𝟛𝟛𝟙𝟚𝟛𝟜𝟝𝟞𝟟",
        "③③③①②③④⑤⑥⑦",
    ),
    "+44 20 7946 0958": ("+44 020 7946 0958", "0044 (0)20 7946 0958"),
    "02 87654321": ("+39 02 87654321", "0039 02 8765 4321", "+39 2 87654321"),
    "annabruni@gmail.com": (
        "anna.bruni@gmail.com",
        "a.n.n.a.b.r.u.n.i@gmail.com",
        "AnnaBruni@GMail.com",
        "annabruni+premi@gmail.com",
        "anna.bruni+1+2@googlemail.com",
        "аnnаbruni@gmail.com",
        "annabruni@gmаil.com",
        "annabruni@gmaıl.com",
        "annabruni@xn--gmal-nza.com",
        "ａｎｎａｂｒｕｎｉ@gmail.com",
        "anna\u00adbruni@gmail.com",
        "anna\u2060bruni@gmail.com",
        "anna\ufe0fbruni@gmail.com",
        "anna\u3164bruni@gmail.com",
        "anna\u2800bruni@gmail.com",
        "annabrunı@gmail.com",
        "ànnabruni@gmail.com",
        "αnnabruni@gmail.com",
        "annaᖯruni@gmail.com",
        "𝐚𝐧𝐧𝐚𝐛𝐫𝐮𝐧𝐢@gmail.com",
    ),
    "mario.rossi@posta.example": (
        "Mario.Rossi@Posta.Example",
        "mario.rossi+amico@posta.example",
        "rnario.rossi@posta.example",
        "mari0.rossi@posta.example",
        "mar1o.rossI@posta.example",
        "marlo.rossl@posta.example",
        "мario.rossi@posta.example",
        "mаriо.rоssi@posta.example",
    ),
    "anna@yahoo.it": ("anna-premi@yahoo.it", "anna+x@yahoo.it"),
    "anna.bruni@proton.me": ("annabruni@protonmail.com", "anna_bruni@pm.me", "anna-bruni+x@proton.me"),
    "anna@fastmail.com": ("premi@anna.fastmail.com", "anna+x@fastmail.fm"),
    "anna@icloud.com": ("anna@me.com", "anna+1@mac.com"),
}
"""One contact and other spellings of it, collected by hand."""


@pytest.mark.parametrize(
    ("usual", "spelling"), [(usual, each) for usual, all_of in ONE_PERSON.items() for each in all_of]
)
def test_a_spelling_of_one_person_has_the_key_of_the_usual_one(usual: str, spelling: str) -> None:
    first, second = contacts.normalise(usual), contacts.normalise(spelling)
    assert first is not None
    assert second is not None, "the form takes it, so that it has to be compared"
    assert likeness.key(first) == likeness.key(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("333 1234567", "333 1234568"),
        ("+39 333 1234567", "+44 333 1234567"),
        ("02 87654321", "06 87654321"),
        ("391 2345678", "333 2345678"),
        ("anna.bruni@posta.example", "annabruni@posta.example"),
        ("anna-bruni@posta.example", "anna@posta.example"),
        ("anna.bruni@outlook.com", "annabruni@outlook.com"),
        ("anna@yahoo.it", "anna@yahoo.com"),
        ("anna@gmail.com", "anna@posta.example"),
        ("anna@gmail.com", "carlo@gmail.com"),
        ("anna@carlo.posta.example", "carlo@posta.example"),
    ],
)
def test_different_people_keep_different_keys(one: str, other: str) -> None:
    first, second = contacts.normalise(one), contacts.normalise(other)
    assert first is not None
    assert second is not None
    assert likeness.key(first) != likeness.key(second)


def test_letters_typed_for_figures_are_read_as_figures() -> None:
    """No form takes them; a file's column might."""
    assert likeness.phone_key("333 l2345O7") == likeness.phone_key("333 1234507")


@pytest.mark.parametrize(
    "odd",
    ["", "+", "0", "00", "39", "++39", "a@", "@b", ".@gmail.com", "+@x.it", "x@xn--.it", "x@xn--\u00e9.it"],
)
def test_what_is_no_contact_has_some_key_and_no_fault(odd: str) -> None:
    assert likeness.phone_key(odd).startswith("p:")
    assert likeness.email_key(odd).startswith("e:")


def test_there_is_no_key_for_no_contact() -> None:
    assert likeness.key(None) is None


def test_the_contact_that_is_kept_stays_as_it_was_typed() -> None:
    typed = {
        "+39 0333 1234567": "+3903331234567",
        "Anna.Bruni+Premi@GMail.com": "anna.bruni+premi@gmail.com",
    }
    for text, kept in typed.items():
        contact = contacts.normalise(text)
        assert contact is not None
        assert contact.value == kept


def test_each_domain_belongs_to_one_provider() -> None:
    domains = [domain for provider in mail_providers.PROVIDERS for domain in provider.domains]
    assert len(domains) == len(set(domains))


def test_the_table_of_look_alikes_leads_to_plain_letters_and_says_whose_it_is() -> None:
    """The capital Cyrillic letters that a keyboard makes, against their Latin look-alikes by eye."""
    assert look_alikes.plain("АВЕКМНОРСТХ") == "abekmhopctx"
    text = (look_alikes.files("clientela.loyalty.people") / "look_alikes.txt").read_text("utf-8")
    assert "Copyright (c) 1991-2023 Unicode, Inc." in text


def test_the_tables_of_numbers_are_not_loaded_before_a_phone_is_compared() -> None:
    code = """
import sys
from clientela.loyalty.people import contacts
from clientela.loyalty.people import enrolment
from clientela.loyalty.links import friends
from clientela.loyalty.people import likeness
from clientela.loyalty.till import till
likeness.email_key("anna@posta.example")
print("phonenumbers" in sys.modules)
likeness.phone_key("333 1234567")
print("phonenumbers" in sys.modules)
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["False", "True"]
