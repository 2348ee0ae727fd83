/*
By how many days after the first purchase the second one comes: this quarter's new people, and those of a year ago.

grain:  series, days
inputs: marts.ladder_survival
units:  days are open days, 0 to 91; returned_share, low and high are 0 to 1
terms:  series is now (first purchases of the last three months) or year_ago (of the same months a year before)
rules:  a series ends where fewer than 20 people are still waiting
*/
select
    member as series,
    days,
    returned,
    at_risk,
    people,
    returned_share,
    low,
    high
from marts.ladder_survival
where kind = 'quarter' and days <= 91 and at_risk >= 20
