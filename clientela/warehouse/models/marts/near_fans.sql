/*
Who is nearly a fan, with the one thing that is missing.

grain:  person_no
inputs: marts.fan_scores, steps.standing, marts.voices
units:  score, lowest_fan_score 0 to 100; part 0.05 to 1; answers 0 to 10; revenue in the shop's currency
terms:  missing is the first gate that is not passed (missing_kind gate) or the weakest part of the score (part), whose
        own value part is; latest_answer against earlier_answer, the mean of the answers before it, says whether they
        are happier than they were
rules:  nearest first: those who pass every gate, by score, then the others by score, ties by id
*/
with bar as (
    select min(score) as lowest_fan_score
    from marts.fan_scores
    where is_fan
),

answered as (
    select
        person_no,
        score,
        row_number() over (partition by person_no order by said_on desc, score) as place
    from marts.voices
    where voice = 'answer'
),

trends as (
    select
        person_no,
        max(case when place = 1 then score end) as latest_answer,
        avg(case when place > 1 then score end) as earlier_answer
    from answered
    group by person_no
)

select
    row_number() over (
        order by case when fans.failed_gate is null then 0 else 1 end, fans.score desc, standing.customer_id
    ) as position,
    fans.person_no,
    standing.customer_id,
    standing.name,
    not standing.is_erased as is_listed,
    fans.score,
    bar.lowest_fan_score,
    fans.missing,
    case when fans.failed_gate is null then 'part' else 'gate' end as missing_kind,
    case when fans.failed_gate is null then case fans.missing
        when 'frequency' then fans.frequency
        when 'recency' then fans.recency
        when 'spend' then fans.spend
        when 'share_of_wallet' then fans.share_of_wallet
        when 'satisfaction' then fans.satisfaction
        when 'referrals' then fans.referrals
        else fans.offer_response
    end end as part,
    trends.latest_answer,
    trends.earlier_answer,
    standing.purchases,
    cast(standing.revenue_12m as decimal(18, 2)) as revenue_12m
from marts.fan_scores as fans
inner join steps.standing on standing.person_no = fans.person_no
cross join bar
left join trends on trends.person_no = fans.person_no
where fans.is_near_fan
