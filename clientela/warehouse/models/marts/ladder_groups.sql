/*
Who comes back more: the share with a second purchase within 90 days, group by group, and against all the others.

grain:  kind, member
inputs: marts.ladder_survival
units:  shares 0 to 1, difference in the same unit (0.05 = five in a hundred more than the others)
terms:  chi2 is the log-rank statistic (Mantel 1966) of the group against all the others of its kind, one degree of
        freedom, over the whole time of waiting; p the chance of so large a one if there were no difference; p_adjusted
        the same after Holm's correction for looking at several groups of one kind
rules:  returned_share and difference are null where fewer than 20 are still waiting after 90 days, in the group or among
        the others; chi2 and p where the group or the others count fewer than 20
*/
with kinds as (
    select kind, member, days, returned, at_risk, people
    from marts.ladder_survival
    where kind in ('cohort', 'channel', 'cause', 'coupon') and step = 1
),

counted as (
    select
        kind,
        days,
        sum(returned) as returned
    from kinds
    group by kind, days
),

members as (
    select kind, member, max(people) as people
    from kinds
    group by kind, member
),

grid as (
    select
        members.kind,
        members.member,
        members.people,
        counted.days,
        counted.returned as all_returned,
        coalesce(kinds.returned, 0) as returned,
        coalesce(
            kinds.at_risk,
            -- A day on which nobody of the group left its count: the next such day knows how many there were.
            first_value(kinds.at_risk ignore nulls) over (
                partition by members.kind, members.member order by counted.days
                rows between current row and unbounded following
            ),
            0
        ) as at_risk
    from members
    inner join counted on counted.kind = members.kind
    left join kinds on kinds.kind = members.kind and kinds.member = members.member and kinds.days = counted.days
),

risks as (
    select
        grid.*,
        grid.all_returned - grid.returned as others_returned,
        sum(grid.at_risk) over (partition by grid.kind, grid.days) as all_at_risk,
        sum(grid.at_risk) over (partition by grid.kind, grid.days) - grid.at_risk as others_at_risk
    from grid
),

tests as (
    select
        kind,
        member,
        sum(returned - all_returned * at_risk / cast(all_at_risk as double)) as excess,
        sum(
            case
                when all_at_risk > 1
                    then all_returned * (at_risk / cast(all_at_risk as double)) * (others_at_risk / cast(all_at_risk as double))
                        * (all_at_risk - all_returned) / (all_at_risk - 1.0)
                else 0
            end
        ) as variance,
        max(people) as people,
        max(others_at_risk) as others,
        -- Own curve and the others' at 90 days.
        sum(case when days <= 90 and returned < at_risk then ln(1 - returned / cast(at_risk as double)) else 0 end)
            as log_survival,
        sum(
            case
                when days <= 90 and returned < at_risk
                    then returned / (cast(at_risk as double) * (at_risk - returned))
                else 0
            end
        ) as own_variance,
        max(case when days <= 90 and returned > 0 and returned = at_risk then 1 else 0 end) as all_back,
        sum(
            case
                when days <= 90 and others_returned < others_at_risk
                    then ln(1 - others_returned / cast(others_at_risk as double))
                else 0
            end
        ) as others_log_survival,
        sum(
            case
                when days <= 90 and others_returned < others_at_risk
                    then others_returned / (cast(others_at_risk as double) * (others_at_risk - others_returned))
                else 0
            end
        ) as others_variance,
        max(case when days <= 90 and others_returned > 0 and others_returned = others_at_risk then 1 else 0 end)
            as others_all_back,
        coalesce(max(case when days >= 90 then at_risk end), 0) as at_risk_90,
        coalesce(max(case when days >= 90 then others_at_risk end), 0) as others_at_risk_90
    from risks
    group by kind, member
),

measured as (
    select
        kind,
        member,
        people,
        others,
        at_risk_90,
        case when at_risk_90 >= 20 and all_back = 0 then 1 - exp(log_survival) end as returned_share,
        case when others_at_risk_90 >= 20 and others_all_back = 0 then 1 - exp(others_log_survival) end as others_share,
        case
            when at_risk_90 >= 20 and log_survival < 0
                then 1 - exp(log_survival * exp(-1.959964 * sqrt(own_variance) / -log_survival))
        end as low,
        case
            when at_risk_90 >= 20 and log_survival < 0
                then 1 - exp(log_survival * exp(1.959964 * sqrt(own_variance) / -log_survival))
        end as high,
        1.959964 * sqrt(
            exp(2 * log_survival) * own_variance + exp(2 * others_log_survival) * others_variance
        ) as margin,
        case when people >= 20 and others >= 20 and variance > 0 then excess * excess / variance end as chi2
    from tests
),

judged as (
    select
        measured.*,
        1 / (1 + 0.5 * sqrt(chi2 / 2)) as t
    from measured
),

tested as (
    select
        judged.*,
        -- The complementary error function of sqrt(chi2 / 2), after Press et al. (Numerical Recipes), exact to 1.2e-7.
        case when chi2 is not null then least(1, t * exp(
            -chi2 / 2 - 1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
            + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))))
        )) end as p
    from judged
),

ranked as (
    select
        tested.*,
        count(p) over (partition by kind) as tests,
        row_number() over (partition by kind order by round(chi2, 9) desc nulls last, member) as place
    from tested
)

select
    kind,
    member,
    people,
    cast(others as bigint) as others,
    at_risk_90 as at_risk,
    returned_share,
    low,
    high,
    others_share,
    returned_share - others_share as difference,
    case when returned_share is not null and others_share is not null then returned_share - others_share - margin end
        as difference_low,
    case when returned_share is not null and others_share is not null then returned_share - others_share + margin end
        as difference_high,
    chi2,
    p,
    case
        when p is not null and kind = 'coupon' then p
        when p is not null then max(least(1.0, p * (tests - place + 1))) over (
            partition by kind order by place rows between unbounded preceding and current row
        )
    end as p_adjusted
from ranked
