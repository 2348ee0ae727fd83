/*
What brought each new person to the first purchase.

grain:  person_no
inputs: steps.ladder_people, steps.ladder_orders, steps.referral_origins, marts.identity, raw.orders, raw.customers,
        raw.touchpoints
terms:  cause is referral, campaign, discount, event, search, walk_in or unknown; has_discount says that the first
        purchase carried a coupon or a discount, whatever the cause; channel is where it was made
rules:  first match wins: a friend who sent them; a campaign on the order, or an advertising medium as the source that
        the person named; a coupon or a discount; the other sources named; a message of a campaign in the 30 days
        before; else unknown, which is shown and not dropped
*/
with marked_orders as (
    select
        person_of(
            identity.person_no,
            account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone)
        ) as person_no,
        cast(o.order_date as date) as ordered_on,
        max(o.campaign_id) as campaign_id,
        max(o.discount_amount) > 0 as is_discounted
    from raw.orders as o
    left join marts.identity
        on identity.account_no
        = account_no(o.source, o.customer_id, o.vat_number, o.tax_code, o.card_number, o.email, o.phone)
    where o.campaign_id is not null or o.discount_amount > 0
    group by 1, 2
),

declared as (
    select
        person_of(
            identity.person_no,
            account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
        ) as person_no,
        min(
            case
                when lower(trim(c.acquisition_source)) in (
                    'flyer', 'volantino', 'press', 'stampa', 'giornale', 'newspaper', 'radio', 'tv', 'social', 'facebook',
                    'instagram', 'tiktok', 'campaign', 'campagna', 'newsletter', 'advertising', 'ads', 'pubblicità',
                    'mailing', 'manifesto', 'billboard'
                ) then 'campaign'
                when lower(trim(c.acquisition_source)) in ('event', 'evento', 'fair', 'fiera', 'market', 'mercatino')
                    then 'event'
                when lower(trim(c.acquisition_source)) in (
                    'search', 'ricerca', 'google', 'maps', 'google maps', 'site', 'sito', 'web', 'internet', 'online'
                ) then 'search'
                when lower(trim(c.acquisition_source)) in (
                    'shop_window', 'vetrina', 'walk_in', 'walk-in', 'walk in', 'passaggio', 'di passaggio', 'passante',
                    'passing by'
                ) then 'walk_in'
                when lower(trim(c.acquisition_source)) in (
                    'referral', 'passaparola', 'friend', 'amico', 'amica', 'amici', 'word of mouth'
                ) then 'referral'
            end
        ) as cause
    from raw.customers as c
    left join marts.identity
        on identity.account_no
        = account_no(c.source, c.customer_id, c.vat_number, c.tax_code, c.card_number, c.email, c.phone)
    where c.acquisition_source is not null
    group by 1
),

messages as (
    select
        person_of(
            identity.person_no,
            account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
        ) as person_no,
        cast(t.ts as date) as sent_on
    from raw.touchpoints as t
    left join marts.identity
        on identity.account_no
        = account_no(t.source, t.customer_id, t.vat_number, t.tax_code, t.card_number, t.email, t.phone)
    where t.direction = 'out' and t.campaign_id is not null and coalesce(t.status, '') <> 'bounced'
),

written_to as (
    select distinct steps.person_no
    from steps.ladder_people as steps
    inner join messages on messages.person_no = steps.person_no
    where messages.sent_on between steps.on_1 - 30 and steps.on_1
)

select
    steps.person_no,
    case
        when origins.person_no is not null or declared.cause = 'referral' then 'referral'
        when marked.campaign_id is not null or declared.cause = 'campaign' then 'campaign'
        when orders.first_coupon is not null or coalesce(marked.is_discounted, false) then 'discount'
        when declared.cause is not null then declared.cause
        when written_to.person_no is not null then 'campaign'
        else 'unknown'
    end as cause,
    orders.first_coupon is not null or coalesce(marked.is_discounted, false) as has_discount,
    coalesce(lower(trim(orders.first_channel)), 'unknown') as channel
from steps.ladder_people as steps
left join steps.ladder_orders as orders on orders.person_no = steps.person_no
left join marked_orders as marked on marked.person_no = steps.person_no and marked.ordered_on = steps.on_1
left join steps.referral_origins as origins on origins.person_no = steps.person_no
left join declared on declared.person_no = steps.person_no
left join written_to on written_to.person_no = steps.person_no
