/*
What came of the calls, as the owner noted it.

grain:  as_of, customer_id
inputs: history.call_outcomes
stored: view
units:  euros in the shop's currency
terms:  as_of is the month end of the call list; outcome is bought, reached, no_answer, refused or wrong_number
rules:  the newest note of a month and customer; of two at one instant the first by alphabet
*/
with placed as (
    select
        as_of,
        customer_id,
        outcome,
        euros,
        row_number() over (partition by as_of, customer_id order by noted_at desc, outcome, euros) as place
    from history.call_outcomes
    where as_of <= getvariable('as_of')
)

select as_of, customer_id, outcome, euros
from placed
where place = 1
