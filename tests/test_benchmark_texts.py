"""The texts that loads are timed on: the bench file twice over, and damage that is known."""

from __future__ import annotations

import csv
from pathlib import Path

from benchmarks.texts import write


def bench_file(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("order_id,net_amount\n" + "".join(f"{number},1.00\n" for number in range(3000)))
    return path


def test_plain_and_quoted_hold_every_receipt_twice_under_two_numbers(tmp_path: Path) -> None:
    path = bench_file(tmp_path)
    for name in ("plain", "quoted"):
        with write(path, name).open(newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == ["order_id", "net_amount"]
        assert len(rows) == len({row[0] for row in rows}) == 6001
    assert write(path, "quoted").read_text().count('"') == 4 * 6001


def test_one_record_of_a_hundred_is_damaged_and_the_same_ones_each_time(tmp_path: Path) -> None:
    path = bench_file(tmp_path)
    sound = write(path, "quoted").read_text().splitlines()
    damaged = write(path, "damaged").read_text().splitlines()
    assert 30 < sum(one != other for one, other in zip(sound, damaged, strict=True)) < 100
    (tmp_path / "orders-damaged.csv").unlink()
    assert write(path, "damaged").read_text().splitlines() == damaged
