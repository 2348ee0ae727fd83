/*
Every claim that somebody sent a friend, with the receipt that it names and the account of the friend.

grain:  one row of raw.referrals (source, row_key)
inputs: raw.referrals, staging.orders
stored: table
units:  claimed_at is an instant of the shop's clock; receipt_on a day
terms:  evidence is the server's rank of what stands behind a claim (clientela/loyalty/claims/evidence.py): 2 the owner's word, 3 a click
        of the friend's own or a fan named at the till, 4 a contact alone; shown_on is the day on which a coupon or code
        was shown, which ranks before all; both are read from the words of claims that say neither;
        is_live is false for what the server or the owner has set aside (rejected, superseded, withdrawn);
        is_owner marks the owner's own word; account_no is the friend's, null where nothing says who they are;
        friend_id is the id of a friend known by a receipt alone
rules:  a receipt is named by its number and its day: the same text, or the same last digits, leading zeros apart,
        and no other receipt of the day that fits as well; where a store is given on both sides it is the same;
        a receipt that shows somebody makes that person the friend; one without a name belongs to the contact of
        the claim, of several claims to the one with a contact that came first;
        a claim without contact is a friend of its own from the receipt on
*/
with claims as (
    select
        source,
        row_key,
        coalesce(referral_id, row_key) as referral_id,
        referrer_id,
        code,
        coalesce(lower(status), '') as status,
        coalesce(lower(status), '') not in ('rejected', 'superseded', 'withdrawn') as is_live,
        coalesce(lower(method), '') = 'owner' as is_owner,
        coalesce(
            evidence,
            case
                when lower(method) = 'owner' then 2
                when lower(method) in ('phone', 'email', 'name') or clicked_at is not null then 3
                else 4
            end
        ) as evidence,
        case
            when evidence is null and lower(method) in ('coupon', 'code')
                then coalesce(shown_on, receipt_on, cast(arrived_at as date))
            else shown_on
        end as shown_on,
        coalesce(arrived_at, clicked_at) as claimed_at,
        arrived_customer_id,
        case when position('@' in arrived_contact) > 0 then arrived_contact end as email,
        case when position('@' in arrived_contact) = 0 then arrived_contact end as phone,
        friend_name,
        first_order_id as receipt_no,
        receipt_on,
        store_id,
        case
            when arrived_customer_id is null and arrived_contact is null
                then 'friend:' || cast(receipt_on as varchar) || '/' || coalesce(store_id || '/', '') || first_order_id
        end as friend_id
    from raw.referrals
),

friends as (
    select
        claims.*,
        account_no(
            source, coalesce(arrived_customer_id, friend_id), null, null, null, email, phone
        ) as own_account_no,
        ltrim(regexp_extract(receipt_no, '([0-9]+)[^0-9]*$', 1), '0') as receipt_digits
    from claims
),

matches as (
    select
        friends.source,
        friends.row_key,
        orders.source as order_source,
        orders.row_key as order_key,
        orders.account_no as shown_account_no,
        orders.order_id,
        orders.ordered_at,
        orders.ordered_on,
        orders.goods,
        orders.paid,
        orders.cost,
        case when orders.order_id = friends.receipt_no then 1 else 0 end as is_exact
    from staging.orders
    inner join friends
        on friends.receipt_on = orders.ordered_on
        and (
            orders.order_id = friends.receipt_no
            or ltrim(regexp_extract(orders.order_id, '([0-9]+)[^0-9]*$', 1), '0')
            = nullif(friends.receipt_digits, '')
        )
        and coalesce(friends.store_id, orders.store_id, '') = coalesce(orders.store_id, friends.store_id, '')
    where friends.is_live and orders.counts and not orders.is_recurring and orders.goods > 0
),

weighed as (
    select
        matches.*,
        max(is_exact) over (partition by source, row_key) as has_exact,
        count(*) over (partition by source, row_key, is_exact) as rivals
    from matches
),

receipts as (
    select
        source, row_key, order_source, order_key, shown_account_no, order_id, ordered_at, ordered_on, goods, paid, cost
    from weighed
    where is_exact = has_exact and rivals = 1
),

owned as (
    select
        friends.*,
        receipts.order_source,
        receipts.order_key,
        receipts.shown_account_no,
        receipts.order_id,
        receipts.ordered_at,
        receipts.ordered_on,
        receipts.goods,
        receipts.paid,
        receipts.cost,
        case
            when receipts.order_key is not null then first_value(friends.own_account_no) over (
                partition by receipts.order_source, receipts.order_key
                order by
                    case when friends.friend_id is null then 0 else 1 end, friends.claimed_at, friends.source,
                    friends.row_key
            )
        end as first_account_no
    from friends
    left join receipts on receipts.source = friends.source and receipts.row_key = friends.row_key
)

select
    source,
    row_key,
    referral_id,
    referrer_id,
    code,
    status,
    is_live,
    is_owner,
    evidence,
    shown_on,
    claimed_at,
    arrived_customer_id,
    email,
    phone,
    friend_name,
    friend_id,
    receipt_on,
    order_source,
    order_key,
    order_id,
    ordered_at,
    ordered_on,
    goods,
    paid,
    cost,
    shown_account_no is null and order_key is not null as is_anonymous_receipt,
    coalesce(shown_account_no, first_account_no, own_account_no) as account_no,
    own_account_no
from owned
