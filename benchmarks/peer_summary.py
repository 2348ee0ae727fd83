"""A peer's summary of the same file, in its own venv: ``-m benchmarks.peer_summary NAME CSV LAST_DAY``."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.measure import Clock, use_two_cores


def lifetimes(last_day: str) -> Callable[[Any], list[int]]:
    """Return the summary of lifetimes and what its columns sum to."""
    summary = import_module("lifetimes.utils").summary_data_from_transaction_data

    def summarise(sales: Any) -> list[int]:
        table = summary(sales, "customer_id", "order_date", observation_period_end=last_day, freq="D")
        return [len(table), *(int(table[name].sum()) for name in ("frequency", "recency", "T"))]

    return summarise


def pymc_marketing(last_day: str) -> Callable[[Any], list[int]]:
    """Return the summary of pymc-marketing and what its columns sum to."""
    summary = import_module("pymc_marketing.clv").rfm_summary

    def summarise(sales: Any) -> list[int]:
        table = summary(sales, "customer_id", "order_date", observation_period_end=last_day, time_unit="D")
        return [len(table), *(int(table[name].sum()) for name in ("frequency", "recency", "T"))]

    return summarise


def main() -> None:
    """Read the two columns that are needed, summarise, report; reading and summarising apart."""
    warnings.simplefilter("ignore")
    name, csv, last_day = sys.argv[1:]
    pandas = import_module("pandas")
    summarise = {"lifetimes": lifetimes, "pymc-marketing": pymc_marketing}[name](last_day)
    reading, summing = Clock(), Clock()
    with reading:
        sales = pandas.read_csv(csv, usecols=["order_date", "customer_id"], parse_dates=["order_date"])
    with summing:
        totals = summarise(sales)
    both = Clock()
    both.wall_s, both.cpu_s = reading.wall_s + summing.wall_s, reading.cpu_s + summing.cpu_s
    both.report({"totals": totals, "summary_s": summing.wall_s, "summary_cpu_s": summing.cpu_s})


if __name__ == "__main__":
    use_two_cores()
    main()
