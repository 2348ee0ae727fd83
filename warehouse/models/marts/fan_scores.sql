/*
How much of a fan each customer is, and the share of them that are fans.

grain:  person_no
inputs: marts.fan_candidates, raw.referrals
units:  score 0 to 100; parts between 0.05 and 1
terms:  score = 100 exp(sum w ln s / sum w) over the parts frequency .20, recency .15, spend .20, share_of_wallet .10,
        satisfaction .15, referrals .10, offer_response .10; a percentile is (mid-rank - 1/2) / n in the base
rules:  what is not known counts 0.5; a part unknown for more than nine in ten is left out and the weights of the
        others grow; fans are the best floor(fan_share * base + 1/2) of those who pass every gate; near fans are the
        next floor(0.10 * base + 1/2) of the base; ties by spend, last purchase, id
*/
with ranked as (
    select
        *,
        rank() over (partition by pool order by purchases_a_year) as frequency_rank,
        count(*) over (partition by pool, purchases_a_year) as frequency_ties,
        rank() over (partition by pool order by spend) as spend_rank,
        count(*) over (partition by pool, spend) as spend_ties,
        rank() over (
            partition by pool order by (coalesce(accepted, 0) + 1) / (coalesce(offers, 0) + 20.0)
        ) as offer_rank,
        count(*) over (
            partition by pool, (coalesce(accepted, 0) + 1) / (coalesce(offers, 0) + 20.0)
        ) as offer_ties,
        count(*) over (partition by pool) as pool_size,
        count(*) over () as base_size
    from marts.fan_candidates
),

known as (
    select
        count(share_of_wallet) >= 0.1 * count(*) as knows_wallet,
        count(score) >= 0.1 * count(*) as knows_satisfaction,
        count(offers) >= 0.1 * count(*) as knows_offers,
        exists (select 1 from raw.referrals) as knows_referrals
    from marts.fan_candidates
),

parts as (
    select
        ranked.person_no,
        ranked.customer_id,
        ranked.spend,
        ranked.last_purchase_on,
        ranked.failed_gate,
        ranked.base_size,
        greatest(
            (ranked.frequency_rank + (ranked.frequency_ties - 1) / 2.0 - 0.5) / ranked.pool_size, 0.05
        ) as frequency,
        least(greatest(ranked.recency, 0.05), 1) as recency,
        greatest((ranked.spend_rank + (ranked.spend_ties - 1) / 2.0 - 0.5) / ranked.pool_size, 0.05) as spend_part,
        greatest(coalesce(ranked.share_of_wallet, 0.5), 0.05) as share_of_wallet,
        case ranked.score
            when 10 then 1.0 when 9 then 0.9 when 8 then 0.6 when 7 then 0.5
            else case when ranked.score is null then 0.5 else 0.05 end
        end as satisfaction,
        1 - 0.5 * pow(0.5, ranked.brought_buyers) as referrals,
        case when ranked.offers is null then 0.5
            else greatest((ranked.offer_rank + (ranked.offer_ties - 1) / 2.0 - 0.5) / ranked.pool_size, 0.05)
        end as offer_response,
        case when known.knows_wallet then 0.10 else 0 end as wallet_weight,
        case when known.knows_satisfaction then 0.15 else 0 end as satisfaction_weight,
        case when known.knows_referrals then 0.10 else 0 end as referrals_weight,
        case when known.knows_offers then 0.10 else 0 end as offers_weight
    from ranked
    cross join known
),

scored as (
    select
        *,
        100 * exp(
            (
                0.20 * ln(frequency) + 0.15 * ln(recency) + 0.20 * ln(spend_part)
                + wallet_weight * ln(share_of_wallet) + satisfaction_weight * ln(satisfaction)
                + referrals_weight * ln(referrals) + offers_weight * ln(offer_response)
            ) / (0.55 + wallet_weight + satisfaction_weight + referrals_weight + offers_weight)
        ) as score
    from parts
),

placed as (
    select
        *,
        row_number() over (
            partition by failed_gate is null order by score desc, spend desc, last_purchase_on desc, customer_id
        ) as place_in_gate
    from scored
),

decided as (
    select
        *,
        failed_gate is null
        and place_in_gate <= floor(getvariable('fan_share') * base_size + 0.5) as is_fan
    from placed
),

queued as (
    select
        *,
        row_number() over (
            partition by is_fan order by score desc, spend desc, last_purchase_on desc, customer_id
        ) as place
    from decided
)

select
    person_no,
    round(score, 6) as score,
    is_fan,
    not is_fan and place <= floor(0.10 * base_size + 0.5) as is_near_fan,
    failed_gate,
    coalesce(
        failed_gate,
        case least(
            frequency, recency, spend_part,
            case when wallet_weight > 0 then share_of_wallet else 1 end,
            case when satisfaction_weight > 0 then satisfaction else 1 end,
            case when referrals_weight > 0 then referrals else 1 end,
            case when offers_weight > 0 then offer_response else 1 end
        )
            when frequency then 'frequency'
            when recency then 'recency'
            when spend_part then 'spend'
            when case when wallet_weight > 0 then share_of_wallet end then 'share_of_wallet'
            when case when satisfaction_weight > 0 then satisfaction end then 'satisfaction'
            when case when referrals_weight > 0 then referrals end then 'referrals'
            else 'offer_response'
        end
    ) as missing,
    frequency,
    recency,
    spend_part as spend,
    share_of_wallet,
    satisfaction,
    referrals,
    offer_response
from queued
