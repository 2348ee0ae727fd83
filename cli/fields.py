"""What our fields and tables are called where an owner reads them."""

from __future__ import annotations

from typing import Final

from clientela.i18n import gettext, lazy

TABLES: Final = {
    "orders": lazy("sales"),
    "customers": lazy("customers as you wrote them down"),
    "payments": lazy("payments received"),
}

FIELDS: Final = {
    "order_id": lazy("number of the document"),
    "order_date": lazy("date of the sale"),
    "gross_amount": lazy("amount, VAT included"),
    "net_amount": lazy("amount without VAT"),
    "vat_amount": lazy("VAT"),
    "discount_amount": lazy("discount"),
    "shipping_amount": lazy("shipping"),
    "cost_amount": lazy("cost of the goods"),
    "customer_name": lazy("name of the customer"),
    "customer_id": lazy("customer number"),
    "vat_number": lazy("VAT number"),
    "tax_code": lazy("tax code"),
    "card_number": lazy("card"),
    "email": lazy("e-mail"),
    "phone": lazy("phone"),
    "status": lazy("status"),
    "doc_type": lazy("kind of document"),
    "channel": lazy("channel"),
    "store_id": lazy("store"),
    "operator_id": lazy("who sold"),
    "coupon_code": lazy("discount code"),
    "payment_method": lazy("how it was paid"),
    "currency": lazy("currency"),
    "due_date": lazy("due date"),
    "delivery_date": lazy("delivery date"),
    "refund_of": lazy("refund of"),
    "product_id": lazy("article number"),
    "product_name": lazy("article"),
    "category": lazy("department"),
    "quantity": lazy("pieces"),
    "unit_price": lazy("price of one"),
    "line_no": lazy("line"),
    "name": lazy("name"),
    "first_name": lazy("first name"),
    "last_name": lazy("last name"),
    "company_name": lazy("company"),
    "pec": lazy("certified e-mail"),
    "address": lazy("address"),
    "postal_code": lazy("post code"),
    "city": lazy("city"),
    "province": lazy("province"),
    "country": lazy("country"),
    "birth_date": lazy("birthday"),
    "created_at": lazy("customer since"),
    "payment_date": lazy("date of the payment"),
    "amount": lazy("amount"),
    "year": lazy("its year"),
    "day": lazy("its day"),
    "time": lazy("its hour"),
}


def field_name(field: str) -> str:
    """Return what a field is called; one without a name of its own is called as in a mapping."""
    return gettext(FIELDS[field]) if field in FIELDS else field


def table_name(table: str) -> str:
    """Return what a table holds."""
    return gettext(TABLES[table]) if table in TABLES else table
