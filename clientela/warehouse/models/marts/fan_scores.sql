/*
How much of a fan each customer is, and the share of them that are fans.

grain:  person_no
inputs: steps.fan_candidates, raw.referrals
units:  score 0 to 100; parts between 0.05 and 1
terms:  score = 100 exp(sum w ln s / sum w) over the parts frequency .20, recency .15, spend .20, share_of_wallet .10,
        satisfaction .15, referrals .10, offer_response .10; a percentile is (mid-rank - 1/2) / n in the base
rules:  what is not known counts 0.5; a part unknown for more than nine in ten is left out and the weights of the
        others grow; fans are the best floor(fan_share * base + 1/2) of those who pass every gate; near fans are the
        next floor(0.10 * base + 1/2) of the base; ties by spend, last purchase, id
*/
with sizes as (
    select pool, count(*) as pool_size
    from steps.fan_candidates
    group by pool
),

sized as (
    select
        candidates.*,
        (coalesce(accepted, 0) + 1) / (coalesce(offers, 0) + 20.0) as response_rate,
        sizes.pool_size
    from steps.fan_candidates as candidates
    inner join sizes on sizes.pool = candidates.pool
),

ranked as (
    select
        *,
        (percent_rank() over frequencies * (pool_size - 1) / pool_size + cume_dist() over frequencies) / 2
            as frequency_share,
        (percent_rank() over spends * (pool_size - 1) / pool_size + cume_dist() over spends) / 2 as spend_share
    from sized
    window
        frequencies as (partition by pool order by round(purchases_a_year, 9)),
        spends as (partition by pool order by spend)
),

-- Most shops note no offers: then nothing is ranked.
responded as (
    select
        person_no,
        (percent_rank() over responses * (pool_size - 1) / pool_size + cume_dist() over responses) / 2
            as response_share
    from sized
    where exists (select 1 from steps.fan_candidates where offers is not null)
    window responses as (partition by pool order by round(response_rate, 9))
),

known as (
    select
        count(share_of_wallet) >= 0.1 * count(*) as knows_wallet,
        count(score) >= 0.1 * count(*) as knows_satisfaction,
        count(offers) >= 0.1 * count(*) as knows_offers,
        count(*) as base_size,
        exists (select 1 from raw.referrals) as knows_referrals
    from steps.fan_candidates
),

parts as (
    select
        ranked.person_no,
        ranked.customer_id,
        ranked.spend,
        ranked.last_purchase_on,
        ranked.failed_gate,
        greatest(ranked.frequency_share, 0.05) as frequency,
        least(greatest(ranked.recency, 0.05), 1) as recency,
        greatest(ranked.spend_share, 0.05) as spend_part,
        greatest(coalesce(ranked.share_of_wallet, 0.5), 0.05) as share_of_wallet,
        case ranked.score
            when 10 then 1.0 when 9 then 0.9 when 8 then 0.6 when 7 then 0.5
            else case when ranked.score is null then 0.5 else 0.05 end
        end as satisfaction,
        1 - 0.5 * pow(0.5, ranked.brought_buyers) as referrals,
        case when ranked.offers is null then 0.5
            else greatest(responded.response_share, 0.05)
        end as offer_response,
        case when known.knows_wallet then 0.10 else 0 end as wallet_weight,
        case when known.knows_satisfaction then 0.15 else 0 end as satisfaction_weight,
        case when known.knows_referrals then 0.10 else 0 end as referrals_weight,
        case when known.knows_offers then 0.10 else 0 end as offers_weight,
        known.base_size
    from ranked
    left join responded on responded.person_no = ranked.person_no
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
        row_number() over by_score as place,
        sum(case when failed_gate is null then 1 else 0 end) over by_score as passed_to_here
    from scored
    window by_score as (
        order by round(score, 9) desc, spend desc, last_purchase_on desc, customer_id
        rows between unbounded preceding and current row
    )
),

queued as (
    select
        *,
        failed_gate is null and passed_to_here <= floor(round(getvariable('fan_share') * base_size, 9) + 0.5) as is_fan,
        place - least(passed_to_here, floor(round(getvariable('fan_share') * base_size, 9) + 0.5)) as place_after_fans
    from placed
)

select
    person_no,
    round(score, 6) as score,
    is_fan,
    not is_fan and place_after_fans <= floor(0.10 * base_size + 0.5) as is_near_fan,
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
