/*
How often each person buys, and how late they are against their own rhythm.

grain:  person_no
inputs: steps.judged
stored: view
units:  days are open days; rhythm_p and chance are probabilities, 0 to 1
terms:  purchases - 1 is x and last - first is t_x in Fader, Hardie & Lee (2005); silent_days is s;
        chance = ((alpha + t_x) / (alpha + t_x + s)) ^ (r + x), the chance that somebody with this history who
        still buys is silent for so long: gaps exponential, their rate gamma-distributed over the shop
rules:  rhythm_p and both limits are null before the second purchase (a one-time buyer is never late);
        limits lie between the floors and the ceiling; a seasonal buyer (gap of about a year) is not late before
        1.05 of the own gap; mode = simple replaces the limits by 2 and 3 own gaps
*/
select
    person_no,
    purchases,
    first_purchase_on,
    last_purchase_on,
    first_open_day,
    last_open_day,
    silent_days,
    own_gap_days,
    expected_gap_days,
    chance,
    rhythm_p,
    late_after_days,
    silence_allowed_days,
    is_seasonal
from steps.judged
where purchases > 0
