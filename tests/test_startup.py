"""The program answers at once: help loads none of the heavy libraries."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from clientela.cli.main import main

HEAVY = (
    "duckdb",
    "weasyprint",
    "numpy",
    "phonenumbers",
    "scipy",
    "jinja2",
    "babel",
    "xlsxwriter",
    "sqlglot",
    "python_calamine",
)
COMMANDS = main.list_commands(main.make_context("clientela", [], resilient_parsing=True))

LOOK = """
import sys
from clientela.cli.main import main
try:
    main(args=sys.argv[1:])
except SystemExit as end:
    assert end.code in (0, None), end.code
print("LOADED", *sorted(name for name in sys.modules if "." not in name))
"""


def loaded(*arguments: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after a command."""
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOOK, *arguments], capture_output=True, text=True, check=True
    )
    return set(found.stdout.rsplit("LOADED ", 1)[1].split())


@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help_loads_no_heavy_library(command: str | None) -> None:
    modules = loaded(*([command] if command else []), "--help")
    assert "click" in modules
    assert modules.isdisjoint(HEAVY)


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(main, ["--version"]).stdout.startswith("clientela")


def test_the_program_without_a_command_shows_its_help() -> None:
    found = CliRunner().invoke(main, [], env={"LANG": "en_GB.UTF-8"})
    assert found.output.startswith("Usage: clientela")
    assert "segments" in found.output


def test_no_progress_bar_in_a_pipe() -> None:
    from clientela.cli.narration import progress

    with progress("Reading") as tell:
        tell("half", 0.5)
