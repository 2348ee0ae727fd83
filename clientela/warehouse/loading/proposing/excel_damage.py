"""Signs that a spreadsheet has saved a file again: long numbers cut to 3,93E+11, flags in capitals."""

from __future__ import annotations

from dataclasses import dataclass

from clientela.i18n import gettext as _
from clientela.i18n import ngettext
from clientela.warehouse.loading.proposing.evidence import TABLE, Evidence

_SHORTENED = r"[0-9]([.,][0-9]+)?[eE][+][0-9]{1,2}"
_FLAGS = "('TRUE', 'FALSE', 'VERO', 'FALSO')"


@dataclass(frozen=True)
class Damage:
    """What a spreadsheet did to a column."""

    header: str
    kind: str
    """``shortened``: digits are lost for good; ``flags``: yes and no became TRUE and FALSE."""

    rows: int
    sample: str

    @property
    def text(self) -> str:
        """One sentence in the language in use."""
        if self.kind == "flags":
            return _(
                "“{column}” holds {sample}: a spreadsheet has saved this file again. Ask for the original."
            ).format(column=self.header, sample=self.sample)
        return ngettext(
            "“{column}”: {count} cell like {sample}. A spreadsheet has saved this file again and the digits "
            "are lost: ask for the original.",
            "“{column}”: {count} cells like {sample}. A spreadsheet has saved this file again and the digits "
            "are lost: ask for the original.",
            self.rows,
        ).format(column=self.header, count=self.rows, sample=self.sample)


def damage(evidence: Evidence) -> list[Damage]:
    """Return what a spreadsheet did to the columns of a text file, in their order."""
    if evidence.typed:
        return []
    counted = ", ".join(_counted(evidence.cell(header)) for header in evidence.headers)
    row = evidence.one(f"select {counted} from {TABLE}")
    found = []
    for place, header in enumerate(evidence.headers):
        filled, shortened, flags, sample, first = row[place * 5 : place * 5 + 5]
        if shortened:
            found.append(Damage(header, "shortened", int(shortened), str(sample)))
        elif filled and filled == flags:
            found.append(Damage(header, "flags", int(flags), str(first)))
    return found


def _counted(cell: str) -> str:
    """Return the SQL of what is counted of a column: filled, shortened, flags, and a sample of either."""
    is_short = f"regexp_full_match({cell}, '{_SHORTENED}')"
    return (
        f"count({cell}), count_if({is_short}), count_if({cell} in {_FLAGS}), "
        f"min({cell}) filter ({is_short}), min({cell})"
    )
