/*
All gaps between purchases taken together.

grain:  one row
inputs: marts.activity
units:  open_days is the sum of t_x and repeats the sum of x (marts.purchase_rhythm); people have bought twice or more
*/
select
    sum(last_open_day - first_open_day) as open_days,
    sum(purchases - 1) as repeats,
    count(*) as people
from marts.activity
where purchases >= 2
