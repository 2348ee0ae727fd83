"""The acceptance cases of the seven categories, each with its number in the rules.

21b, an erased person who comes again in a file, is held by the tests of erasure. 22b, the points of merged
people summed once, has no subject yet: nobody gathers points.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from clientela.warehouse.building.build import build
from clientela.warehouse.loading.pipeline import load_file
from tests.worlds.made_shop import built_shop, categories, every, judged, one, order, raw_shop, settings


def test_01_two_receipts_on_one_day_are_one_purchase() -> None:
    rows = [order("anna", "2025-03-03 10:00"), order("anna", "2025-03-03 18:00")]
    with built_shop("2025-03-31", orders=rows) as db:
        assert one(db, "anna", "category", "purchases") == ("buyer", 1)


def test_02_two_shops_on_one_day_are_one_purchase_two_days_are_two() -> None:
    same_day = [order("anna", "2025-03-03", channel="shop"), order("anna", "2025-03-03", channel="web")]
    assert judged("2025-03-31", orders=same_day) == {"anna": "buyer"}
    two_days = [order("anna", "2025-03-03"), order("anna", "2025-03-04")]
    assert judged("2025-03-10", orders=two_days) == {"anna": "customer"}


def test_03_a_full_refund_voids_the_purchase_from_its_own_date_on() -> None:
    rows = [
        order("anna", "2025-03-03", 50, order_id="A"),
        order("anna", "2025-04-02", -50, order_id="R", refund_of="A"),
    ]
    assert judged("2025-03-31", orders=rows) == {"anna": "buyer"}
    assert judged("2025-04-01", orders=rows) == {"anna": "buyer"}
    assert judged("2025-04-02", orders=rows) == {"anna": "prospect"}


def test_04_a_partial_refund_leaves_a_purchase_and_an_exchange_is_one() -> None:
    partial = [
        order("anna", "2025-03-03", 100, order_id="A"),
        order("anna", "2025-03-09", -99, refund_of="A"),
    ]
    assert judged("2025-03-31", orders=partial) == {"anna": "buyer"}
    exchange = [
        order("anna", "2025-03-01", 30, order_id="A"),
        order("anna", "2025-03-03", -30, refund_of="A"),
        order("anna", "2025-03-03", 35, order_id="B"),
    ]
    with built_shop("2025-03-31", orders=exchange) as db:
        assert one(db, "anna", "category", "purchases", "first_purchase_on") == ("buyer", 1, date(2025, 3, 3))


def test_04_an_unnamed_refund_takes_from_the_purchase_of_its_own_day_only() -> None:
    rows = [
        order("anna", "2025-03-01", 30),
        order("anna", "2025-03-03", 20),
        order("anna", "2025-03-03", -20),
    ]
    with built_shop("2025-03-31", orders=rows) as db:
        assert one(db, "anna", "purchases", "revenue_total") == (1, 30)


def test_05_a_free_reward_is_no_purchase_as_discount_and_one_as_tender() -> None:
    as_discount = [order("anna", "2025-03-03", 0, discount_amount=12)]
    as_tender = [order("anna", "2025-03-03", 12, payment_method="points")]
    assert judged("2025-03-31", orders=as_discount) == {"anna": "prospect"}
    assert judged("2025-03-31", orders=as_tender) == {"anna": "buyer"}


def test_06_a_gift_card_is_a_purchase_of_who_buys_it_and_of_who_spends_it() -> None:
    rows = [
        order("anna", "2025-03-03", 50, is_gift=True),
        order("bruno", "2025-03-20", 48, payment_method="gift_card"),
    ]
    assert judged("2025-03-31", orders=rows) == {"anna": "buyer", "bruno": "buyer"}


def test_07_cash_sales_are_nobody() -> None:
    rows = [order(None, "2025-03-03", 5, customer_name="VENDITA AL BANCO") for _ in range(50)]
    rows += [order("K", "2025-03-04", 5)]
    with built_shop(
        "2025-03-31", orders=rows, customers=[{"customer_id": "K", "name": "Cliente generico"}]
    ) as db:
        assert db.execute("select count(*) from marts.customers").fetchone() == (0,)
        assert db.execute("select count(*) from staging.orders where account_no is null").fetchone() == (51,)


REFERRED = {"referrer_id": "fan", "arrived_contact": "leo@example.com", "arrived_at": "2025-03-01 10:00"}
FAN = [order("fan", "2025-01-01")]


def test_08_a_referred_person_keeps_the_origin_through_the_categories() -> None:
    leo = [
        order(None, "2025-03-10", email="leo@example.com"),
        order(None, "2025-03-20", email="leo@example.com"),
    ]
    for bought, category in ((0, "referral"), (1, "buyer"), (2, "customer")):
        with built_shop("2025-03-31", orders=FAN + leo[:bought], referrals=[REFERRED]) as db:
            assert one(db, "leo@example.com", "category") == (category,)
            assert "origin_referral" in one(db, "leo@example.com", "overlays")[0].split("|")


def test_09_referral_beats_prospect_and_an_old_customer_is_no_referral() -> None:
    touch = {
        "email": "leo@example.com",
        "ts": "2025-02-01",
        "direction": "out",
        "channel": "email",
        "status": "delivered",
    }
    assert (
        judged("2025-03-31", orders=FAN, referrals=[REFERRED], touchpoints=[touch])["leo@example.com"]
        == "referral"
    )
    old = [order(None, "2025-01-10", email="leo@example.com")]
    with built_shop("2025-03-31", orders=FAN + old, referrals=[REFERRED]) as db:
        assert one(db, "leo@example.com", "category", "overlays") == ("buyer", "")


def test_10_the_limit_follows_the_own_rhythm() -> None:
    """Steady gaps of 60 days in a crowd make m0 = 60; then (2·60+5·30)(.05^(-1/7)-1) = 144.2 and 545.9."""
    crowd = [row for place in range(40) for row in every(f"c{place}", "2023-01-01", 60, 11)]
    last = date(2025, 1, 1)
    quick = every("quick", str(last - timedelta(days=150)), 30, 6)
    slow = every("slow", str(last - timedelta(days=900)), 180, 6)
    as_of = str(last + timedelta(days=200))
    with built_shop(as_of, orders=crowd + quick + slow) as db:
        m0 = db.execute("select mean_gap_days from marts.shop_rhythm").fetchone()[0]
        assert m0 == pytest.approx((40 * 600 + 150 + 900) / (40 * 10 + 10))
        for who, t_x, category in (("quick", 150, "lost"), ("slow", 900, "customer")):
            limit = (2 * m0 + t_x) * (0.05 ** (-1 / 7) - 1)
            assert one(db, who, "category", "silence_allowed_days") == (category, pytest.approx(limit))
    assert pytest.approx(144.2, abs=0.1) == (120 + 150) * (0.05 ** (-1 / 7) - 1)
    assert pytest.approx(544.8, abs=0.2) == (120 + 900) * (0.05 ** (-1 / 7) - 1)


def test_11_a_one_time_buyer_is_lost_after_the_first_repeat_window() -> None:
    rows = [order("new", "2025-06-10"), order("old", "2024-06-10")]
    with built_shop("2025-06-30", {"trade": "clothing"}, orders=rows) as db:
        assert one(db, "new", "category", "lost_kind") == ("buyer", None)
        assert one(db, "old", "category", "lost_kind", "purchases") == ("lost", "after_first", 1)
    with built_shop("2025-06-30", {"one_time_can_be_lost": False}, orders=rows) as db:
        assert one(db, "old", "category") == ("buyer",)


def test_12_a_lost_customer_who_buys_is_won_back() -> None:
    rows = [*every("anna", "2024-01-01", 10, 5), order("anna", "2025-06-01")]
    with built_shop("2025-05-31", orders=rows) as db:
        assert one(db, "anna", "category", "times_lost") == ("lost", 1)
    with built_shop("2025-06-30", orders=rows) as db:
        assert one(db, "anna", "category", "purchases", "overlays") == ("customer", 6, "won_back")
    with built_shop("2025-08-30", orders=rows) as db:
        assert "won_back" not in one(db, "anna", "overlays")[0]


def test_13_lost_after_the_first_purchase_and_back_is_a_customer() -> None:
    rows = [order("anna", "2024-01-01"), order("anna", "2025-06-01")]
    assert judged("2025-05-31", orders=rows) == {"anna": "lost"}
    with built_shop("2025-06-30", orders=rows) as db:
        assert one(db, "anna", "category", "overlays") == ("customer", "won_back")


def steady_crowd(people: int) -> list[dict[str, object]]:
    """So many customers, each with 12 purchases at 30 days, the last one on 2025-06-20 or just before."""
    return [
        row
        for place in range(people)
        for row in every(
            f"c{place:03d}", str(date(2024, 7, 25) - timedelta(days=place % 7)), 30, 12, 10 + place
        )
    ]


def failed_gate(db: DuckDBPyConnection, customer: str) -> str | None:
    """The first condition of a fan that somebody does not meet."""
    query = (
        "select failed_gate from marts.fan_scores join marts.people using (person_no) where customer_id = ?"
    )
    (row,) = db.execute(query, [customer]).fetchall()
    return row[0]


def test_14_a_late_top_spender_is_no_fan_and_heads_the_call_list() -> None:
    late = every("late", "2024-01-01", 30, 16, 500)
    with built_shop("2025-06-30", orders=steady_crowd(40) + late) as db:
        assert one(db, "late", "category", "overlays") == ("customer", "late")
        assert failed_gate(db, "late") == "late"
        assert db.execute("select customer_id from marts.call_list where position = 1").fetchone() == (
            "late",
        )


def answer(customer: str, score: int, on: str = "2025-06-01") -> dict[str, object]:
    return {"customer_id": customer, "ts": on, "score_0_10": score}


def test_15_a_detractor_is_no_fan_and_an_eight_may_be() -> None:
    others = [answer(f"c{place:03d}", 8) for place in range(20, 34)]
    with built_shop("2025-06-30", orders=steady_crowd(40), surveys=[*others, answer("c035", 5)]) as db:
        assert one(db, "c035", "category") == ("customer",)
        assert failed_gate(db, "c035") == "detractor"
    for kind, surveys in (
        ("answered 8", [*others, answer("c035", 8)]),
        ("answered 5 too long ago", [*others, answer("c035", 5, "2024-06-01")]),
    ):
        assert judged("2025-06-30", orders=steady_crowd(40), surveys=surveys)["c035"] == "fan", kind


def test_16_of_a_hundred_who_pass_exactly_eighteen_are_fans() -> None:
    found = judged("2025-06-30", orders=steady_crowd(100))
    assert list(found.values()).count("fan") == 18
    equal = [row for place in range(100) for row in every(f"c{place:03d}", "2024-07-25", 30, 12)]
    fans = sorted(who for who, category in judged("2025-06-30", orders=equal).items() if category == "fan")
    assert fans == [f"c{place:03d}" for place in range(18)], "ties go by id"


def test_17_where_nine_pass_there_are_nine_fans() -> None:
    two_times = [row for place in range(91) for row in every(f"t{place:03d}", "2025-05-01", 40, 2)]
    with built_shop("2025-06-30", orders=steady_crowd(9) + two_times) as db:
        found = dict(db.execute("select category, count(*) from marts.customers group by 1").fetchall())
        assert found == {"fan": 9, "customer": 91}


def test_18_a_company_is_one_account_and_its_people_stay_apart() -> None:
    company = {"vat_number": "00743110157"}
    rows = [
        order(None, "2025-03-03", email="anna@example.com", **company),
        order(None, "2025-03-04", email="bruno@example.com", **company),
        order(None, "2025-03-05", email="carla@example.com", **company),
        order(None, "2025-03-06", email="anna@example.com"),
    ]
    with built_shop("2025-03-31", orders=rows) as db:
        found = dict(db.execute("select customer_id, purchases from marts.customers").fetchall())
    assert found == {"00743110157": 3, "anna@example.com": 1}


def test_19_a_credit_note_refunds_its_invoice_or_the_account() -> None:
    invoice = order("firm", "2025-03-03", 100, order_id="1", doc_type="TD01")
    linked = order("firm", "2025-03-20", 100, order_id="2", doc_type="TD04", refund_of="1")
    unlinked = order("firm", "2025-03-20", 100, order_id="2", doc_type="TD04")
    assert judged("2025-03-31", orders=[invoice, linked]) == {"firm": "prospect"}
    with built_shop("2025-03-31", orders=[invoice, unlinked]) as db:
        assert one(db, "firm", "category", "revenue_total") == ("buyer", 0)


DEFERRED = """<p:FatturaElettronica xmlns:p="http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
 versione="FPR12"><FatturaElettronicaHeader><CessionarioCommittente><DatiAnagrafici><IdFiscaleIVA>
