"""A shop's settings: what is written is read back, and a wrong line is named with what it should be."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from clientela.errors import SettingsError
from clientela.i18n import speaking
from clientela.settings.reading import read_settings
from clientela.settings.shop_settings import TABLES, Categories, Settings
from clientela.settings.writing import settings_text, write_settings


def read(folder: Path, text: str) -> Settings:
    (folder / "clientela.toml").write_text(text, encoding="utf-8")
    with speaking("en"):
        return read_settings(folder)


def test_a_new_file_holds_every_parameter_with_its_default(tmp_path: Path) -> None:
    made = write_settings(tmp_path, name='Da "Gino" \\ Figli', trade="food", language="it")
    assert made.shop.name == 'Da "Gino" \\ Figli'
    assert made.categories == Categories(trade="food")
    text = (tmp_path / "clientela.toml").read_text(encoding="utf-8")
    for kind in TABLES.values():
        for key in fields(kind):
            assert f"\n{key.name} = " in text or f"\n# {key.name} =" in text


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_parameter_has_a_line_that_says_what_it_does(language: str) -> None:
    with speaking(language):
        lines = settings_text({}).splitlines()
    keys = [place for place, line in enumerate(lines) if " =" in line and not line.startswith("# …")]
    for place in keys:
        assert lines[place - 1].startswith("# "), lines[place]
    assert ("# il nome sul rapporto" in lines) is (language == "it")
    assert ("# the name on the report" in lines) is (language == "en")
    assert any("bar, food, restaurant" in line for line in lines), "the trades are listed"


def test_given_values_are_written_as_toml(tmp_path: Path) -> None:
    closures = [[date(2025, 8, 10), date(2025, 8, 24)]]
    made = write_settings(
        tmp_path,
        name="Bottega",
        trade="shop",
        language="en",
        more={"categories": {"closures": closures, "lost_cut": 0.04}, "referral": {"base_url": "https://x"}},
    )
    assert made.categories.closures == closures
    assert made.categories.lost_cut == 0.04
    assert made.referral.base_url == "https://x"
    assert (
        tomllib.loads((tmp_path / "clientela.toml").read_text(encoding="utf-8"))["shop"]["language"] == "en"
    )


def test_a_file_saved_by_windows_notepad_is_read(tmp_path: Path) -> None:
    text = "\ufeff[shop]\r\nname = 'Caffè'\r\n[categories]\r\nlate_floor_days = 5\r\nfan_share = 0.2\r\n"
    (tmp_path / "clientela.toml").write_text(text, encoding="utf-8", newline="")
    found = read_settings(tmp_path)
    assert found.shop.name == "Caffè"
    assert found.categories.late_floor_days == 5


def test_what_is_left_empty_is_computed(tmp_path: Path) -> None:
    read(tmp_path, '[categories]\nas_of = ""\nhistory_start = ""\nburn_in_days = ""\n')
    found = read_settings(tmp_path).categories
    assert (found.as_of, found.history_start, found.burn_in_days) == (None, None, None)


WRONG = {
    "late_cut = 'few'": "late_cut must be a number",
    "late_cut = nan": "late_cut must be a number",
    "floor_days = inf": "floor_days must be a number",
    "floor_days = 7.5": "floor_days must be a number",
    "floor_days = -1": "floor_days must not be below 0",
    "ceiling_days = 10000000000": "ceiling_days must not be above 1000000",
    "late_cut = 1.5": "late_cut must not be above 1.0",
    "history_complete = 'yes'": "history_complete must be true or false",
    "late_cut = true": "late_cut must be a number",
    "timezone = 'Mars/Olympus'": "timezone is not a time zone",
    "timezone = 1": "timezone must be text in quotes",
    "timezone = ''": "timezone is not a time zone",
    "mode = 'rythm'": "mode must be one of: rhythm, simple",
    "trade = 'butcher'": "trade must be one of: bar, food",
    "merge = 'week'": "merge must be “day” or “hours:N”",
    "merge = 'hours:0'": "merge must be “day” or “hours:N”",
    "merge = 'hours:²'": "merge must be “day” or “hours:N”",
    "as_of = '2025-12-31'": "as_of must be a date such as 2025-12-31, without quotes",
    "as_of = 2025-12-31T10:00:00": "as_of must be a date such as 2025-12-31, without quotes",
    "burn_in_days = -3": "burn_in_days must be a number of days",
    "closures = [2025-08-10]": "closures must hold pairs of dates",
    "closures = [[2025-08-24, 2025-08-10]]": "closures must hold pairs of dates",
    "quiet_hours = ['noon']": 'quiet_hours must hold hours such as "12:30-14:30"',
    "late_cutt = 0.2": "late_cutt is not a setting. Did you mean “late_cut”?",
    "zzz = 'red'": "zzz is not a setting. Remove that line.",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_named_with_what_it_should_be(line: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as fault:
        read(tmp_path, f"[categories]\n{line}\n")
    assert str(fault.value).startswith(f"clientela.toml: [categories] {WRONG[line]}")
    assert fault.value.hint


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[shop]\nlanguage = 'fr'\n", "[shop] language must be one of: it, en"),
        ("[shop]\ncurrency = 'euro'\n", "[shop] currency must be a currency of three capital letters"),
        ("shop = 'Bottega'\n", "shop must be a table"),
        ("[paths]\nreport = 'x'\n", "[paths] report is not a setting. Did you mean “reports”?"),
        ("[shop\n", "is not valid TOML"),
        ("[categories]\nlate_cut = 0,2\n", "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as fault:
        read(tmp_path, text)
    assert sentence in str(fault.value)
    assert fault.value.hint


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "clientela.toml").write_bytes(b'[shop]\nname = "Caff\xe8"\n')
    with speaking("en"), pytest.raises(SettingsError, match="cannot be read") as fault:
        read_settings(tmp_path)
    assert "UTF-8" in fault.value.hint


def test_tables_of_other_parts_are_kept(tmp_path: Path) -> None:
    read(tmp_path, "[mail]\nserver = 'smtp'\n[shop]\nphone = '1'\n")
    extra = read_settings(tmp_path).extra
    assert extra["mail"] == {"server": "smtp"}
    assert extra["shop"] == {"phone": "1"}


def test_the_hash_changes_with_what_moves_a_number() -> None:
    hashes = {rules.as_json()["hash"] for rules in (Categories(), Categories(late_cut=0.1), Categories())}
    assert len(hashes) == 2
    assert Categories(as_of=date(2025, 1, 31)).as_json()["hash"] in hashes, "a date asked for is no rule"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("base_url = 'http://bottega.example'", "must be an address that begins with https://"),
        ("base_url = 'https://user:word@bottega.example'", "must be an address that begins with https://"),
        ("base_url = 'https://bottega.example/?a=1'", "must be an address that begins with https://"),
        ("base_url = 'https://bottega.example:99999'", "must be an address that begins with https://"),
        ("base_url = 'javascript:alert(1)'", "must be an address that begins with https://"),
        ("target_url = 'http://bottega.example/promo'", "must be an address that begins with https://"),
        ("target_hosts = ['https://bottega.example']", "must hold host names"),
        ("target_hosts = 'bottega.example'", "must hold host names"),
        ("trusted_proxies = ['everybody']", "must hold network addresses"),
        ("reward_on_purchase = 0", "must not be below 1"),
        ("friend_value = -1", "must not be below 0"),
        ("hold_day = 3", "is not a setting"),
    ],
)
def test_a_referral_setting_that_cannot_work_is_refused(tmp_path: Path, line: str, problem: str) -> None:
    with speaking("en"), pytest.raises(SettingsError, match=re.escape(problem)):
        read(tmp_path, f"[referral]\n{line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "base_url = ''",
        "base_url = 'https://bottega.example/amici'",
        "base_url = 'http://127.0.0.1:8080'",
        "target_url = 'https://bottega.example/promo?da=amici#oggi'",
        "target_hosts = ['bottega.example', 'wa.me']",
        "trusted_proxies = ['127.0.0.1', '10.0.0.0/8', '::1']",
    ],
)
def test_referral_settings_that_work_are_taken(tmp_path: Path, line: str) -> None:
    found = read(tmp_path, f"[referral]\n{line}\n").referral
    assert f"{getattr(found, line.partition(' = ')[0])!r}" in line


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("late_cut = 0.04", "late_cut must not be below lost_cut, which is 0.05"),
        ("lost_cut = 0.3", "late_cut must not be below lost_cut, which is 0.3"),
        ("late_floor_days = 20", "floor_days must not be below late_floor_days, which is 20"),
        ("ceiling_days = 10", "ceiling_days must not be below floor_days, which is 14"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(tmp_path: Path, lines: str, problem: str) -> None:
    with speaking("en"), pytest.raises(SettingsError, match=re.escape(problem)):
        read(tmp_path, f"[categories]\n{lines}\n")


def test_late_may_fall_together_with_lost(tmp_path: Path) -> None:
    assert read(tmp_path, "[categories]\nlate_cut = 0.05\n").categories.late_cut == 0.05
