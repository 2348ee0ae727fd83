/*
What the report of this date wrote down before the future came.

grain:  as_of
inputs: history.prediction_sets
stored: view
units:  expected_silent counts people, expected_purchases purchase days of the horizon; sales in the shop's currency
terms:  tier is how P(silent) is made: rule, table, model or mixed; sha256 is the hash of the stored rows;
        expected_next_month is the next calendar month's sales, from the customers known, next_month_low and _high as far
        off as the months before were on average
rules:  no row where no report of the date has been made
*/
select
    as_of,
    horizon_days,
    as_of + horizon_days as ends_on,
    tier,
    people,
    expected_silent,
    expected_purchases,
    expected_sales,
    expected_next_month,
    sha256,
    next_month_low,
    next_month_high
from history.prediction_sets
where as_of = getvariable('as_of')
