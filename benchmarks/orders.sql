/*
The receipts of a made-up shop: as many as asked, the same ones every time.

grain:  one receipt
units:  net_amount and vat_amount in euro; times are the shop's local time
terms:  a person's rate is gamma-distributed with shape 1/2, a lifetime is exponential, and the purchases between
        the first one and the end of the lifetime or of the data are a Poisson process (Schmittlein, Morrison &
        Colombo, 1987, with half-integer shape so that a rate has a closed form)
rules:  everybody comes first on a moment drawn evenly from the whole time; given their total, the returns of
        Poisson customers fall to each of them independently, in proportion to rate times time, so the file has
        exactly the rows asked for; a draw depends on its number alone, never on threads or order
*/
with drawn as (
    select
        person,
        chance('first', person) as first_at,
        -ln(chance('rate', person)) * pow(cos(2 * pi() * chance('rate angle', person)), 2) as rate,
        -ln(chance('life', person)) * getvariable('life_share') as life,
        exp(0.5 * normal('basket', person)) as basket
    from range(1, cast(getvariable('people') as bigint) + 1) as numbers (person)
),

people as (
    select
        person,
        first_at,
        least(life, 1 - first_at) as present,
        basket,
        sum(rate * least(life, 1 - first_at)) over (order by person rows unbounded preceding) as reach
    from drawn
),

whole as (
    select max(reach) as reach
    from people
),

returns as (
    select
        draw,
        chance('who', draw) * whole.reach as reach
    from range(1, cast(getvariable('orders') - getvariable('people') as bigint) + 1) as numbers (draw)
    cross join whole
),

receipts as (
    select person, -person as draw, first_at as moment, basket
    from people
    union all
    select people.person, returns.draw, people.first_at + chance('when', returns.draw) * people.present, people.basket
    from returns
    asof join people on returns.reach <= people.reach
),

priced as (
    select
        person,
        draw,
        getvariable('first_day') + cast(floor(moment * getvariable('days')) as integer) as ordered_on,
        cast(30600 + 39600 * chance('second of day', draw) as integer) as second_of_day,
        cast(
            case when chance('refund', draw) < getvariable('refund_share') then -1 else 1 end
            * (0.5 + 28 * basket * exp(0.6 * normal('amount', draw)))
            as decimal(10, 2)
        ) as amount,
        chance('channel', draw) as channel,
        chance('status', draw) as status
    from receipts
)

select
    row_number() over (order by ordered_on, second_of_day, draw) as order_id,
    strftime(ordered_on + to_seconds(second_of_day), '%Y-%m-%dT%H:%M:%S') as order_date,
    printf('C%08d', person) as customer_id,
    amount as net_amount,
    cast(0.22 * amount as decimal(10, 2)) as vat_amount,
    case when channel < 0.2 then 'web' else 'store' end as channel,
    case when channel < 0.2 then 'W1' else 'S' || cast(1 + floor(6 * (channel - 0.2)) as integer) end as store_id,
    case when status < 0.01 then 'cancelled' else 'paid' end as status
from priced
order by order_id
