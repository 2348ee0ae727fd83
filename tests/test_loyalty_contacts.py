"""Contacts: the server and the warehouse must spell one person's phone and e-mail alike."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clientela.loyalty.people import contacts
from clientela.loyalty.people.contacts import Contact
from clientela.warehouse.loading.staging import keys

DIGITS = st.text("0123456789", min_size=4, max_size=13)
PHONES = st.one_of(
    DIGITS,
    st.builds(
        lambda start, rest: start + rest, st.sampled_from(["+39", "0039", "39", "3", "0", "+", "00"]), DIGITS
    ),
    st.text("0123456789 +-./()", min_size=1, max_size=20),
)
LOCAL = st.text("abcXYZ019._+-ÀÈß", min_size=1, max_size=12)
EMAILS = st.builds(
    lambda name, host, top: f"{name}@{host}.{top}",
    LOCAL,
    st.text("abcXYZ019-É", min_size=1, max_size=8),
    st.sampled_from(["it", "IT", "com", "example"]),
)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as db:
        yield db


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(PHONES, EMAILS), min_size=20, max_size=60))
def test_every_contact_is_spelled_as_the_warehouse_spells_it(
    warehouse: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    read = [(text, contacts.normalise(text)) for text in texts]
    known = [(text, contact.value) for text, contact in read if contact is not None]
    rows = warehouse.execute(
        f"select {keys.contact('t')} from (select unnest($1::text[]) as t)",
        [[text for text, _value in known]],
    ).fetchall()
    assert [row[0] for row in rows] == [value for _text, value in known]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("333 1234567", "+393331234567"),
        ("333-123.4567", "+393331234567"),
        ("0039 333 1234567", "+393331234567"),
        ("+39 (333) 1234567", "+393331234567"),
        ("393331234567", "+393331234567"),
        ("０２ 1234567", "+39021234567"),
        ("+44 20 7946 0958", "+442079460958"),
        ("Anna@Posta.Example", "anna@posta.example"),
        ("  anna@posta.example \n", "anna@posta.example"),
        ("ａｎｎａ＠posta.example", "anna@posta.example"),
    ],
)
def test_one_spelling_for_each_way_of_writing(typed: str, value: str) -> None:
    assert contacts.normalise(typed) == Contact("email" if "@" in value else "phone", value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "Anna",
        "12345",
        "1234567890123456",
        "+",
        "anna@",
        "@posta.example",
        "anna@posta",
        "anna@@posta.example",
        "a b@posta.example",
        "anna@posta.example, carlo@posta.example",
        "<anna@posta.example>",
        "anna@.example",
        "x" * 250 + "@posta.example",
        "333 1234567 Anna",
        "333\x001234567",
        "+39+333123456",
    ],
)
def test_what_cannot_be_reached_is_no_contact(typed: str) -> None:
    assert contacts.normalise(typed) is None


def test_a_contact_is_shown_so_that_only_who_knows_it_recognises_it() -> None:
    assert contacts.masked("+393331234567") == "…567"
    assert contacts.masked("anna@posta.example") == "a…@posta.example"
