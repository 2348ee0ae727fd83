"""What ``inspect`` answers: how a file is read, what is wrong in it, what a load would do and ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from clientela.cli.asking import described, question_lines, to_fill_in
from clientela.cli.load_answer import accounts, say_inside, say_reasons
from clientela.cli.output import write_json
from clientela.i18n import gettext as _

if TYPE_CHECKING:
    from clientela.warehouse.loading.proposing.choosing import Understanding
    from clientela.warehouse.loading.result import LoadResult
    from clientela.warehouse.loading.whole_file import LoadedFile


def write_inspection(loaded: LoadedFile, name: str, output_format: str) -> None:
    """Print what was seen of every part of a file."""
    say_inside(loaded)
    if output_format == "json":
        objects = [_as_json(result) for result in loaded.results]
        write_json(objects[0] if len(objects) == 1 else {"file": name, "parts": objects})
        return
    for result in loaded.results:
        for line in _lines(result):
            click.echo(line)
        say_reasons(result)
    if loaded.results:
        click.echo("")
        click.echo(_("A load would do this:"))
        accounts(loaded.results, "table")
    for result in loaded.results:
        _write_questions(result)


def _lines(result: LoadResult) -> list[str]:
    """Return how one part is read, in a few lines."""
    found = result.understood
    if found is None:
        return [_("{file} had been loaded before: nothing changed.").format(file=result.file_name)]
    first, *rest = described(result.file_name, found)
    lines = [first, "  " + _how(found), *(f"  {line}" for line in found.written), *rest]
    return lines + [f"  ! {spoilt.text}" for spoilt in found.damage]


def _how(found: Understanding) -> str:
    """Say where the mapping comes from."""
    where = f"{found.path.parent.name}/{found.path.name}" if found.path else ""
    return {
        "given": _("Read by the mapping that you gave."),
        "saved": _("Read by {mapping}, which the shop keeps.").format(mapping=where),
        "importer": _("A known export: {title}.").format(title=found.title or ""),
        "own": _("Its headings are our field names."),
        "proposed": _("Nobody has described it yet: this is what its headings and cells say."),
    }[found.how]


def _write_questions(result: LoadResult) -> None:
    """Print the questions of a part and what to write to answer them."""
    found = result.understood
    if found is None or not (result.questions or found.more):
        return
    for place, asked in enumerate([*result.questions, *found.more], 1):
        first, *rest = question_lines(asked)
        click.echo("")
        click.echo(f"{place}. {first}")
        for line in rest:
            click.echo(f"   {line}")
    if found.document is not None and found.path is not None:
        where = f"{found.path.parent.name}/{found.path.name}"
        click.echo("")
        click.echo(_("To answer, save these lines as {mapping}, your answers in them:").format(mapping=where))
        click.echo("")
        click.echo(to_fill_in(found, whole=True))


def _as_json(result: LoadResult) -> dict[str, Any]:
    """Return what ``inspect --format json`` prints of a part: a load's object, and how the file is read."""
    found = result.understood
    said = {"file": result.file_name, "table": result.table, **result.as_json()}
    if found is None:
        return said
    return {
        **said,
        "how": found.how,
        "title": found.title,
        "written": list(found.written),
        "columns": [
            {
                "column": column.header,
                "field": column.field,
                "score": round(column.score, 3),
                "samples": list(column.samples),
            }
            for column in found.columns
        ],
        "key": list(found.mapping.key.document),
        "damage": [
            {"column": spoilt.header, "kind": spoilt.kind, "rows": spoilt.rows} for spoilt in found.damage
        ],
    }
