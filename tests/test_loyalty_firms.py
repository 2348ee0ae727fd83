"""A firm keeps its name before friends; of a person they see the first name and an initial."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from clientela.loyalty import json_forms
from clientela.loyalty.links import codes, links
from clientela.loyalty.people import enrolment, firms, members, names
from clientela.loyalty.people.person import NewMember
from clientela.loyalty.store.opening import open_store
from tests.worlds import served
from tests.worlds.exchange_world import SALES_OF_A_YEAR, make_shop
from tests.worlds.loyalty_world import ANNA, at, open_world
from tests.worlds.program import Run
from tests.worlds.public_pages import hidden, open_pages, words
from tests.worlds.staff_site import open_shop

COROLLA = NewMember("F1", "Fioreria Corolla S.n.c.", "0444 123456", None, "fan", is_firm=True)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Fioreria Corolla", "COROLLA"),
        ("Ristorante Alla Pesa", "PESA"),
        ("Bar Sport", "SPORT"),
        ("La Bottega del Fico", "FICO"),
        ("Caffè Roma", "ROMA"),
        ("Da Mario", "MARIO"),
        ("Ditta Rossi Mario", "ROSSI"),
        ("Rossi Mario S. r. l.", "ROSSI"),
        ("Studio Legale Bianchi", "BIANCHI"),
        ("Antica Trattoria Da Gigi S.r.l.", "GIGI"),
        ("Rossi & Figli s.n.c.", "ROSSI"),
        ("L'Angolo del Gelato", "LANGOLO"),
        ("Autoscuola Rotonda", "ROTONDA"),
        ("Pizzeria Quattro Assi", "QUATTRO"),
        ("Hotel", "HOTEL"),
        ("Tre Torri S.p.A.", "TRETORRI"),
        ("3M Italia", "3MITALIA"),
        ("Società Agricola Il Noceto", "NOCETO"),
        ("", ""),
    ],
)
def test_a_firm_is_said_by_the_word_that_is_its_own(name: str, said: str) -> None:
    assert firms.spoken_name(name) == said
    if said:
        short = codes.new_short_code()
        spoken = codes.spoken(firms.spoken_name(name), short)
        assert spoken.endswith(codes.printed(short))
        assert codes.read_code(spoken) == codes.Code("short", short)


@pytest.mark.parametrize(
    "name",
    [
        "Fioreria Corolla",
        "Ristorante Alla Pesa",
        "Rossi Mario S.r.l.",
        "Corolla s.n.c.",
        "Coop Verde",
        "Verdi & C.",
        "Rossi Mario S. r. l.",
        "Rossi Mario S.R.L.S.",
        "Verdi & C. s. n. c.",
        "Rossi Mario S r l",
        "Rossi Snc di Rossi Mario",
        "Rossi Sas di Rossi Mario",
        "ROSSI S. A. S.",
        "Ferrari S.p.A.",
        "Ferrari spa",
        "Ferrari SpA",
        "Ferrari SPA",
        "Bar Sport",
        "BAR CENTRALE",
        "Bar dello Sport",
        "Bar da Gigi",
        "Bar 2000",
        "Caffè Roma",
        "Forno Antico",
        "Ditta Rossi Mario",
        "Da Mario",
        "La Bottega del Fico",
        "Bottega dell'Angolo",
        "Il Forno",
        "Le Pizzerie Riunite S.r.l.",
        "Parrucchiere Ugo",
        "A.S.D. Pallavolo Treviso",
        "Società Agricola Il Noceto",
    ],
)
def test_a_name_that_no_person_has_is_a_firms(name: str) -> None:
    assert firms.is_firm(name)


@pytest.mark.parametrize(
    "name",
    [
        "Bruno Spada",
        "Forno Mario",
        "Palestra Marco",
        "Ditta Beniamino",
        "Bottega Luca",
        "Federico Caffè",
        "Bar Levi",
        "Marco C.",
        "Anna",
        "",
        "Paola Studio",
        "Mario Bottega",
        "Bottega Mario",
        "Lucia Forni",
        "Anna Bar",
        # A legal form written like a surname may be one, and a surname is not for friends to see.
        "Anna Spa",
        "ANNA SPA",
        "Anna SPA",
        "Anna Maria SAS",
        "anna spa",
        "Maria Sas",
        "Maria Ets",
        "Ivo Aps",
        "Ugo Coop",
        "Spa Anna",
        "Sas Maria",
        "Maria Sas Bianchi",
        "Da Ros",
        "Da Ros Mario",
        "Da Mario Luca",
        "La Rosa Anna",
        "La Casa Mario",
        "Lo Forte Luca",
        "Ditta Anna Maria",
        "bottega di maria",
        "Bottega De Luca",
        "Forno Alla",
        "Marco S. R.",
    ],
)
def test_a_name_that_a_person_may_have_is_a_persons(name: str) -> None:
    assert not firms.is_firm(name)


def test_a_fact_counts_and_a_guess_does_not() -> None:
    assert firms.is_firm("Alla Pesa", has_company_name=True)
    assert firms.is_firm("Alla Pesa", is_legal_person=True)
    assert not firms.is_firm("Alla Pesa")
    assert not firms.is_firm("  ", has_company_name=True)


def test_others_see_a_firms_whole_name_and_a_persons_initial() -> None:
    assert names.shown_name("Fioreria  Corolla", is_firm=True) == "Fioreria Corolla"
    assert names.shown_name("Bruno Spada") == "Bruno S."
    assert names.first_name("Ristorante Alla Pesa", is_firm=True) == "Ristorante Alla Pesa"


def test_friends_read_the_whole_name_on_every_page(tmp_path: Path) -> None:
    with open_pages(tmp_path) as pages:
        pages.world.invite(COROLLA)
        link = pages.world.link("F1")
        assert link.spoken.startswith("COROLLA ")
        landing = words(pages.get(f"/i/{link.code}").text)
        assert "Ti manda Fioreria Corolla S.n.c." in landing
        preview = pages.get(f"/r/{link.code}", **{"User-Agent": "WhatsApp/2.24 A"}).text
        assert "Ti manda Fioreria Corolla S.n.c." in preview
        fan = words(pages.get(f"/me/{pages.world.tokens['F1']}").text)
        assert "Ciao Fioreria Corolla S.n.c." in fan
        assert "I tuoi amici vedono il nome della tua attività" in fan
        form = hidden(pages.get(f"/i/{link.code}").text)
        saved = pages.post(f"/i/{link.code}", **form, name="Luca", contact="333 9876543").location
        assert "Ti manda Fioreria Corolla S.n.c." in words(pages.get(saved).text)
        assert "Ti manda Anna B." in words(pages.get(pages.landing).text)


def test_the_shops_own_people_read_it_too(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.world.invite(COROLLA)
        shop.world.save("luca@posta.example", of="F1")
        till, owner = shop.till(), shop.owner()
        for said in (shop.world.link("F1").spoken, "corolla", "luca@posta.example", "0444 123456"):
            assert "Fioreria Corolla S.n.c." in words(till.look_up(said).text), said
        seen = [words(owner.get(path).text) for path in ("/owner", "/owner/people")]
        assert any("Fioreria Corolla S.n.c." in each for each in seen)


def test_a_code_that_is_printed_stays_when_the_shop_says_that_it_is_a_firms(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        world.invite(replace(COROLLA, is_firm=False))
        before = world.link("F1")
        assert before.spoken.startswith("FIORERIA ")
        assert before.sender == "Fioreria S."
        world.invite(COROLLA, on="2026-04-02")
        after = world.link("F1")
        assert (after.code, after.short_code, after.spoken) == (before.code, before.short_code, before.spoken)
        assert after.sender == "Fioreria Corolla S.n.c."
        new = world.write(lambda db: links.replace(db, world.member("F1").member_id, at("2026-04-03")))
        assert new.spoken.startswith("COROLLA ")


def test_the_api_takes_the_fact_and_shows_the_whole_name(tmp_path: Path) -> None:
    with served.open_shop(tmp_path) as shop:
        sent = {"members": [json_forms.member_as(COROLLA), json_forms.member_as(ANNA)]}
        answer = shop.post("/api/members", json=sent, headers=shop.key())
        assert answer.status_code == 200, answer.text
        firm, _anna = answer.json["members"]
        assert firm["spoken"].startswith("COROLLA ")
        assert "Fioreria Corolla S.n.c. sent you" in words(shop.get(f"/i/{firm['code']}").text)
        wrong = {"members": [{**json_forms.member_as(ANNA), "is_firm": "yes"}]}
        assert shop.post("/api/members", json=wrong, headers=shop.key()).status_code == 422


def test_the_fact_travels_and_is_left_out_where_there_is_none() -> None:
    assert json_forms.member_from(json_forms.member_as(COROLLA)).is_firm
    assert "is_firm" not in json_forms.member_as(ANNA)
    assert not json_forms.member_from(json_forms.member_as(ANNA)).is_firm


FILE = """\
customer_id,kind,name,first_name,last_name,company_name,vat_number,tax_code,email
company,,,,,Alla Pesa,,,a@posta.example
numbered,,Alla Pesa,,,,01234567897,01234567897,b@posta.example
trader,,Bruno Spada,,,,00743110157,SPDBRN80A01H501X,c@posta.example
said,b2b,Bruno Spada,,,,,,d@posta.example
misfiled,,,Bruno,Spada,,07643520567,07643520567,e@posta.example
guessed,,Ristorante Alla Pesa,,,,,,f@posta.example
"""

SEEN = {
    "company": ("Alla Pesa", "PESA"),
    "numbered": ("Alla Pesa", "PESA"),
    # A sole trader has a VAT number and is a person all the same.
    "trader": ("Bruno S.", "BRUNO"),
    "said": ("Bruno S.", "BRUNO"),
    "misfiled": ("Bruno S.", "BRUNO"),
    "guessed": ("Ristorante Alla Pesa", "PESA"),
}


@pytest.mark.parametrize("way", ["store", "folder"])
def test_the_shops_files_say_which_customers_are_firms(way: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "customers.csv").write_text(FILE, encoding="utf-8")
    shop = make_shop(tmp_path / "shop", SALES_OF_A_YEAR, more=[tmp_path / "customers.csv"]).folder
    asked = [word for name in SEEN for word in ("--customer", name)]
    carried = ["--folder", tmp_path / "stick"] if way == "folder" else []
    answer = run("referral", "invite", *asked, *carried, "--format", "json", shop=shop)
    if way == "folder":
        run("referral", "carry", tmp_path / "stick", shop=shop)
        answer = run("referral", "invite", *asked, *carried, "--format", "json", shop=shop)
    store = open_store(shop / "referral.sqlite")
    try:
        with store.read() as db:
            found = {row["customer_id"]: links.find(db, row["code"]) for row in answer.json["invited"]}
    finally:
        store.close()
    seen = {who: (link.sender, link.spoken[:-8]) for who, link in found.items() if link is not None}
    assert seen == SEEN


def test_a_store_of_the_first_schema_opens_and_learns_who_is_a_firm(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        path = world.store.path
    with closing(sqlite3.connect(path)) as db:
        db.execute("alter table members drop column is_firm")
        db.execute("delete from migrations where number >= 4")
        db.commit()
    store = open_store(path)
    try:
        told = replace(ANNA, name="Bar Sport", is_firm=True)
        store.write(lambda db: enrolment.upsert(db, [told], at("2026-05-01")))
        with store.read() as db:
            found = members.by_customer(db, "C1")
            other = members.by_customer(db, "C2")
    finally:
        store.close()
    assert found is not None
    assert other is not None
    assert (found.shown_name, other.shown_name) == ("Bar Sport", "Carlo N.")
