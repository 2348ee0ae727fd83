/*
What present customers say of where else they buy.

grain:  person_no
inputs: steps.survey_answers, marts.customer_value, marts.expected_value
units:  shares 0 to 1; purchases a year; euros_outside in the shop's currency over 12 months
terms:  direct_share is the answer to "of the last ten purchases, how many here"; rank_share is that of the wallet
        allocation rule (Keiningham, Aksoy, Buoye & Cooil 2011), (1 - rank / (n + 1)) * 2 / n with n the shops used, ours
        included; share is the direct one where there is one
rules:  the latest believed answer (nps_valid_days) of each kind; buyers, customers and fans; purchases elsewhere and euros
        outside are (1 - share) / share times the own, null where the share is 0.05 or less
*/
with answers as (
    select
        s.person_no,
        s.ts,
        s.source,
        s.row_key,
        case when s.share_of_10 between 0 and 10 then cast(s.share_of_10 as double) / 10 end as direct_share,
        case when s.shops_used >= 1 and s.our_rank between 1 and s.shops_used then s.shops_used end as shops_used,
        case when s.shops_used >= 1 and s.our_rank between 1 and s.shops_used then cast(s.our_rank as double) end
            as our_rank
    from steps.survey_answers as s
    where s.said_on > getvariable('as_of') - cast(getvariable('nps_valid_days') as integer)
),

direct as (
    select
        person_no, direct_share,
        row_number() over (partition by person_no order by ts desc, source desc, row_key desc) as place
    from answers
    where direct_share is not null
),

ranked as (
    select
        person_no, shops_used, our_rank,
        row_number() over (partition by person_no order by ts desc, source desc, row_key desc) as place
    from answers
    where shops_used is not null
),

shares as (
    select
        people.person_no,
        people.category,
        people.revenue_12m,
        expected.purchases_a_year,
        direct.direct_share,
        (1 - ranked.our_rank / (ranked.shops_used + 1)) * 2 / ranked.shops_used as rank_share,
        ranked.shops_used
    from marts.customer_value as people
    inner join marts.expected_value as expected on expected.person_no = people.person_no
    left join direct on direct.person_no = people.person_no and direct.place = 1
    left join ranked on ranked.person_no = people.person_no and ranked.place = 1
    where
        people.category in ('buyer', 'customer', 'fan')
        and (direct.person_no is not null or ranked.person_no is not null)
)

select
    person_no,
    category,
    direct_share,
    rank_share,
    shops_used,
    coalesce(direct_share, rank_share) as share,
    case
        when coalesce(direct_share, rank_share) > 0.05
            then purchases_a_year * (1 - coalesce(direct_share, rank_share)) / coalesce(direct_share, rank_share)
    end as elsewhere_a_year,
    case
        when coalesce(direct_share, rank_share) > 0.05
            then greatest(cast(revenue_12m as double), 0)
            * (1 - coalesce(direct_share, rank_share)) / coalesce(direct_share, rank_share)
    end as euros_outside
from shares
