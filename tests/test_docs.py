"""The documentation keeps its word: commands run, links lead somewhere, references are complete."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from clientela.cli.main import main as program
from clientela.reports.pages.seven_categories.say import FIGURE
from clientela.settings.shop_settings import Categories
from clientela.terms import CATEGORIES, OVERLAYS, TRADES
from clientela.warehouse.input_tables import PERSON_KEYS, input_tables
from clientela.warehouse.loading.mapping.reader import _KEYS, read_mapping
from clientela.warehouse.loading.staging.advice import ADVICE
from scripts import cli_reference
from tests.worlds.program import Run

ROOT = Path(__file__).resolve().parent.parent

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FOLDERS = "cli|clientela|reports|referral_server|templates|sample_data|tests|scripts|benchmarks|docs"
MOVED = "warehouse|loyalty|exchange"
"""Folders that stood at the top once: a page that names them so is out of date."""
MADE_UP = {
    "benchmarks/work/",
    "clientela/warehouse/models/marts/big_spenders.sql",
    "tests/shops/my-schema.tar.xz",
}
"""What a page tells to make, or a run leaves."""
TOURS = ("README.md", "docs/it/LEGGIMI.md", *(f"docs/how-to/{p.name}" for p in DOCS.glob("how-to/*.md")))
KINDS = {
    "varchar": "text",
    "decimal(18,4)": "number",
    "bigint": "whole number",
    "date": "day",
    "timestamp": "instant",
    "boolean": "yes/no",
}


def read(page: str | Path) -> str:
    """Return a page's text."""
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """Return the code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.S | re.M)


def anchors(text: str) -> set[str]:
    """Return the anchors that a page's headings get."""
    found = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def commands_in(page: str) -> list[list[str]]:
    """Return the words of every line that calls the program or changes the folder."""
    lines = [line for block in blocks(read(page), "sh") for line in block.splitlines()]
    return [shlex.split(line) for line in lines if line.startswith(("clientela ", "cd "))]


