/*
What was promised to whoever sent a friend, and whether the promise is kept.

grain:  reward_id, source
inputs: raw.referral_rewards, raw.referrals, staging.referral_events, marts.identity, steps.programme_members,
        marts.people
units:  amount in the shop's currency, null where no file says it; days_overdue since due_on
terms:  state is held (waits for the days in which goods may come back), approved (due, not given yet), redeemed,
        reversed or rejected; is_owed marks what is due and not given, is_overdue what has been so for over 30 days
rules:  earned by the report's date; a later change of state is not known yet: until then it was held, from its due
        day on approved; a reward that only the claim tells of (reward_due_at) counts beside those of the server;
        is_listed is false for people whose name may stand on no list
*/
with told as (
    select
        rewards.source,
        rewards.reward_id,
        rewards.referral_id,
        rewards.customer_id,
        rewards.amount,
        case
            when cast(rewards.updated_at as date) <= getvariable('as_of') or rewards.updated_at is null
                then rewards.state
            when coalesce(rewards.due_on, rewards.earned_on) <= getvariable('as_of') then 'approved'
            else 'held'
        end as state,
        rewards.earned_on,
        coalesce(rewards.due_on, rewards.earned_on) as due_on
    from raw.referral_rewards as rewards
    where rewards.earned_on <= getvariable('as_of')
    union all
    select
        claims.source,
        coalesce(claims.reward_code, 'referral:' || claims.row_key),
        claims.referral_id,
        claims.referrer_id,
        null,
        case
            when cast(claims.reward_given_at as date) <= getvariable('as_of') then 'redeemed'
            when cast(claims.reward_due_at as date) <= getvariable('as_of') then 'approved'
            else 'held'
        end,
        cast(coalesce(claims.arrived_at, claims.reward_due_at) as date),
        cast(claims.reward_due_at as date)
    from raw.referrals as claims
    left join raw.referral_rewards as known
        on known.source = claims.source and known.referral_id = claims.referral_id
    where
        claims.reward_due_at is not null
        and known.reward_id is null
        and cast(coalesce(claims.arrived_at, claims.reward_due_at) as date) <= getvariable('as_of')
),

friends as (
    select events.source, events.referral_id, min(person_of(identity.person_no, events.account_no)) as person_no
    from staging.referral_events as events
    left join marts.identity on identity.account_no = events.account_no
    group by events.source, events.referral_id
)

select
    told.reward_id,
    told.source,
    told.referral_id,
    members.person_no as member_no,
    told.customer_id,
    senders.name,
    senders.phone,
    senders.email,
    coalesce(not senders.is_erased, false) as is_listed,
    friends.person_no as friend_no,
    case when not came.is_erased then came.name end as friend_name,
    told.amount,
    told.state,
    told.earned_on,
    told.due_on,
    told.state = 'approved' as is_owed,
    told.state = 'approved' and getvariable('as_of') - told.due_on > 30 as is_overdue,
    case when told.state = 'approved' then greatest(getvariable('as_of') - told.due_on, 0) end as days_overdue
from told
left join steps.programme_members as members on members.customer_id = told.customer_id
left join friends on friends.source = told.source and friends.referral_id = told.referral_id
left join marts.people as senders on senders.person_no = members.person_no
left join marts.people as came on came.person_no = friends.person_no
