/*
Equal purchase histories counted once.

grain:  repeats, recency_days, age_days
inputs: model_customers
units:  days are open days
terms:  new_customers counts those whose first purchase the files really hold; the model is fitted to them
*/
select
    repeats,
    recency_days,
    age_days,
    count(*) as customers,
    count(*) filter (where is_new) as new_customers
from model_customers
group by repeats, recency_days, age_days
order by repeats, recency_days, age_days
