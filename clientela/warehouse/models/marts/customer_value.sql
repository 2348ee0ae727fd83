/*
What each purchaser has brought so far.

grain:  person_no
inputs: marts.categories, steps.standing, marts.burn_in, marts.margins, steps.referral_origins,
        marts.identity, raw.customers
units:  revenue and margin in the shop's currency, refunds at their own date
terms:  is_new says that the first purchase really was the first: it came after the burn-in; origin is referral, or
        what the file says of how they came (acquisition_source), or unknown
rules:  people with a purchase that stands, inside the seven categories; margin is null where the cost is known on
        less than 80 in 100 of the sales of 12 months; a sale without cost has the margin of those with it
*/
with sources as (
    select
        person_of(
            identity.person_no,
            account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        ) as person_no,
        min(lower(trim(c.acquisition_source))) as acquisition_source
    from raw.customers as c
    left join marts.identity
        on identity.account_no
        = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
    where
        trim(c.acquisition_source) <> ''
        and (c.created_at is null or cast(c.created_at as date) <= getvariable('as_of'))
    group by 1
),

costed as (
    select
        person_no,
        sum(goods) as goods,
        sum(margin) as margin,
        sum(goods_12m) as goods_12m,
        sum(margin_12m) as margin_12m
    from marts.margins
    group by person_no
),

purchasers as (
    select
        standing.person_no,
        standing.customer_id,
        standing.kind,
        categories.category,
        coalesce(
            case when origins.person_no is not null then 'referral' end, sources.acquisition_source, 'unknown'
        ) as origin,
        standing.first_purchase_on,
        standing.first_open_day,
        standing.last_open_day,
        standing.first_purchase_on > burn_in.burn_in_until as is_new,
        standing.purchases,
        standing.revenue_total,
        standing.revenue_12m,
        coalesce(costed.goods, 0) as goods,
        coalesce(costed.margin, 0) as margin,
        coalesce(costed.goods_12m, 0) as goods_12m,
        coalesce(costed.margin_12m, 0) as known_margin_12m
    from steps.standing
    inner join marts.categories on categories.person_no = standing.person_no
    cross join marts.burn_in
    left join costed on costed.person_no = standing.person_no
    left join steps.referral_origins as origins on origins.person_no = standing.person_no
    left join sources on sources.person_no = standing.person_no
    where standing.purchases > 0
),

known as (
    select
        sum(goods_12m) > 0 and sum(goods_12m) >= 0.8 * sum(revenue_12m) as has_margin,
        case
            when sum(goods_12m) > 0 then cast(sum(known_margin_12m) as double) / cast(sum(goods_12m) as double)
        end as margin_share
    from purchasers
)

select
    purchasers.person_no,
    purchasers.customer_id,
    purchasers.kind,
    purchasers.category,
    purchasers.origin,
    purchasers.first_purchase_on,
    purchasers.first_open_day,
    purchasers.last_open_day,
    purchasers.is_new,
    purchasers.purchases,
    purchasers.revenue_total,
    purchasers.revenue_12m,
    case
        when known.has_margin then cast(
            cast(purchasers.margin as double)
            + cast(purchasers.revenue_total - purchasers.goods as double) * known.margin_share
            as decimal(18, 4)
        )
    end as margin_total,
    case
        when known.has_margin then cast(
            cast(purchasers.known_margin_12m as double)
            + cast(purchasers.revenue_12m - purchasers.goods_12m as double) * known.margin_share
            as decimal(18, 4)
        )
    end as margin_12m
from purchasers
cross join known
