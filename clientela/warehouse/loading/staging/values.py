"""The value of each field as SQL, read from the texts of a record."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from clientela.warehouse.input_tables import COUNT, MONEY, PERSON_KEYS, TEXT
from clientela.warehouse.loading.mapping.expressions import Expression
from clientela.warehouse.loading.mapping.mapping import MEANINGS, Constant, Joined
from clientela.warehouse.loading.staging.conversion import (
    DOLLARS,
    Writing,
    among,
    currency_in,
    literal,
    value_of,
    whole_number,
)
from clientela.warehouse.loading.staging.fields import Fields
from clientela.warehouse.loading.staging.gift_cards import Prepaid, gift_card_pattern
from clientela.warehouse.loading.staging.keys import PLAIN_FORMS
from clientela.warehouse.loading.staging.known_words import currency_spellings
from clientela.warehouse.loading.staging.shop_rules import ShopRules

AMOUNTS: Final = frozenset(
    (
        "net_amount", "gross_amount", "vat_amount", "discount_amount", "shipping_amount", "cost_amount",
        "quote_amount", "prepaid_amount", "refunded_amount", "unit_price",
        "cost", "amount", "open_amount", "euros", "value",
    )
)  # fmt: skip
"""Fields that are money; others of the same type count hours, points or shares."""

UNSIGNED: Final = ("unit_price", "discount_amount", "refunded_amount")

OPEN_WORD: Final = "\x1d"
"""Stands before a status that the mapping does not name: ``words.py`` finds out what it means."""

WHOLE: Final = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF",
    "XOF", "XPF",
)  # fmt: skip
"""Currencies without hundredths: their smallest unit is the unit."""


class Values:
    """Writes the SQL of every field of a file."""

    def __init__(self, fields: Fields, rules: ShopRules) -> None:
        """Keep what the SQL is made of."""
        self.fields, self.rules = fields, rules
        self.binding, self.mapping = fields.binding, fields.binding.mapping

    def value(self, name: str) -> str:
        """Return the SQL of one field."""
        if isinstance(prepaid := self.binding.expressions[name], Prepaid):
            return self._prepaid(prepaid)
        sql = self._read(name)
        if name == "status" and self.mapping.status:
            return self._status()
        if name in self.binding.table.choices and self.binding.types[name] == TEXT:
            sql = f"lower({sql})"
        # A plain number is an Italian one: in a shop elsewhere each is looked at.
        if name in PLAIN_FORMS and (name != "phone" or self.rules.region == "IT"):
            sql = PLAIN_FORMS[name](sql)
        if name in PERSON_KEYS and self.mapping.key.nobody:
            return self._unless_nobody(name, sql)
        if name == "currency" and self.mapping.money.rates:
            rated = among(f"upper(trim({sql}))", self.mapping.money.rates)
            return f"case when {rated} then {literal(self.own_currency)} else {sql} end"
        return self._money(name, sql) if name in AMOUNTS and self.binding.types[name] == MONEY else sql

    def _prepaid(self, prepaid: Prepaid) -> str:
        """Return the row's amount where one of its columns names a gift card."""
        amounts = [self.value(name) for name in self.binding.table.money if name in self.binding.fields]
        # The first row's amount is the whole order's; what the card cost is on its own line.
        if self.binding.mapping.format.continues == "first_row" and {"quantity", "unit_price"} <= set(
            self.binding.line_fields
        ):
            amounts = [f"cast({self.value('quantity')} * {self.value('unit_price')} as {MONEY})"]
        pattern = literal(gift_card_pattern())
        tests = " or ".join(
            f"coalesce(regexp_matches(lower(strip_accents({self.fields.text(column)})), {pattern}), false)"
            for column in prepaid.columns
        )
        return f"case when {tests} then coalesce({', '.join(amounts)}) end"

    def _read(self, name: str) -> str:
        """Read a field by its type."""
        kind, value = self.binding.types[name], self.binding.expressions[name]
        if isinstance(value, Constant):
            return value_of(literal(value.value), kind, Writing((), ".", None, self.fields.writing.timezone))
        if kind in (MONEY, COUNT) and isinstance(value, Expression) and value.single:
            number = self.fields.number(value.single)
            return whole_number(number) if kind == COUNT else number
        if isinstance(value, Joined) or value.single:
            return value_of(str(self.fields.whole_text(value)), kind, self.fields.writing_of(name))
        return f"try_cast({self._computed(value)} as {kind})"

    def _computed(self, expression: Expression) -> str:
        """Return the sum of the products; an empty term counts 0 unless all are empty."""
        terms: list[tuple[str, list[str]]] = [("+", [])]
        for kind, text in expression.parts:
            if kind == "sign" and text in "+-":
                terms.append((text, [])) if terms[-1][1] else terms.__setitem__(-1, (text, []))
            elif kind == "column":
                terms[-1][1].append(self.fields.number(text))
            elif kind == "number":
                terms[-1][1].append(f"cast({text} as {MONEY})")
        products = [(sign, _product(factors)) for sign, factors in terms]
        if len(products) == 1:
            return f"{'-' if products[0][0] == '-' else ''}({products[0][1]})"
        total = " ".join(f"{sign} coalesce({product}, 0)" for sign, product in products)
        any_value = ", ".join(product for _sign, product in products)
        return f"case when coalesce({any_value}) is not null then 0 {total} end"

    def _status(self) -> str:
        """Return the status that the words of the file stand for; an open word stays, marked."""
        status = self.mapping.status
        assert status is not None
        text = self.fields.text(status.column)
        cases = " ".join(
            f"when {self.fields.is_word(status.column, words)} then {literal(MEANINGS[meaning])}"
            for meaning, words in status.words.items()
            if words
        )
        # Where nothing is said to count, whatever is not said not to does.
        others = f"{literal(OPEN_WORD)} || {text}" if "counts" in status.words else "'completed'"
        return f"case {cases} when {text} is not null then {others} end"

    def _unless_nobody(self, name: str, sql: str) -> str:
        """Return no key where the mapping says that the key, or the name beside it, stands for nobody."""
        listed = [" ".join(word.lower().split()) for word in self.mapping.key.nobody]
        names = [field for field in ("customer_name", "name", "company_name") if field in self.binding.types]
        texts = [self.fields.source_text(field) for field in (name, *names)]
        tests = " or ".join(f"coalesce({among(f'lower({text})', listed)}, false)" for text in texts)
        return f"case when {tests} then null else {sql} end"

    def _money(self, name: str, sql: str) -> str:
        """Turn an amount into the shop's money, and its sign into ours."""
        if self.mapping.money.minor_units:
            code = self._own_or_said()
            sql = f"cast(({sql}) / case when {among(code, WHOLE)} then 1 else 100 end as {MONEY})"
        if self.mapping.money.rates:
            rates = " ".join(
                f"when {literal(code)} then {Decimal(rate):f}"
                for code, rate in self.mapping.money.rates.items()
            )
            code = self._own_or_said()
            rate = f"cast(case {code} {rates} else 1 end as decimal(18, 8))"
            sql = f"try_cast(round(cast({sql} as decimal(18, 4)) * {rate}, 4) as {MONEY})"
        if name in UNSIGNED:
            return sql
        for column, words in self._negative():
            sql = f"case when {self.fields.is_word(column, words)} then -abs({sql}) else {sql} end"
        return sql

    def _negative(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the words that make a row's amounts negative, with their columns."""
        found = []
        if sign := self.mapping.sign:
            found.append((sign.column, sign.values))
        if (documents := self.mapping.documents) and documents.words.get("credit_note"):
            found.append((documents.column, documents.words["credit_note"]))
        return found

    @property
    def own_currency(self) -> str:
        """The currency in which the file is counted: the mapping's for the whole file, else the shop's."""
        constant = self.binding.expressions.get("currency")
        said = constant.value.strip().upper() if isinstance(constant, Constant) else None
        return said or self.mapping.money.currency or self.rules.currency

    def code(self) -> str | None:
        """Return the SQL of the currency that a record says: its column, else the sign in a cell."""
        parts = []
        if self.fields.columns("currency") if "currency" in self.binding.types else ():
            text = f"upper(trim({self.fields.source_text('currency')}))"
            codes = currency_spellings() | ({"$": self.own_currency} if self.own_currency in DOLLARS else {})
            pairs = sorted((one.upper(), code) for one, code in codes.items())
            named = ", ".join(f"{literal(one)}: {literal(code)}" for one, code in pairs)
            parts.append(f"coalesce(map_extract_value(map {{{named}}}, {text}), {text})")
        parts += [
            f"case when {self.fields.plain(column)} is null and {self.fields.text(column)} is not null "
            f"then {currency_in(self.fields.text(column), self.own_currency)} end"
            for column in self.amount_columns()
        ]
        return f"coalesce({', '.join(parts)})" if parts else None

    def _own_or_said(self) -> str:
        """Return the SQL of a record's currency, the file's own where it says none."""
        code = self.code()
        return f"coalesce({code}, {literal(self.own_currency)})" if code else literal(self.own_currency)

    def amount_columns(self) -> list[str]:
        """Return the columns in which a sign of money may stand."""
        columns = [
            column for name in self.binding.types if name in AMOUNTS for column in self.fields.columns(name)
        ]
        return list(dict.fromkeys(columns))

    def number_columns(self) -> list[str]:
        """Return the columns that are read as numbers."""
        columns = [
            column
            for name, kind in self.binding.types.items()
            if kind in (MONEY, COUNT) or name in AMOUNTS
            for column in self.fields.columns(name)
        ]
        return list(dict.fromkeys(columns))


def _product(factors: list[str]) -> str:
    """Multiply from the left, kept at four decimals so that any number of factors fits."""
    product = factors[0]
    for factor in factors[1:]:
        product = f"try_cast({product} * {factor} as {MONEY})"
    return product
