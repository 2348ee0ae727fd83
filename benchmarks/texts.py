"""Time loads of text as it really comes: ``python -m benchmarks.texts --orders 2000000``.

The bench file twice over: without quotes, every cell quoted, and so with one record of a hundred damaged,
each beside the typed table that DuckDB alone makes of the file without quotes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from benchmarks.measure import WORK, Measured, in_fresh_process, middle
from benchmarks.orders import MadeUpShop
from benchmarks.tables import markdown
from benchmarks.targets import TEXTS

DAMAGED: Final = 0.01
"""Share of the records that are damaged."""

_SEED: Final = 1

Line = Callable[[str, random.Random], str]


def twice(csv: Path) -> Iterator[str]:
    """Yield the header, then every receipt, then every receipt again under another number."""
    for turn in range(2):
        with csv.open(encoding="utf-8") as file:
            header = next(file).rstrip("\n")
            if not turn:
                yield header
            for line in file:
                yield f"{'again-' if turn else ''}{line.rstrip()}"


def plain(line: str, _draw: random.Random) -> str:
    """Return a line as it is."""
    return line


def quoted(line: str, _draw: random.Random) -> str:
    """Return a line with every cell quoted; no cell of the bench file holds a sign of the table."""
    return '"' + line.replace(",", '","') + '"'


def damaged(line: str, draw: random.Random) -> str:
    """Return a quoted line, one of a hundred without a quote, with one too many or with a cell too many."""
    sound = quoted(line, draw)
    if draw.random() >= DAMAGED:
        return sound
    return draw.choice((sound[1:], sound[:-1], sound.replace('","', '"",""', 1), sound + ',"x"'))


TEXTS_OF: Final[dict[str, Line]] = {"plain": plain, "quoted": quoted, "damaged": damaged}


def write(csv: Path, name: str) -> Path:
    """Write a file, unless it is there."""
    path = csv.with_name(f"{csv.stem}-{name}.csv")
    if path.exists():
        return path
    draw = random.Random(_SEED)
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        file.writelines(
            (TEXTS_OF[name](line, draw) if place else quoted(line, draw) if name != "plain" else line) + "\n"
            for place, line in enumerate(twice(csv))
        )
    return draft.replace(path)


def run(step: str, csv: Path, folder: Path, repeats: int) -> Measured:
    """Return the median cost of a step on a file."""
    return middle([in_fresh_process("benchmarks.steps", step, str(csv), str(folder)) for _ in range(repeats)])


def row(name: str, cost: Measured, bare: Measured) -> list[str]:
    """Return a row of the table: the cost beside the bare table, and whether the target is reached."""
    target = TEXTS[name]
    return [
        f"load, {name}",
        f"{cost.wall_s:.2f} s",
        f"{cost.cpu_s:.2f} s",
        f"{cost.peak_mb:,.0f} MB",
        f"{cost.wall_s / bare.wall_s:.2f}",
        target.in_words(),
        "yes" if target.reached(cost, bare) else "no",
    ]


def main(arguments: list[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.texts", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000_000, help="receipts of the file that is doubled")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the files")
    parser.add_argument("--repeats", type=int, default=3, help="runs of every step")
    options = parser.parse_args(arguments)
    folder = options.work.resolve()
    csv = MadeUpShop(options.orders, 0.0).write(folder)
    rows = []
    bare = run("bare", write(csv, "plain"), folder, options.repeats)
    for name in TEXTS_OF:
        cost = run("load", write(csv, name), folder, options.repeats)
        rows.append(row(name, cost, bare))
    print(markdown(["step", "time", "CPU", "peak", "× bare", "target", "reached"], rows))


if __name__ == "__main__":
    main()
