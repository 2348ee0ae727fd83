"""The shops of ``tests/shops`` as their owner finds them after an upgrade, and what happens to them then."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tarfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb

from tests.worlds.program import Answer, answer

ARCHIVES: Final = sorted((Path(__file__).parent.parent / "shops").glob("*.tar.xz"))
NAMES: Final = [path.name.removesuffix(".tar.xz") for path in ARCHIVES]

TODAY: Final = "2026-11-05"
"""The day of the upgrade: October's files have come."""

Table = tuple[tuple[str, ...], list[tuple[Any, ...]]]
"""Names of columns, and rows."""


@dataclass(frozen=True)
class OldShop:
    """One unpacked shop."""

    name: str
    folder: Path
    files: Path

    @property
    def database(self) -> Path:
        """The warehouse."""
        return self.folder / "clientela.duckdb"

    @property
    def store(self) -> Path:
        """The referral store, where the code of then could make one."""
        return self.folder / "referral.sqlite"

    def run(self, *words: object) -> Answer:
        """Run today's program on it; a traceback fails the test."""
        return answer(*words, shop=self.folder, CLIENTELA_TODAY=TODAY, LANG="it_IT.UTF-8")

    def must(self, *words: object) -> Answer:
        """Run it and expect no refusal."""
        found = self.run(*words)
        assert found.code in (0, 1), found.err
        return found

    def digests(self) -> dict[str, str]:
        """Return the hash of every file in the folder."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def tables(self, *schemas: str) -> dict[str, Table]:
        """Return the tables of some schemas of the warehouse, and the view that once was one."""
        with duckdb.connect(self.database, read_only=True) as db:
            names = db.execute(
                "select table_schema || '.' || table_name from information_schema.tables "
                "where table_catalog = current_database() and list_contains(?, table_schema) "
                "and (table_type = 'BASE TABLE' or table_name = 'category_snapshots')",
                [list(schemas)],
            ).fetchall()
            found = {}
            for (name,) in names:
                result = db.execute(f"from {name}")
                columns = tuple(str(column[0]) for column in result.description or [])
                found[name] = (columns, result.fetchall())
            return found

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the warehouse."""
        with duckdb.connect(self.database, read_only=True) as db:
            return db.execute(sql).fetchall()

    def ask_store(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the referral store."""
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as db:
            return db.execute(sql).fetchall()


def unpack(name: str, folder: Path) -> OldShop:
    """Unpack one shop into a folder."""
    with tarfile.open(Path(__file__).parent.parent / "shops" / f"{name}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return OldShop(name, folder / "shop", folder / "files")


def rows_of(files: Path, table: str) -> dict[tuple[str, ...], str]:
    """Return what all the files say of a table: amount by key, the later file's word counts."""
    key = ("order_id", "line_no") if table == "order_lines" else ("order_id",)
    found = {}
    for path in sorted(files.glob(f"{table}-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found[tuple(row[name] for name in key)] = row["net_amount"]
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_all: object) -> None:
        """Follow nothing: where a link leads is what is asked."""


@contextmanager
def served(shop: OldShop) -> Iterator[str]:
    """Start the real server on the shop; yield its address."""
    program = [sys.executable, "-m", "clientela.cli", "--shop", str(shop.folder), "serve", "--port", "0"]
    with (shop.folder.parent / "log").open("w") as log:
        process = subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, "LANG": "it_IT.UTF-8"}
        )
    assert process.stdout is not None
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        address = process.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), (shop.folder.parent / "log").read_text()
        yield address.rstrip("/")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        watchdog.cancel()
        process.kill()
        process.wait(30)
        process.stdout.close()


def get(address: str, path: str) -> tuple[int, str]:
    """Ask the server; return the status and where it sends the visitor, else the body."""
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(address + path, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location") or error.read().decode()


def schema_of(path: Path) -> dict[str, set[tuple[str, ...]]]:
    """Return the columns of meta, history and raw, whatever their order: name, type, may be null."""
    with duckdb.connect(path, read_only=True) as db:
        rows = db.execute(
            "select schema_name || '.' || table_name, column_name, data_type, is_nullable "
            "from duckdb_columns() where schema_name in ('meta', 'history', 'raw') and not internal"
        ).fetchall()
    found: dict[str, set[tuple[str, ...]]] = {}
    for table, *column in rows:
        found.setdefault(table, set()).add(tuple(map(str, column)))
    return found


def store_schema_of(path: Path) -> dict[str, set[tuple[str, ...]]]:
    """Return tables with their columns, and indexes with what they cover."""
    with closing(sqlite3.connect(path)) as db:
        things = db.execute(
            "select type, name from sqlite_master where name not like 'sqlite_%' order by name"
        ).fetchall()
        found = {}
        for kind, name in things:
            # The place of a column is no matter of the schema: a column that is added stands last.
            rows = db.execute(
                f"pragma {'table_info' if kind == 'table' else 'index_info'}({name})"
            ).fetchall()
            found[f"{kind} {name}"] = {tuple(map(str, row[1 if kind == "table" else 2 :])) for row in rows}
    return found


def as_json(answer: Answer) -> Any:
    """Return the object that a command wrote."""
    return json.loads(answer.data)