def section(text: str, title: str) -> str:
    """Return one section of a page."""
    found = re.search(rf"^### {title}\n(.*?)(?=^### |\Z)", text, re.S | re.M)
    assert found, title
    return found.group(1)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the owner's files: five customers' receipts and an export of a management programme."""
    rows = ["order_id,order_date,customer_id,customer_name,net_amount"]
    for who, first, gap, times in (
        ("A1,Anna Bruni", "2025-12-03", 12, 24),
        ("B2,Bruno Sala", "2026-01-05", 30, 9),
        ("C3,Carla Neri", "2026-09-20", 1, 1),
        ("D4,Dario Costa", "2026-01-10", 21, 8),
        ("E5,Elena Riva", "2026-02-02", 9, 30),
    ):
        days = (date.fromisoformat(first) + timedelta(gap * place) for place in range(times))
        rows += [f"R{len(rows) + place},{day},{who},20.00" for place, day in enumerate(days)]
    (tmp_path / "sales.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    page = read("docs/how-to/map-a-file.md")
    (tmp_path / "export.csv").write_text(blocks(page, "text")[0], encoding="cp1252")
    (tmp_path / "export.toml").write_text(blocks(page, "toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in TOURS if commands_in(page)])
def test_every_command_of_a_tour_runs(
    page: str, files: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = commands_in(page)
    if ["clientela", "init"] not in [words[:2] for words in commands]:
        assert run("init", "my-shop").code == 0
        monkeypatch.chdir("my-shop")
        assert run("load", "../sales.csv").code == 0
    for words in commands:
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            continue
        kept = words.index(">") if ">" in words else len(words)
        more = ["--no-pdf"] if words[1] == "report" else []
        answer = run(*words[1:kept], *more)
        assert answer.code == 0, (words, answer.err)
        if kept < len(words):
            assert answer.data


def test_the_programs_that_a_page_names_exist() -> None:
    known = set(program.list_commands(None))  # type: ignore[attr-defined]
    for page in PAGES:
        for line in re.findall(r"`clientela ([a-z]+)", read(page)):
            assert line in known | {"is"}, (page.name, line)
        for module in re.findall(r"python -m (scripts\.\w+)", read(page)):
            assert (ROOT / f"{module.replace('.', '/')}.py").exists(), (page.name, module)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", read(page), flags=re.S | re.M)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if other == DOCS / "benchmarks.md" and not other.exists():
            continue  # written by make bench
        assert other.exists(), target
        if anchor and other.suffix == ".md":
            assert anchor in anchors(read(other)), target


@pytest.mark.parametrize("page", [*PAGES, *sorted(ROOT.rglob("tests/**/*.md"))], ids=lambda page: page.name)
def test_every_file_and_folder_that_a_page_names_is_there(page: Path) -> None:
    """A path in code marks that begins with a folder of the project; what was is only in the changelog."""
    if page.name == "CHANGELOG.md":
        return
    named = re.findall(rf"`((?:{FOLDERS}|{MOVED})/[\w./-]*)`", page.read_text(encoding="utf-8"))
    assert [path for path in named if not (path in MADE_UP or (ROOT / path).exists())] == []


def test_the_reference_of_commands_is_up_to_date() -> None:
    assert read(cli_reference.PATH) == cli_reference.text(), f"Run: {cli_reference.COMMAND}"


@pytest.mark.parametrize("name", sorted(input_tables()))
def test_every_field_of_a_file_is_explained(name: str) -> None:
    text = section(read("docs/reference/files.md"), name)
    table = input_tables()[name]
    for field, kind in table.fields.items():
        if field in PERSON_KEYS and set(PERSON_KEYS) <= set(table.fields):
            continue
        rows = [f"| `{field}` | {KINDS[kind]} |", f"`{field}` ({KINDS[kind]})"]
        plain = kind == "varchar" and re.search(rf"Kept as well:.*`{field}`[,.]", text, re.S)
        assert plain or any(row in " ".join(text.split()) for row in rows), field
    needs = next(line for line in text.splitlines() if line.startswith("- **Needs**"))
    for group in table.mandatory:
        words = " or ".join(f"`{field}`" for field in group)
        assert ("a person key" if group == PERSON_KEYS else words) in needs, group
    for words in table.choices.values():
        assert all(f"`{word}`" in text for word in words)


def test_every_key_of_a_mapping_and_every_reason_is_explained() -> None:
    text = read("docs/reference/files.md")
    for part, keys in _KEYS.items():
        assert not part or f"**`[{part}]`**" in text
        for key in keys:
            assert f"`{key}`" in text or f"**`[{key}]`**" in text, key
    for code in ADVICE:
        assert f"`{code}`" in text, code


def test_the_italian_example_of_a_mapping_is_one_and_the_same(files: Path) -> None:
    (in_reference,) = blocks(read("docs/reference/files.md"), "toml")
    assert in_reference == (files / "export.toml").read_text(encoding="utf-8")
    assert read_mapping(files / "export.toml").source == "gestionale"


def test_every_parameter_is_defined_with_its_default() -> None:
    text = read("docs/definitions.md")
    for key in fields(Categories):
        row = re.search(rf"^\| `{key.name}` \| (.*?) \|", text, re.M)
        assert row, key.name
        assert row.group(1) == shown(getattr(Categories(), key.name)), key.name


def shown(value: Any) -> str:
    """Return a default as the definitions print it."""
    if value is None:
        return "empty"
    if value == []:
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value:.2f}`" if isinstance(value, float) and value < 1 else f"`{value}`"


def test_every_word_of_the_report_is_defined() -> None:
    text = read("docs/definitions.md")
    for code in (*CATEGORIES, *OVERLAYS, *FIGURE, *TRADES):
        assert f"`{code}`" in text, code


def test_every_decision_is_in_the_index() -> None:
    index = read("docs/decisions/README.md")
    for page in DOCS.glob("decisions/0*.md"):
        title = read(page).splitlines()[0].removeprefix(f"# {page.name[:4]} ")
        assert f"| [{page.name[:4]}]({page.name}) | {title} |" in index
        for part in ("Context", "Decision", "Effect"):
            assert f"\n**{part}.**" in read(page), (page.name, part)


def test_every_dependency_has_its_reason() -> None:
    listed = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    rows = re.findall(r"^\| ([a-z0-9, -]+) \| (?!why)", read("docs/decisions/0008-dependencies.md"), re.M)
    named = {name for row in rows for name in row.split(", ")}
    assert named == {re.split(r"[<>=!]", line)[0] for line in listed}


def test_pictures_are_light_and_say_that_the_shop_is_made_up() -> None:
    for picture in (DOCS / "images").iterdir():
        assert picture.stat().st_size < 250_000, picture.name
    assert "a shop that does not exist" in read("README.md")
    assert "che non esiste" in read("docs/it/LEGGIMI.md")


def test_the_examples_of_the_guide_for_developers_are_code() -> None:
    import duckdb

    page = read("docs/how-to/add-something.md")
    for code in blocks(page, "python"):
        exec(compile(code, "example", "exec"), {"__name__": "example"})
    parser = duckdb.connect(":memory:")
    for sql in blocks(page, "sql"):
        assert parser.execute("select json_serialize_sql(?)", [sql]).fetchall()[0][0].count('"error":false')
    parser.close()


def test_an_option_that_a_command_points_to_is_in_a_how_to() -> None:
    """Where there is no terminal the program names ``--stdin``; whoever reads first finds it as well."""
    assert "clientela referral password --stdin" in read("docs/how-to/run-the-server.md")
