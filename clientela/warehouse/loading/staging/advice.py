"""What the owner can do about each reason, in one sentence."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext, lazy

ADVICE: Final = {
    "blank_line": lazy("Nothing to do: the line is empty."),
    "total_row": lazy("Nothing to do: the row is a total, not a sale."),
    "repeated_header": lazy("Nothing to do: the row is the header again."),
    "left_out": lazy("Nothing to do: the mapping leaves these rows out."),
    "asset_sale": lazy(
        "Nothing to do: goods of the shop itself were sold (TD26), which is no customer's purchase."
    ),
    "self_invoice": lazy("Nothing to do: it is for the tax office, not for a customer (TD16 to TD29)."),
    "purchase": lazy("Nothing to do: somebody else wrote the invoice, so it is a purchase of the shop."),
    "refused_by_tax_office": lazy("Nothing to do: the tax office refused this invoice, so it never existed."),
    "same_document": lazy("Nothing to do: the same document is there twice, and counts once."),
    "before_invoice": lazy(
        "Nothing to do: an order, a delivery note or an offer; the invoice for it counts."
    ),
    "nothing_said": lazy("Nothing to do: the row says neither yes nor no."),
    "all_say_yes": lazy("Every row says yes, so the column was filled by hand: that is no consent."),
    "list_import": lazy("The address came with a list; a consent is what the person said."),
    "state_unknown": lazy(
        "Keep the name that the list was exported under: it says who is subscribed and who is not."
    ),
    "seller_unknown": lazy("Say which VAT number is yours: [shop] vat_number in clientela.toml."),
    "unknown_document_type": lazy("The kind of document is unknown, so it is not counted: tell us its code."),
    "number_format_to_ask": lazy(
        "Say in the mapping whether 1.234 are thousands or decimals: format.decimal and format.thousands."
    ),
    "date_order_to_ask": lazy("Say in the mapping whether the day or the month comes first: format.date."),
    "total_or_line_to_ask": lazy(
        "Say whether the amount is the document's or the line's: clientela inspect shows what to write."
    ),
    "missing_date": lazy("Write the date in the row."),
    "unreadable_date": lazy("Write the date as the other rows do, or correct format.date in the mapping."),
    "future_date": lazy("The date is after today: correct it, or load the file again when the day has come."),
    "missing_amount": lazy("Write the amount in the row; 0 if nothing was paid."),
    "unreadable_amount": lazy(
        "Write the amount as a number, or correct format.decimal and format.thousands."
    ),
    "unreadable_number": lazy("Write a whole number."),
    "missing_person": lazy("Say who it is: a customer number, an e-mail or a phone."),
    "missing_value": lazy("Fill the cell: the row means nothing without it."),
    "unknown_word": lazy("Use one of the known words, or say in the mapping what this one means."),
    "wrong_cell_count": lazy("The row has more or fewer cells than the header: look for a stray delimiter."),
    "unbalanced_quote": lazy("A quote in the row is never closed: close it or take it out."),
    "damaged_text": lazy("The row holds zero bytes: export the file again."),
    "duplicate_key": lazy(
        "The same number names different rows, so none is loaded: keep the right one, or correct the number."
    ),
    "older_version": lazy(
        "A newer file says otherwise of the same document, and stands; to let this one stand, take the other "
        "load back: clientela batches undo ID."
    ),
    "order_incomplete": lazy(
        "Correct the bad line of the same receipt: a receipt is loaded whole or not at all."
    ),
    "not_believed_date": lazy("The date cannot be: correct it, or set believable_from in clientela.toml."),
    "lonely_date": lazy("The date is years away from all others: look whether it is right."),
    "spreadsheet_error": lazy("A formula failed there: correct it in the spreadsheet and export again."),
    "foreign_currency": lazy("It is other money: give a rate under money.rates in the mapping, or leave it."),
    "status_to_ask": lazy("Say in the mapping, under [status], whether this word counts as a sale."),
    "unknown_status": lazy("Say in the mapping, under [status], what this word means."),
    "document_to_ask": lazy("Say in the mapping, under [documents], what this word means."),
    "unknown_document": lazy("Say in the mapping, under [documents], what this word means."),
    "placeholder_key": lazy("It stands where nothing is known: it names nobody, the row counts."),
    "damaged_key": lazy(
        "A spreadsheet has cut the number short: it names nobody. Export the column as text."
    ),
    "invalid_key": lazy("It is no such number or address: it names nobody. Correct it where it was written."),
    "own_contact": lazy("It is the shop's own: it names nobody, the row counts."),
    "shared_id": lazy("It stands under many names with different contacts: it names nobody, the rows count."),
    "several_keys": lazy("Several stand in one cell: of phones the first counts, of e-mails none."),
    "two_customers_in_one_order": lazy("The lines of the receipt name two customers: leave one."),
}
"""Advice by code, in English; translated where it is shown."""


def advice(code: str) -> str:
    """Return the advice for a code in the language in use."""
    return gettext(ADVICE[code]) if code in ADVICE else ""