<IdPaese>IT</IdPaese><IdCodice>00743110157</IdCodice></IdFiscaleIVA></DatiAnagrafici></CessionarioCommittente>
</FatturaElettronicaHeader><FatturaElettronicaBody><DatiGenerali><DatiGeneraliDocumento>
<TipoDocumento>TD24</TipoDocumento><Divisa>EUR</Divisa><Data>2025-03-31</Data><Numero>7</Numero>
</DatiGeneraliDocumento>{notes}</DatiGenerali><DatiBeniServizi>{lines}</DatiBeniServizi>
</FatturaElettronicaBody></p:FatturaElettronica>"""
NOTE = (
    "<DatiDDT><NumeroDDT>{n}</NumeroDDT><DataDDT>2025-03-{day:02}</DataDDT>"
    "<RiferimentoNumeroLinea>{n}</RiferimentoNumeroLinea></DatiDDT>"
)
LINE = "<DettaglioLinee><NumeroLinea>{n}</NumeroLinea><PrezzoTotale>10.00</PrezzoTotale></DettaglioLinee>"


def test_19a_a_deferred_invoice_of_eight_delivery_notes_is_eight_purchases(tmp_path: Path) -> None:
    notes = "".join(NOTE.format(n=n, day=3 * n) for n in range(1, 9))
    lines = "".join(LINE.format(n=n) for n in range(1, 9))
    (tmp_path / "IT00743110157_00007.xml").write_text(DEFERRED.format(notes=notes, lines=lines))
    with raw_shop() as db:
        load_file(db, tmp_path / "IT00743110157_00007.xml", today=date(2025, 4, 30), timezone="Europe/Rome")
        build(db, settings(), date(2025, 3, 31))
        assert db.execute("select purchases from marts.activity").fetchall() == [(8,)]


def test_20_a_bounced_message_reaches_nobody() -> None:
    listed = {"email": "leo@example.com", "name": "Leo", "source_of_list": "fair", "listed_on": "2025-01-01"}
    for status, category in (("bounced", "potential"), ("delivered", "prospect")):
        touch = {
            "email": "leo@example.com", "ts": "2025-02-01", "direction": "out", "channel": "email",
            "status": status,
        }  # fmt: skip
        assert judged("2025-03-31", targets=[listed], touchpoints=[touch]) == {"leo@example.com": category}


def test_21_an_erased_person_is_counted_and_never_listed() -> None:
    rows = every("gone", "2024-07-01", 30, 11)
    people = [{"customer_id": "gone", "status_note": "erased"}]
    with built_shop("2025-06-30", orders=rows, customers=people) as db:
        assert one(db, "gone", "category", "is_listed") == ("customer", False)
        assert db.execute("select count(*) from marts.call_list").fetchone() == (0,)


def test_22_two_records_of_one_person_become_one() -> None:
    rows = [
        order("A1", "2025-03-03", tax_code="BRNNNA80A41H501X"),
        order("A2", "2025-03-10", tax_code="BRNNNA80A41H501X"),
    ]
    with built_shop("2025-03-31", orders=rows) as db:
        assert db.execute("select customer_id, category, purchases from marts.customers").fetchall() == [
            ("A1", "customer", 2)
        ]


def test_22_a_claim_of_oneself_under_another_record_is_no_referral() -> None:
    rows = [order("A1", "2025-03-03", email="anna@example.com")]
    claim = {"referrer_id": "A1", "arrived_contact": "anna@example.com", "arrived_at": "2025-02-01"}
    with built_shop("2025-03-31", orders=rows, referrals=[claim]) as db:
        assert one(db, "A1", "category", "overlays") == ("buyer", "")


def test_23_nobody_becomes_late_because_the_shop_was_closed() -> None:
    rows = [row for place in range(10) for row in every(f"c{place}", "2025-01-06", 7, 30)]
    closed = {"closures": [[date(2025, 8, 1), date(2025, 8, 31)]]}
    with built_shop("2025-09-02", closed, orders=rows) as db:
        assert one(db, "c0", "silent_days") == (5,), "28 July to 2 September without the 31 days of August"
        assert "lost" not in categories(db).values()
        assert db.execute("select count(*) from marts.customers where overlays like '%late%'").fetchone() == (
            0,
        )
    with built_shop("2025-09-02", orders=rows) as db:
        assert one(db, "c0", "category") == ("lost",)


def test_24_first_purchases_in_the_burn_in_are_left_out_of_the_curve() -> None:
    rows = [order("old", "2025-01-01"), order("old", "2025-01-11")]
    rows += [row for place in range(5) for row in every(f"n{place}", "2025-03-01", 20, 2)]
    with built_shop("2025-06-30", {"history_complete": False}, orders=rows) as db:
        assert db.execute("select burn_in_days, burn_in_until from marts.shop_rhythm").fetchone() == (
            20, date(2025, 1, 20),
        )  # fmt: skip
        assert db.execute("select days, returned, at_risk from steps.first_repeat_curve").fetchall() == [
            (20, 5, 5)
        ]


def test_25_a_future_order_is_refused_with_its_line_and_an_unnamed_negative_is_a_refund(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sales.csv"
    path.write_text(
        "order_date,customer_id,net_amount\n2025-03-01,anna,20\n2031-01-01,anna,20\n2025-03-05,anna,-5\n"
    )
    with raw_shop() as db:
        result = load_file(db, path, today=date(2025, 6, 30), timezone="Europe/Rome")
        assert [(reason.code, reason.example_line) for reason in result.reasons] == [("future_date", 3)]
        assert (result.records.merged, result.records.quarantined) == (2, 1)


def test_26_a_competitor_answer_taken_back_changes_no_category() -> None:
    rows = every("anna", "2024-07-01", 30, 12)
    surveys = [{"customer_id": "anna", "ts": "2025-06-01", "share_of_10": 10}]
    with built_shop("2025-06-30", orders=rows, surveys=surveys) as db:
        assert one(db, "anna", "category", "overlays") == ("customer", "exclusive")
    with built_shop("2025-06-30", orders=rows) as db:
        assert one(db, "anna", "category", "overlays") == ("customer", "")
