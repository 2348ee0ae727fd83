/*
Said and happened by tenths of the scale of probability, over the month ends of the report card.

grain:  place
inputs: history.graded_bins, marts.report_card
units:  predicted and happened are shares, 0 to 1; people counts each month end's
terms:  predicted is the mean chance given of buying nothing for ninety days, happened the part that bought nothing;
        cases is people / 3, since ninety days cover three month ends: the interval is Wilson's (1927) for so many
*/
with pooled as (
    select
        bins.place,
        sum(bins.people) as people,
        sum(bins.people * bins.predicted) / sum(bins.people) as predicted,
        sum(bins.people * bins.happened) / sum(bins.people) as happened
    from history.graded_bins as bins
    inner join marts.report_card as card on card.predicted_on = bins.as_of and card.way = bins.way
    where bins.horizon_days = 90
    group by bins.place
),

months as (
    select least(count(*), 3) as overlapping
    from marts.report_card
),

counted as (
    select pooled.*, cast(pooled.people as double) / months.overlapping as cases
    from pooled
    cross join months
)

select
    place,
    cast(people as bigint) as people,
    predicted,
    happened,
    wilson_low(happened, cases) as low,
    wilson_high(happened, cases) as high
from counted
order by place
