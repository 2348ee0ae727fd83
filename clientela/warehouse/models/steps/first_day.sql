/*
The first day on which anything was sold, later dates included.

grain:  one row
inputs: staging.documents
*/
select min(ordered_on) as first_day
from staging.documents
