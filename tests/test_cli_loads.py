"""What a load tells its owner: rows corrected, files that come again, another currency."""

from __future__ import annotations

import re
from pathlib import Path

from tests.worlds.program import Run


def test_a_corrected_row_is_not_called_new(small_shop: Path, run: Run) -> None:
    sales = small_shop.parent / "sales.csv"
    text = sales.read_text("utf-8")
    # The file that goes further is the newer one, and stands.
    sales.write_text(text.replace("2026-09-05,20.00", "2026-09-06,21.00"), "utf-8")
    answer = run("load", sales, shop=small_shop)
    assert "new" not in answer.err
    assert "1 row is corrected, and what it said before is kept." in answer.err
    later = text.replace("2026-09-05,20.00", "2026-09-07,22.00")
    sales.write_text(later + "4,carla,2026-09-06,1.00\n", "utf-8")
    both = run("load", sales, shop=small_shop)
    assert "1 row is new. 1 row is corrected" in both.err
    header, counted = both.out.splitlines()[:2]
    assert re.findall(r"set aside|[a-z]+", header)[2:6] == ["new", "unchanged", "corrected", "set aside"]
    assert counted.split()[-6:] == ["4", "1", "2", "1", "0", "0"]
    shop = Path(small_shop)
    (rows,) = run("sql", "select merged, corrected from marts.batches order by batch_id desc limit 1",
                  "--format", "json", shop=shop).json["rows"]  # fmt: skip
    assert rows == [1, 1]


def test_a_file_loaded_again_says_what_stands_from_the_first_time(small_shop: Path, run: Run) -> None:
    sales = small_shop.parent / "odd.csv"
    sales.write_text(
        "order_id,customer_id,order_date,net_amount\n8,anna,2026-09-01,1.00\n9,anna,never,2.00\n,,,\n",
        "utf-8",
    )
    first = run("load", sales, "--format", "json", shop=small_shop)
    again = run("load", sales, "--format", "json", shop=small_shop)
    assert (first.code, again.code) == (1, 0), "nothing new is found the second time"
    assert first.json["records"]["quarantined"] == again.json["records"]["quarantined"] == 1
    assert again.json["records"] == {
        "in": 3, "merged": 0, "unchanged": 1, "corrected": 0, "set_aside": 1, "quarantined": 1
    }  # fmt: skip
    assert again.json["money"]["unchanged"] == "1.00"
    assert again.json["money"]["quarantined"] == "2.00"


def test_amounts_of_another_currency_are_not_added_without_a_word(small_shop: Path, run: Run) -> None:
    header, folder = "order_id,customer_id,order_date,net_amount,currency\n", small_shop.parent
    (folder / "mixed.csv").write_text(
        header + "8,anna,2026-09-01,1.00,USD\n9,anna,2026-09-01,2.00,EUR\n", "utf-8"
    )
    (folder / "euro.csv").write_text(header + "7,anna,2026-09-01,1.00,eur\n", "utf-8")
    mixed = run("load", folder / "mixed.csv", "--format", "json", shop=small_shop)
    assert "other money set aside, in no total: 1.00 USD" in mixed.err
    assert (mixed.json["money"]["in"], mixed.json["foreign"]) == ("2.00", {"USD": "1.00"})
    assert "money" not in run("load", folder / "euro.csv", shop=small_shop).err


def test_the_accounts_of_a_load_are_in_the_currency_of_the_file(small_shop: Path, run: Run) -> None:
    folder = small_shop.parent
    (folder / "uk.csv").write_text("No,Day,Sum\n1,2026-08-01,10.00\n", "utf-8")
    (folder / "uk.toml").write_text(
        'source = "uk"\ntable = "orders"\n[columns]\norder_id = "No"\norder_date = "Day"\n'
        'net_amount = "Sum"\ncurrency = { value = "GBP" }\n',
        "utf-8",
    )
    answer = run("load", folder / "uk.csv", "--mapping", folder / "uk.toml", "--preview", shop=small_shop)
    assert "GBP" in answer.out
    assert "EUR" not in answer.out
    assert "the amounts are in GBP, the shop counts in EUR" in answer.err
