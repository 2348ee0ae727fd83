/*
Of those whom each channel reached in the last twelve months, how many came, left their name, bought.

grain:  channel, stage
inputs: raw.channel_stats
units:  reached and went_on are people as the file counts them; shares 0 to 1
terms:  stage is entered (of the exposed), leads or buyers (both of those who entered; buyers of the leads or the exposed
        where nobody counted who entered); low and high are 95 in 100 after Wilson
rules:  months written YYYY-MM, the twelve that end with the report's date; share is null, with the reason, where the
        whole was not counted (no_denominator), where more went on than were there (data_error), or under 20 (too_few)
*/
with counted as (
    select
        lower(trim(channel)) as channel,
        sum(exposed) as exposed,
        sum(entered) as entered,
        sum(leads) as leads,
        sum(buyers) as buyers
    from raw.channel_stats
    where
        left(period, 7) <= left(cast(getvariable('as_of') as varchar), 7)
        and left(period, 7) > left(cast(cast(getvariable('as_of') - interval 12 month as date) as varchar), 7)
    group by lower(trim(channel))
),

stages as (
    select channel, 'entered' as stage, exposed as reached, entered as went_on
    from counted
    where entered is not null
    union all
    select channel, 'leads', entered, leads
    from counted
    where leads is not null
    union all
    select channel, 'buyers', coalesce(entered, leads, exposed), buyers
    from counted
    where buyers is not null
),

rated as (
    select
        channel,
        stage,
        cast(reached as bigint) as reached,
        cast(went_on as bigint) as went_on,
        case
            when coalesce(reached, 0) = 0 then 'no_denominator'
            when went_on > reached then 'data_error'
            when reached < 20 then 'too_few'
        end as reason
    from stages
),

shares as (
    select
        rated.*,
        case when reason is null then went_on / cast(reached as double) end as share,
        cast(reached as double) as n
    from rated
)

select
    channel,
    stage,
    reached,
    went_on,
    share,
    wilson_low(share, n) as low,
    wilson_high(share, n) as high,
    reason
from shares
