/*
The call list of this month divided in two: those to call, and the comparison group that is left alone.

grain:  customer_id
inputs: history.call_trials
stored: view
terms:  arm is call or hold_out; kind as in marts.call_list
rules:  empty unless the settings ask for a comparison group and the report of the month has been made
*/
select customer_id, arm, kind
from history.call_trials
where as_of = getvariable('as_of')
