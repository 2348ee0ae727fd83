/*
The customers' share of wallet, estimated from those who answered for all.

grain:  method
inputs: steps.wallet_answers, marts.customer_value
units:  shares 0 to 1; elsewhere_a_year purchases a head; euros_outside in the shop's currency over 12 months, of all
terms:  method direct is the question on the last ten purchases, rank the wallet allocation rule, best the direct answer
        where there is one, else the rank; answers is n, population the buyers, customers and fans
rules:  the mean of each category is weighted by its people (post-stratification), a category without answers is left
        out; low and high are 95 in 100 with the stratified variance, the correction for a finite population and 0 to 1
        kept; the rank says something where four in ten use several shops and the mean is 1.4 or more (is_telling)
*/
with strata as (
    select category, count(*) as people
    from marts.customer_value
    where category in ('buyer', 'customer', 'fan')
    group by category
),

answers as (
    select 'best' as method, category, share, shops_used, elsewhere_a_year, euros_outside
    from steps.wallet_answers
    union all
    select 'direct', category, direct_share, shops_used, null, null
    from steps.wallet_answers
    where direct_share is not null
    union all
    select 'rank', category, rank_share, shops_used, null, null
    from steps.wallet_answers
    where rank_share is not null
),

pooled as (
    select
        method,
        count(*) as answers,
        coalesce(var_samp(share), 0) as share_variance,
        coalesce(var_samp(elsewhere_a_year), 0) as elsewhere_variance,
        coalesce(var_samp(euros_outside), 0) as euros_variance,
        avg(cast(shops_used as double)) as shops_used,
        avg(case when shops_used > 1 then 1.0 when shops_used = 1 then 0.0 end) as several_share
    from answers
    group by method
),

by_category as (
    select
        answers.method,
        answers.category,
        strata.people,
        count(*) as answers,
        count(answers.elsewhere_a_year) as spent_answers,
        avg(answers.share) as share,
        coalesce(var_samp(answers.share), max(pooled.share_variance)) as share_variance,
        avg(answers.elsewhere_a_year) as elsewhere_a_year,
        coalesce(var_samp(answers.elsewhere_a_year), max(pooled.elsewhere_variance)) as elsewhere_variance,
        avg(answers.euros_outside) as euros_outside,
        coalesce(var_samp(answers.euros_outside), max(pooled.euros_variance)) as euros_variance
    from answers
    inner join strata on strata.category = answers.category
    inner join pooled on pooled.method = answers.method
    group by answers.method, answers.category, strata.people
),

weighted as (
    select
        by_category.*,
        people / cast(sum(people) over (partition by method) as double) as weight,
        case
            when spent_answers > 0
                then people
                / cast(sum(case when spent_answers > 0 then people end) over (partition by method) as double)
        end as spent_weight,
        1 - answers / cast(people as double) as unasked
    from by_category
),

estimates as (
    select
        method,
        sum(weight * share) as share,
        sqrt(sum(pow(weight, 2) * share_variance / answers * unasked)) as share_error,
        sum(spent_weight * elsewhere_a_year) as elsewhere_a_year,
        sqrt(sum(pow(spent_weight, 2) * elsewhere_variance / nullif(spent_answers, 0) * unasked)) as elsewhere_error,
        sum(spent_weight * euros_outside) as euros_outside,
        sqrt(sum(pow(spent_weight, 2) * euros_variance / nullif(spent_answers, 0) * unasked)) as euros_error
    from weighted
    group by method
),

population as (
    select sum(people) as people
    from strata
)

select
    estimates.method,
    pooled.answers,
    cast(population.people as bigint) as population,
    pooled.answers / cast(population.people as double) as response_share,
    estimates.share,
    greatest(estimates.share - 1.959964 * estimates.share_error, 0) as low,
    least(estimates.share + 1.959964 * estimates.share_error, 1) as high,
    estimates.elsewhere_a_year,
    greatest(estimates.elsewhere_a_year - 1.959964 * estimates.elsewhere_error, 0) as elsewhere_low,
    estimates.elsewhere_a_year + 1.959964 * estimates.elsewhere_error as elsewhere_high,
    estimates.euros_outside * population.people as euros_outside,
    greatest(estimates.euros_outside - 1.959964 * estimates.euros_error, 0) * population.people as euros_low,
    (estimates.euros_outside + 1.959964 * estimates.euros_error) * population.people as euros_high,
    pooled.shops_used,
    pooled.several_share,
    coalesce(pooled.several_share >= 0.4 and pooled.shops_used >= 1.4, false) as is_telling
from estimates
inner join pooled on pooled.method = estimates.method
cross join population
