/*
Every document of the people of whom a claim says that a friend sent them, refunds included.

grain:  one document (source, row_key)
inputs: staging.orders, staging.friend_receipts, staging.order_lines, marts.identity, steps.refunds,
        steps.referral_claims
units:  goods and paid as in staging.orders; cost in the shop's currency, null where it is known of neither the
        document nor each of its lines; lines and known_lines count the document as one where its lines are unknown
terms:  taken_from_on is the day whose purchase a refund takes from, of other documents their own day
rules:  documents that count, dated by the report's date
*/
with friends as (
    select distinct person_no from steps.referral_claims
),

bought as (
    select
        person_of(identity.person_no, o.account_no) as person_no,
        o.source, o.row_key, o.ordered_on as dated_on, o.ordered_on as taken_from_on,
        o.goods, o.paid, o.cost
    from staging.orders as o
    left join marts.identity on identity.account_no = o.account_no
    inner join friends on friends.person_no = person_of(identity.person_no, o.account_no)
    where o.counts and o.goods >= 0 and o.account_no is not null and o.ordered_on <= getvariable('as_of')
    union all
    select
        person_of(identity.person_no, receipts.account_no),
        receipts.source, receipts.row_key, receipts.ordered_on, receipts.ordered_on,
        receipts.goods, receipts.paid, receipts.cost
    from staging.friend_receipts as receipts
    left join marts.identity on identity.account_no = receipts.account_no
    inner join friends on friends.person_no = person_of(identity.person_no, receipts.account_no)
    where receipts.ordered_on <= getvariable('as_of')
    union all
    select
        refunds.person_no,
        refunds.source, refunds.row_key, refunds.dated_on, refunds.takes_from_on,
        refunds.goods, refunds.paid, refunds.cost
    from steps.refunds
    inner join friends on friends.person_no = refunds.person_no
    where refunds.dated_on <= getvariable('as_of')
),

line_costs as (
    select
        lines.source,
        lines.order_key,
        sum(lines.cost) as cost,
        count(*) as lines,
        count(lines.cost) as known_lines
    from staging.order_lines as lines
    inner join bought on bought.source = lines.source and bought.row_key = lines.order_key
    group by lines.source, lines.order_key
)

select
    bought.person_no,
    bought.source,
    bought.row_key,
    bought.dated_on,
    bought.taken_from_on,
    bought.goods,
    bought.paid,
    coalesce(bought.cost, case when line_costs.known_lines = line_costs.lines then line_costs.cost end) as cost,
    coalesce(line_costs.lines, 1) as lines,
    case
        when bought.cost is not null then coalesce(line_costs.lines, 1)
        else coalesce(line_costs.known_lines, 0)
    end as known_lines
from bought
left join line_costs on line_costs.source = bought.source and line_costs.order_key = bought.row_key
