/*
What those on the call lists spent in the ninety days after, called or left alone.

grain:  arm
inputs: history.call_trials, marts.people, steps.purchase_sequence
units:  sales in the shop's currency, per person and list; variance in its square
terms:  arm is call or hold_out; a person on two months' lists counts twice
rules:  lists whose ninety days are over; who was to be called counts as called, reached or not
*/
with settled as (
    select trials.as_of, trials.customer_id, trials.arm, people.person_no
    from history.call_trials as trials
    inner join marts.people on people.customer_id = trials.customer_id
    where trials.as_of + 90 <= getvariable('as_of')
),

spent as (
    select settled.as_of, settled.customer_id, settled.arm, coalesce(sum(cast(bought.goods as double)), 0) as sales
    from settled
    left join steps.purchase_sequence as bought
        on bought.person_no = settled.person_no
        and bought.purchased_on > settled.as_of
        and bought.purchased_on <= settled.as_of + 90
    group by settled.as_of, settled.customer_id, settled.arm
)

select
    arm,
    count(*) as people,
    count(case when sales > 0 then 1 end) as buyers,
    avg(sales) as sales_mean,
    coalesce(var_samp(sales), 0) as sales_variance
from spent
group by arm
