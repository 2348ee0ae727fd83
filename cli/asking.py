"""Ask the owner what a file leaves open: one question at a time, with what follows from each answer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from clientela.cli.options import is_quiet
from clientela.i18n import gettext as _
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.warehouse.loading.mapping.questions import Choice, Question
    from clientela.warehouse.loading.proposing.choosing import Understanding

SAMPLE = 32
"""Columns for a cell of the file."""


def somebody_is_there() -> bool:
    """Tell whether a person sits at the terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty() and not is_quiet()


def ask(name: str, found: Understanding) -> dict[str, str] | None:
    """Show how a file is understood, ask its questions, then whether to load it.

    Returns:
        Question code to the value chosen; None where the owner does not want the file.
    """
    # A bar stands on the line.
    click.echo("\r\033[K", err=True, nl=False)
    for line in described(name, found):
        click.echo(line, err=True)
    answers = {}
    for place, asked in enumerate(found.questions, 1):
        answers[asked.code] = _answer(asked, place, len(found.questions))
    click.echo("", err=True)
    wanted = _yes_or_no(_("Load it now?"))
    return answers if wanted else None


def described(name: str, found: Understanding) -> list[str]:
    """Say in a few lines what a file is taken for, column by column."""
    from clientela.cli.fields import field_name, table_name

    mapping = found.mapping
    what = found.title or table_name(mapping.table)
    rows = _("one row for each line") if mapping.rows == "line" else ""
    lines = [click.style(f"{name}: {', '.join(filter(None, (what, rows)))}", bold=True)]
    used = [column for column in found.columns if column.field]
    width = max((len(_cut(column.header)) for column in used), default=0)
    for column in used:
        samples = " · ".join(_cut(text) for text in column.samples)
        meant = field_name(str(column.field))
        if column.score < 0.9:
            meant += " " + _("(perhaps)")
        lines.append(f"  {_cut(column.header):<{width}}  {meant:<26}  {samples}".rstrip())
    unused = [column.header for column in found.columns if not column.field]
    if unused:
        lines.append("  " + _("Left out: {columns}.").format(columns=", ".join(map(_cut, unused))))
    if mapping.key.document:
        parts = ", ".join(field_name(part) for part in mapping.key.document)
        lines.append("  " + _("What names a document: {parts}.").format(parts=parts))
    lines.append(
        ngettext("{count} question.", "{count} questions.", len(found.questions)).format(
            count=len(found.questions)
        )
        if found.questions
        else _("Nothing is left open.")
    )
    return lines


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= SAMPLE else plain[: SAMPLE - 1] + "…"


def question_lines(asked: Question) -> list[str]:
    """Return a question with its samples and its weight."""
    from clientela.cli.output import currency
    from clientela.templates.filters import count, exact_amount

    lines = [asked.text]
    if asked.samples:
        lines.append("  " + _("For instance: {samples}").format(samples="  |  ".join(asked.samples)))
    weight = ngettext("{count} row", "{count} rows", asked.rows).format(count=count(asked.rows))
    lines.append("  " + (f"{weight}, {exact_amount(asked.money)} {currency()}" if asked.money else weight))
    return lines


def to_fill_in(found: Understanding, *, whole: bool) -> str:
    """Return the lines of TOML that answer the open questions, as comments under each what it means.

    Args:
        found: how the file is understood.
        whole: whether all of the mapping stands above them, to be saved as it is.
    """
    import tomlkit

    from clientela.warehouse.loading.mapping.writer import filled_in

    lines = [tomlkit.dumps(found.document).rstrip(), ""] if whole and found.document is not None else []
    for asked in found.unanswered:
        lines.append(f"# {asked.text}")
        for choice in asked.choices:
            lines.append(f"#   {choice.text}{_safe(choice, asked)}")
            lines += [f"#     {line}" for line in filled_in(choice.settings).splitlines() if line]
    return "\n".join(lines)


def _answer(asked: Question, place: int, of: int) -> str:
    """Ask one question until it has an answer; Enter is the safe one."""
    click.echo("", err=True)
    first, *rest = question_lines(asked)
    click.echo(click.style(f"{place}/{of}  {first}", bold=True), err=True)
    for line in rest:
        click.echo(f"   {line}", err=True)
    numbers = {str(number): choice for number, choice in enumerate(asked.choices, 1)}
    safe = next(number for number, choice in numbers.items() if choice.value == asked.default)
    for number, choice in numbers.items():
        click.echo(f"     {number}  {choice.text}{_safe(choice, asked)}", err=True)
    while True:
        given = click.prompt(
            _("Answer"), default=safe, show_default=True, err=True, prompt_suffix=": ", type=str
        ).strip()
        by_value = {choice.value: choice for choice in asked.choices}
        if chosen := numbers.get(given) or by_value.get(given):
            return chosen.value
        click.echo(_("Write one of the numbers: {numbers}.").format(numbers=", ".join(numbers)), err=True)


def _safe(choice: Choice, asked: Question) -> str:
    return " " + _("(safe)") if choice.value == asked.default else ""


def _yes_or_no(text: str) -> bool:
    """Ask for a yes or a no in the reader's language; Enter is yes."""
    yes, no = _("yes"), _("no")
    while True:
        given = (
            click.prompt(f"{text} [{yes}/{no}]", default=yes, show_default=False, err=True).strip().lower()
        )
        if given in (yes, yes[0], "y", "si", "s"):
            return True
        if given in (no, "n"):
            return False
