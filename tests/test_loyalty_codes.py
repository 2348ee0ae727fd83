"""Codes that are read aloud, typed with wet hands and printed on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clientela.loyalty.links import codes
from clientela.loyalty.links.codes import ALPHABET, Code, MisreadCodeError

new_codes = st.builds(
    lambda short: codes.new_short_code() if short else codes.new_coupon_code(), st.booleans()
)


def misread(text: str) -> bool:
    try:
        return codes.read_code(text) is None
    except MisreadCodeError:
        return True


def test_the_check_symbol_can_be_worked_out_by_hand() -> None:
    # 7 K 3 F 9 are numbers 5, 16, 1, 12 and 7: 1*5 + 2*16 + 3*1 + 4*12 + 5*7 = 123 = 4*29 + 7.
    # The sixth, times 6, must bring 7 up to 29: 6*23 = 138 = 4*29 + 22. Number 23 is T.
    assert codes.check_symbol("7K3F9") == "T"
    assert codes.read_code("MARIO 7K3 F9T") == Code("short", "7K3F9T")


@given(new_codes)
def test_a_code_is_read_back_however_it_is_typed(code: str) -> None:
    kind = "short" if len(code) == 6 else "coupon"
    half = len(code) // 2
    for typed in (
        code,
        code.lower(),
        codes.printed(code),
        f" {code[:half]}-{code[half:].lower()} ",
        f"{code[:2]} {code[2:5]}.{code[5:]}",
    ):
        assert codes.read_code(typed) == Code(kind, code)


def test_a_spoken_code_is_read_with_the_name_before_it() -> None:
    short = codes.new_short_code()
    for name in ("MARIO", "Niccolò", "Ed", "Bo", "Mary Jane", "x"):
        assert codes.read_code(f"{name} {codes.printed(short)}") == Code("short", short)
        assert codes.read_code(f"{name.lower()}-{short.lower()}") == Code("short", short)
    assert codes.read_code(f"mario{short}") == Code("short", short)


@given(new_codes, st.data())
def test_one_wrong_symbol_is_found(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 1))
    wrong = data.draw(st.sampled_from([sign for sign in ALPHABET + "01AILOU" if sign != code[place]]))
    typed = code[:place] + wrong + code[place + 1 :]
    with pytest.raises(MisreadCodeError):
        codes.read_code(typed)


@given(new_codes, st.data())
def test_two_swapped_neighbours_are_found(code: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(code) - 2))
    typed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if typed != code:
        with pytest.raises(MisreadCodeError):
            codes.read_code(typed)


@given(new_codes)
def test_a_code_left_incomplete_or_doubled_is_never_another(code: str) -> None:
    assert misread(code[:-1])
    assert misread(code + code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Anna",
        "Peters",
        "Mario Rossi",
        "BERNETTE",
        "333 1234567",
        "347765",
        "anna@posta.example",
        "7k3f9x@posta.example",
        "7" * 5000,
        "\ud800",
        "日本語",
    ],
)
def test_what_is_no_code_is_no_code(text: str) -> None:
    assert codes.read_code(text) is None


def test_a_sign_that_is_never_used_is_named() -> None:
    with pytest.raises(MisreadCodeError) as caught:
        codes.read_code("MARIO 7K3 FOX")
    assert caught.value.message == "«7K3 FOX» è sbagliato: il carattere O non c’è mai nei nostri codici."
    with pytest.raises(MisreadCodeError) as caught:
        codes.read_code("MARIO 7K3 F9X")
    assert str(caught.value) == "In «7K3 F9X» c’è un carattere sbagliato. Rileggilo, carattere per carattere."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Mario", "MARIO 7K3 F9X"),
        ("Niccolò", "NICCOLO 7K3 F9X"),
        ("Anna-Lù", "ANNALU 7K3 F9X"),
        ("Massimiliano", "MASSIMIL 7K3 F9X"),
        ("Straße", "STRASSE 7K3 F9X"),
        ("李", "7K3 F9X"),
        ("", "7K3 F9X"),
    ],
)
def test_a_code_is_said_after_the_first_name(name: str, said: str) -> None:
    assert codes.spoken(name, "7K3F9X") == said


def test_codes_hold_digits_and_letters_so_that_no_name_or_number_looks_like_one() -> None:
    for code in (
        *(codes.new_short_code() for _ in range(300)),
        *(codes.new_coupon_code() for _ in range(300)),
    ):
        assert len(code) in (6, 8)
        assert set(code) <= set(ALPHABET)
        assert codes.is_right(code)
        assert sum(sign.isdigit() for sign in code) >= 2
        assert sum(sign.isalpha() for sign in code) >= 2
        assert len(code) == 6 or code[:2].isdigit()


def test_a_link_code_is_letters_and_digits_and_says_nothing_of_the_member() -> None:
    found = [codes.new_link_code(member_id, "the shop's salt") for member_id in range(1, 200)]
    assert len(set(found)) == 199
    assert all(code.isascii() and code.isalnum() and 8 <= len(code) <= 16 for code in found)
    again = {codes.new_link_code(1, "the shop's salt") for _ in range(50)}
    assert len(again) == 50
