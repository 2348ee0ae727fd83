/*
How likely each customer is to buy nothing next, where the model has proved better than the rule.

grain:  customer_id
inputs: history.predictions, history.prediction_sets
stored: view
units:  p_silent is a probability, 0 to 1; sales of the horizon in the shop's currency
rules:  the predictions of the report of this date; empty before it is made, and where the back-test chose rule or table
*/
select
    said.customer_id,
    cast(said.p_silent as double) as p_silent,
    said.expected_sales
from history.predictions as said
inner join history.prediction_sets as sets on sets.as_of = said.as_of
where said.as_of = getvariable('as_of') and sets.tier in ('model', 'mixed')
