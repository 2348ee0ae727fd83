"""What a load answers: the accounts of every file, why records stayed out, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clientela.cli.load_versions import say_versions
from clientela.cli.narration import say
from clientela.cli.output import Column, currency, write, write_json
from clientela.i18n import gettext as _
from clientela.i18n import ngettext

if TYPE_CHECKING:
    from clientela.warehouse.loading.result import LoadResult
    from clientela.warehouse.loading.whole_file import LoadedFile


def write_load(files: list[LoadedFile], output_format: str, *, preview: bool) -> None:
    """Print the reconciliation, and in words why records stayed out; nothing where nothing was loaded."""
    results = [result for file in files for result in file.results]
    for file in files:
        say_inside(file)
    if not results:
        return
    if output_format == "json":
        objects = [result.as_json() for result in results]
        write_json(objects[0] if len(objects) == 1 else {"files": objects})
    else:
        accounts(results, output_format)
    for result in results:
        say_reasons(result)
        say_questions(result)
    _say_end(results, preview=preview)


def accounts(results: list[LoadResult], output_format: str) -> None:
    """Print two rows a file: its records and its money."""
    from clientela.templates.filters import count

    numbers = {
        "in": _("in"),
        "merged": _("new"),
        "unchanged": _("unchanged"),
        "corrected": _("corrected"),
        "set_aside": _("set aside"),
        "quarantined": _("to correct"),
    }
    is_screen = output_format in ("table", "md")
    columns = [Column("file", _("file")), *([] if is_screen else [Column("table", _("which table"))])]
    columns += [Column("what", ""), *(Column(key, title, "cell") for key, title in numbers.items())]
    rows = []
    for result in results:
        name = {"file": result.file_name, "table": result.table}
        records = {
            key: count(value) if is_screen else str(value) for key, value in result.records.as_dict().items()
        }
        rows.append({**name, "what": _("rows"), **records})
        if is_screen:
            name = {"file": f"→ {result.table}"}
        if any(result.money.as_dict().values()):
            rows.append(
                {**name, "what": result.currency or currency(), **_amounts(result, is_screen=is_screen)}
            )
        elif is_screen:
            rows.append(name)
    write(columns, rows, output_format)


def _amounts(result: LoadResult, *, is_screen: bool) -> dict[str, str]:
    """Return the money row: with the reader's separators on a screen, plain elsewhere."""
    from clientela.money import money_text
    from clientela.templates.filters import exact_amount

    write_amount = exact_amount if is_screen else money_text
    return {key: write_amount(value) for key, value in result.money.as_dict().items()}


def say_inside(file: LoadedFile) -> None:
    """Say what of a file was not read, and how the rest was."""
    for left in file.left:
        say(_("Not read: {what}").format(what=left.said))
    for note in dict.fromkeys(note for result in file.results for note in result.notes):
        say(note)
    # The first is the answer to the whole command.
    for refusal in file.refusals[1:]:
        say(str(refusal))


def say_reasons(result: LoadResult) -> None:
    """Say in words why records stayed out, and what the owner can do."""
    for reason in result.reasons:
        records = _records(reason.records, reason.disposition)
        say(
            _("{file}, line {line}: {records} ({code}). {advice}").format(
                file=result.file_name,
                line=reason.example_line,
                records=records,
                code=reason.code,
                advice=reason.advice,
            )
        )
    if result.unreadable_amounts:
        say(
            ngettext(
                "{count} amount could not be read and counts as 0.",
                "{count} amounts could not be read and count as 0.",
                result.unreadable_amounts,
            ).format(count=result.unreadable_amounts)
        )
    _say_findings(result)
    _say_currency(result)
    say_versions(result)
    if result.already_loaded:
        say(_("{file} had been loaded before: nothing changed.").format(file=result.file_name))


def say_questions(result: LoadResult) -> None:
    """Say what nobody has answered, and where the answers are written."""
    from clientela.cli.asking import question_lines, to_fill_in

    found = result.understood
    if found is None or not result.questions or found.path is None:
        return
    for place, asked in enumerate(result.questions, 1):
        first, *rest = question_lines(asked)
        say(f"{place}. {result.file_name}: {first}")
        for line in rest:
            say(f"   {line}")
    mapping = f"{found.path.parent.name}/{found.path.name}"
    if result.is_waiting:
        say(
            _(
                "Nothing was loaded. Load it at a terminal and answer there; or save the lines below as "
                "{mapping}, your answers in them, and load again; or add --yes: the safe answers are taken, "
                "and what hangs on the others waits."
            ).format(mapping=mapping)
        )
        say("")
    else:
        say(_("To answer, write it into {mapping} and load the file again:").format(mapping=mapping))
    say(to_fill_in(found, whole=result.is_waiting))


def _say_findings(result: LoadResult) -> None:
    """Say which cells mean nothing though their rows count, and what other money was set aside."""
    from clientela.templates.filters import exact_amount

    for found in result.findings:
        cells = ngettext("{count} cell listed", "{count} cells listed", found.cells).format(count=found.cells)
        say(
            _("{file}, line {line}, {column} “{value}”: {cells} ({code}). {advice}").format(
                file=result.file_name,
                line=found.example_line,
                column=found.column,
                value=found.example or "",
                cells=cells,
                code=found.code,
                advice=found.advice,
            )
        )
    if result.foreign:
        amounts = ", ".join(f"{exact_amount(value)} {code}" for code, value in result.foreign.items())
        say(
            _("{file}: other money set aside, in no total: {amounts}.").format(
                file=result.file_name, amounts=amounts
            )
        )


def _say_currency(result: LoadResult) -> None:
    """Say so where amounts of another currency stand beside the shop's own, for nobody converts them."""
    if result.currency in (None, currency()):
        return
    say(
        _(
            "{file}: the amounts are in {currencies}, the shop counts in {own}. They are taken as they "
            "stand, nothing is converted: load only what is in {own}, or set currency in clientela.toml."
        ).format(file=result.file_name, currencies=str(result.currency).replace("+", ", "), own=currency())
    )


def _records(count: int, disposition: str) -> str:
    if disposition == "set_aside":
        text = ngettext("{count} row set aside", "{count} rows set aside", count)
    else:
        text = ngettext("{count} row to correct", "{count} rows to correct", count)
    return text.format(count=count)


def _say_end(results: list[LoadResult], *, preview: bool) -> None:
    """Say in the last line what came of it."""
    if preview:
        say(_("This was a preview: nothing was written."))
        return
    told = _written(results)
    if told:
        say(" ".join([*told, _("Next: {next}").format(next="clientela segments")]))
    elif not any(result.already_loaded or result.is_waiting for result in results):
        say(_("No row is new: nothing changed."))


def _written(results: list[LoadResult]) -> list[str]:
    """Return a sentence each for the new rows and for those that were corrected."""
    from clientela.templates.filters import count

    done = [result for result in results if not result.is_waiting]
    new = sum(result.records.merged for result in done)
    corrected = sum(result.records.corrected for result in done)
    told = []
    if new:
        text = ngettext("{count} row is new.", "{count} rows are new.", new)
        told.append(text.format(count=count(new)))
    if corrected:
        text = ngettext(
            "{count} row is corrected, and what it said before is kept.",
            "{count} rows are corrected, and what they said before is kept.",
            corrected,
        )
        told.append(text.format(count=count(corrected)))
    return told
