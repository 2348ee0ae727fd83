"""How documents stand in orders.csv and order_lines.csv."""

from __future__ import annotations

from clientela.sample_data.receipts import Receipt
from clientela.sample_data.tables import euro

_OPERATORS = ("OP1", "OP2", "OP3")


def order_row(receipt: Receipt) -> dict[str, object]:
    """Return a document as a row of orders.csv; it carries only the keys the till would know."""
    person = receipt.person if receipt.known_by != "nothing" else None
    by_id = person is not None and receipt.known_by == "id"
    till = receipt.channel == "shop"
    free = receipt.status == "quote"
    return {
        "order_id": receipt.order_id,
        "order_date": receipt.at,
        "customer_id": person.customer_id if person and by_id else None,
        "vat_number": person.vat_number if person and receipt.known_by == "vat" else None,
        "card_number": (person.card or None) if person and by_id and till else None,
        "email": receipt.email or None,
        "customer_name": person.name if person else receipt.name or None,
        "net_amount": euro(receipt.net),
        "gross_amount": euro(receipt.gross),
        "vat_amount": euro(receipt.gross - receipt.net),
        "discount_amount": euro(receipt.discount) if receipt.discount else None,
        "cost_amount": euro(sum(line.cost for line in receipt.lines)),
        "status": receipt.status,
        "doc_type": receipt.doc_type,
        "channel": receipt.channel,
        "operator_id": _OPERATORS[(receipt.at.minute + receipt.at.day) % 3] if till else None,
        "order_type": receipt.order_type,
        "coupon_code": receipt.coupon_code or None,
        "campaign_id": receipt.campaign_id or None,
        "referral_code": receipt.referral_code or None,
        "refund_of": receipt.refund_of.order_id if receipt.refund_of else None,
        "due_date": receipt.due_on,
        "payment_method": receipt.payment_method,
        "is_gift": True if receipt.recipient else None,
        "recipient_contact": receipt.recipient or None,
        "quote_amount": euro(receipt.gross) if free else None,
    }


def line_rows(receipts: list[Receipt]) -> list[dict[str, object]]:
    """Return order_lines.csv; amounts without VAT, unit_price as on the price tag."""
    return [
        {
            "order_id": receipt.order_id,
            "line_no": number,
            "product_id": line.product.product_id,
            "product_name": line.product.name,
            "category": line.product.category,
            "quantity": line.quantity,
            "unit_price": euro(line.product.price),
            "net_amount": euro(line.net),
            "cost": euro(line.cost),
            "is_reward": True if line.is_reward else None,
        }
        for receipt in receipts
        for number, line in enumerate(receipt.lines, start=1)
    ]
