/*
What month ends say of people is kept as changes: a row stands from a month end until the person's next one.

history.category_snapshots becomes a view of it, with the rows that the table had.
*/

-- Who was ever told of, by a number that is shorter than the id.
create table history.told_people (
    told_no integer not null,
    customer_id varchar not null
);

-- What is said of a person at the month ends from as_of until before until_on, as far as their sayings are numbered
-- from said_no until before until_said_no. A restatement leaves what was said before: it has a later number.
create table history.category_spans (
    as_of date not null,
    until_on date not null,
    said_no integer not null,
    until_said_no integer not null,
    told_no integer not null,
    category varchar not null,
    lost_kind varchar,
    is_late boolean not null,
    lost_on date,
    times_lost integer not null,
    fan_score double,
    revenue_12m decimal(18, 4) not null
);

-- The number of each saying, a version of a month end, in the order in which they were said.
create table history.sayings (
    said_no integer not null,
    as_of date not null,
    version integer not null
);

insert into history.sayings
select cast(row_number() over (order by version, as_of) as integer), as_of, version
from history.snapshots;

insert into history.told_people
select cast(row_number() over (order by min(as_of), customer_id) as integer), customer_id
from history.category_snapshots
group by customer_id;

create temp table said as
with places as (
    select
        as_of, version, said_no,
        row_number() over (partition by version order by as_of) as place,
        count(*) over (partition by version) as places
    from history.sayings
)

select
    snapshots.as_of, snapshots.version, places.said_no, places.place, places.places, told_people.told_no,
    row(category, lost_kind, is_late, lost_on, times_lost, fan_score, revenue_12m) as said
from history.category_snapshots as snapshots
inner join history.told_people on told_people.customer_id = snapshots.customer_id
inner join places on places.as_of = snapshots.as_of and places.version = snapshots.version;

-- Whom an erasure has given one number where they had two: their rows stand one by one.
create temp table doubled as
select distinct told_no
from (select told_no from said group by told_no, as_of, version having count(*) > 1);

insert into history.category_spans
with followed as (
    select
        version, place, places, told_no, said,
        lag(place) over person as former_place,
        lag(said) over person as former,
        lead(place) over person as next_place
    from said
    where told_no not in (select told_no from doubled)
    window person as (partition by version, told_no order by place)
),

-- A person whom the next month end leaves out has none of its own there: the row before ends.
turns as (
    select version, place, told_no, said, true as is_said
    from followed
    where former_place is distinct from place - 1 or said is distinct from former
    union all
    select version, place + 1, told_no, null, false
    from followed
    where next_place is distinct from place + 1 and place < places
),

spans as (
    select *, lead(place) over (partition by version, told_no order by place) as until_place
    from turns
),

-- What was said last goes on; what it restates stands for its own sayings alone.
versions as (
    select
        version,
        min(said_no) as said_no,
        case when version = max(version) over () then 2147483647 else max(said_no) + 1 end as until_said_no
    from history.sayings
    group by version
),

days as (
    select version, as_of, row_number() over (partition by version order by as_of) as place
    from history.sayings
)

select
    days.as_of, coalesce(until_days.as_of, date '9999-12-31'), versions.said_no, versions.until_said_no, spans.told_no,
    unnest(spans.said)
from spans
inner join versions on versions.version = spans.version
inner join days on days.version = spans.version and days.place = spans.place
left join days as until_days on until_days.version = spans.version and until_days.place = spans.until_place
where spans.is_said;

insert into history.category_spans
select as_of, as_of + 1, said_no, said_no + 1, told_no, unnest(said)
from said
where told_no in (select told_no from doubled);

drop table temp.said;
drop table temp.doubled;
drop table history.category_snapshots;

-- Everybody at every month end, in every version: the rows that the table of before held.
create view history.category_snapshots as
select
    sayings.as_of, sayings.version, people.customer_id, spans.category, spans.lost_kind, spans.is_late, spans.lost_on,
    spans.times_lost, spans.fan_score, spans.revenue_12m
from history.sayings as sayings
inner join history.category_spans as spans
    on spans.as_of <= sayings.as_of
    and spans.until_on > sayings.as_of
    and spans.said_no <= sayings.said_no
    and spans.until_said_no > sayings.said_no
inner join history.told_people as people on people.told_no = spans.told_no;
