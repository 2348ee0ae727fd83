/*
Refunds that take from the money of a purchase day without undoing it.

grain:  one refund document
inputs: steps.refunds, steps.refunded_days
units:  *_day numbers days from 1970-01-01; goods in the shop's currency, negative
terms:  void_day is the day from which the purchase is undone altogether, 2147483647 where it never is
*/
select
    refunds.person_no,
    refunds.takes_from_on - date '1970-01-01' as purchase_day,
    refunds.refunded_on - date '1970-01-01' as refunded_day,
    coalesce(days.void_on - date '1970-01-01', 2147483647) as void_day,
    refunds.goods
from steps.refunds
inner join steps.refunded_days as days
    on days.person_no = refunds.person_no and days.purchased_on = refunds.takes_from_on
where refunds.refunded_on <= getvariable('as_of')
