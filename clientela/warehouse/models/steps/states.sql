/*
Each purchaser against the lost test: still here, late, or lost.

grain:  person_no
inputs: steps.judged
stored: view
units:  limit_days, the silence after which the person is lost, in open days
terms:  lost_kind is rhythm (own rhythm broken), after_first (never came back after one purchase) or ending
        (moved, deceased, closed, finished: not recoverable)
rules:  a one-time buyer is lost after the shop's first-repeat window; nobody is late and lost at once
*/
select person_no, limit_days, lost_kind, is_late
from steps.judged
where is_known and purchases > 0
