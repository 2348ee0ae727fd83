"""The fictional shop and its generator."""

from __future__ import annotations

from pathlib import Path


def write(folder: Path) -> None:
    """Write every file of the shop into a folder, which is made if it is not there.

    Args:
        folder: where the CSV files, ``shop.toml`` and ``truths.json`` go; files of those names are replaced.
    """
    from clientela.sample_data.shop import shop_toml
    from clientela.sample_data.tables import write_table
    from clientela.sample_data.truths import truths_json
    from clientela.sample_data.world import build, tables

    folder.mkdir(parents=True, exist_ok=True)
    world = build()
    for name, rows in tables(world).items():
        write_table(folder, name, rows)
    for name, text in (("shop.toml", shop_toml()), ("truths.json", truths_json(world))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
