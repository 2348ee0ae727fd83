/*
One fictional shop at 31 October 2026: 1,923 people, 418 of them active. Every name is invented.
*/
insert into marts.report_date values (
    '2026-10-31', '2026-10-01', '2026-09-30', '2025-10-31', '2023-11-02', '2026-10-31', false, 'EUR',
    1923, 1207, 14862, 214318.40, 0.872, 5120, 31450.75
);
insert into marts.shop_rhythm values (41.3, 82.6, 0.20, 0.05, 14, 730, 173, 'own', 812, 96, false, 0.18);
insert into marts.category_totals values
    ('potential', 1, 140, 0.0728, 0.00, 0.0, 140, null),
    ('prospect', 2, 512, 0.2663, 0.00, 0.0, 498, 430),
    ('lost', 3, 789, 0.4103, 28114.20, 0.1504, 771, 702),
    ('referral', 4, 64, 0.0333, 0.00, 0.0, 57, 31),
    ('buyer', 5, 96, 0.0499, 9120.50, 0.0488, 104, 88),
    ('customer', 6, 264, 0.1373, 77530.90, 0.4149, 258, 249),
    ('fan', 7, 58, 0.0302, 72117.05, 0.3859, 61, 52);
insert into marts.category_history
select last_day(date '2025-10-01' + to_months(m::integer)), category,
    cast(people - round((12 - m) * slope + 6 * sin(m * 1.3 + position)) * (m < 12)::integer as bigint),
    cast(revenue_12m * (0.9 + m * 0.1 / 12) as decimal(18, 2))
from marts.category_totals, range(13) months(m),
    (values ('potential', 0.0), ('prospect', 6.5), ('lost', 7.0), ('referral', 2.6), ('buyer', 0.6),
        ('customer', 1.2), ('fan', 0.4)) slopes(name, slope)
where category = name;
insert into marts.movement_matrix
select *, if(from_category = 'outside', 0, coalesce(revenue_12m, 0)) from (values
    ('potential', 'potential', 131, 0), ('potential', 'prospect', 7, 0), ('potential', 'buyer', 2, 88.00),
    ('prospect', 'prospect', 488, 0), ('prospect', 'buyer', 8, 510.20), ('prospect', 'outside', 2, 0),
    ('lost', 'lost', 757, 23020.00), ('lost', 'customer', 11, 3010.40), ('lost', 'fan', 1, 720.00),
    ('lost', 'outside', 2, 0),
    ('referral', 'referral', 50, 0), ('referral', 'buyer', 7, 402.10),
    ('buyer', 'buyer', 79, 7120.20), ('buyer', 'customer', 10, 2100.00), ('buyer', 'lost', 15, 980.40),
    ('customer', 'customer', 234, 68000.00), ('customer', 'lost', 15, 3254.20), ('customer', 'fan', 8, 9010.00),
    ('customer', 'outside', 1, 0),
    ('fan', 'fan', 49, 62387.05), ('fan', 'customer', 9, 4420.50), ('fan', 'lost', 2, 1859.60),
    ('fan', 'outside', 1, 0),
    ('outside', 'potential', 9, 0), ('outside', 'prospect', 17, 0), ('outside', 'referral', 14, 0)) as moved (from_category, to_category, people, revenue_12m);
insert into marts.movement_steps values
    (1, 'start', 424, 157090.00, false), (2, 'late_rows', -1, -50.00, true), (3, 'rule_change', 0, 0, true),
    (4, 'late_rows_and_rule_change', 0, 0, true), (5, 'first_purchase', 17, 1000.30, false),
    (6, 'won_back', 12, 3730.40, false), (7, 'lost', -32, -6094.20, false), (8, 'refunds', 0, -120.00, true),
    (9, 'merges', -1, 0, true), (10, 'other', -1, -41.20, true), (11, 'stayed', 0, 3253.15, false),
    (12, 'end', 418, 158768.45, false);
insert into marts.restated_months values
    ('2026-09-30', 1, null, 424, 157090.00, null, null),
    ('2026-09-30', 2, 'late_rows', 423, 157040.00, -1, -50.00);
insert into marts.movers values
    (1, 'C-0107', 'Rosa D''Amico', 'fan', 'lost', 1480.00, 19, 122, 17.4, 'rhythm', false),
    (2, 'C-0311', 'Trattoria Al Pozzo S.n.c.', 'customer', 'fan', 1312.50, 41, 6, 9.1, null, false),
    (3, 'C-0204', 'Gianni Venturi', 'fan', 'customer', 1104.00, 14, 33, 28.0, null, false),
    (4, 'C-0419', 'Paola Sanna', 'lost', 'customer', 812.40, 6, 4, 61.2, null, false),
    (5, 'C-0660', 'Luca Marchetti', 'customer', 'lost', 640.00, 7, 171, 40.5, 'rhythm', false),
    (6, 'C-0052', 'Elena Bruni', 'lost', 'fan', 590.20, 12, 2, 30.1, null, false),
    (7, 'C-1210', 'Davide Colombo', 'buyer', 'customer', 402.00, 2, 9, 22.0, null, false),
    (8, 'C-1433', 'Marta Ferri', 'referral', 'buyer', 188.00, 1, 12, null, null, false),
    (9, 'C-0977', 'Ivan Petrov', 'buyer', 'lost', 164.90, 1, 174, null, 'after_first', false),
    (10, 'C-1502', 'Noemi Galli', 'outside', 'buyer', 149.00, 1, 8, null, null, false);

create temp table first_names as select unnest([
    'Anna', 'Marco', 'Giulia', 'Luca', 'Sara', 'Paolo', 'Elena', 'Davide', 'Chiara', 'Matteo', 'Francesca',
    'Andrea', 'Marta', 'Stefano', 'Silvia', 'Giorgio', 'Laura', 'Pietro', 'Nadia', 'Ugo', 'Irene', 'Fabio',
    'Teresa']) as word, generate_subscripts([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23], 1) - 1 as i;
create temp table last_names as select unnest([
    'Bruni', 'Rossi', 'De Santis', 'Moretti', 'Ferri', 'Colombo', 'Galli', 'Conti', 'Sanna', 'Villa', 'Greco',
    'Marchetti', 'Esposito', 'Fontana', 'Serra', 'Lombardi', 'Pellegrini', 'Costa', 'D''Amico']) as word,
    generate_subscripts([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19], 1) - 1 as i;

insert into marts.call_list
with base as (
    select i, 18 + (i * 7) % 45 + i * 0.3 as gap, (i % 9) + 2 as purchases,
        round(1250 / (1 + i * 0.16), 2) + (i * 37 % 90) as revenue
    from range(63) r(i)
), silence as (
    select *, if(i < 44, 1.7 + (i * 5 % 11) * 0.13, 3.2 + (i % 5) * 0.2) as ratio from base
)
select
    s.i + 1, printf('C-%04d', s.i + 1), f.word || ' ' || l.word, printf('+39 333 %07d', 1204400 + s.i * 7919),
    if(s.i % 3 = 0, null, lower(f.word) || printf('%d@posta.example', s.i)), if(s.i < 44, 'late', 'lost'),
    case when s.i >= 44 then 'lost' else 'customer' end, purchases,
    date '2026-10-31' - cast(gap * ratio as integer), if(s.i = 9, null, gap), cast(gap * ratio as integer),
    gap * 1.6, gap * 2.9, if(s.i < 44, 0.052 + (s.i * 29 % 20) * 0.0072, 0.012 + (s.i % 7) * 0.005),
    cast(revenue as decimal(18, 2)), cast(revenue * 0.88 as decimal(18, 2)),
    case s.i % 4 when 0 then 'yes' when 3 then 'no' else 'ask' end, s.i % 3 = 1, if(s.i < 4, s.i + 1, null)
from silence s join first_names f on f.i = s.i % 23 join last_names l on l.i = (s.i * 5 + 3) % 19;

insert into marts.silent_best values
    (1, 'C-0001', null, true, 'fan', 'slower|smaller', 30.5, 48.2, 9, 9, 16, 15, 7.5, 465.40, 0.52, 242.88),
    (2, 'C-0002', null, true, 'former_fan', 'smaller', 23.34, 52.50, 8, 9, 7, 8, 7.5, 400.00, 0.5, 200.00),
    (3, 'C-0003', null, true, 'top_fifth', 'narrower', 40, 40, 3, 7, 7, 8, 7.5, 300.00, 0.5, 150.00),
    (4, 'C-0004', null, true, 'top_fifth', 'late', 40, 40, 5, 6, 7, 8, 7.5, 200.00, 0.5, 100.00);

insert into marts.customers
with people as (
    select category, position as c, row_number() over (order by position, k) as i, k
    from marts.category_totals, range(people) r(k)
)
select
    printf('C-%04d', people.i), f.word || ' ' || l.word, if(k % 17 = 5, 'company', 'consumer'), category,
    case
        when category = 'customer' and k < 9 then 'late'
        when category = 'customer' and k < 20 then 'near_fan'
        when category = 'fan' and k % 5 = 1 then 'connector|promoter'
        when category = 'lost' and k % 6 = 0 then 'do_not_contact'
        when category = 'prospect' and k % 9 = 4 then 'stale' else '' end,
    case category when 'lost' then 1 + k % 8 when 'buyer' then 1 when 'customer' then 2 + k % 14 when 'fan' then 8 + k % 30 else 0 end,
    if(category in ('lost', 'buyer', 'customer', 'fan'), date '2026-10-31' - cast(if(category = 'buyer', 4 + k % 160, 400 + k % 300) as integer), null),
    if(category in ('lost', 'buyer', 'customer', 'fan'), date '2026-10-31' - cast(case category when 'lost' then 190 + k % 300 when 'buyer' then 4 + k % 160 else 3 + k * 3 % 70 end as integer), null),
    date '2026-10-31' - cast(10 + k * 3 % 600 as integer),
    case category when 'lost' then 190 + k % 300 when 'buyer' then 4 + k % 160 when 'customer' then 3 + k * 3 % 70 when 'fan' then 3 + k * 3 % 70 end,
    if(category in ('customer', 'fan') or (category = 'lost' and k % 8 > 0), 14 + k * 11 % 60 + 0.5, null),
    if(category in ('customer', 'fan'), 20 + k % 40, null), if(category in ('customer', 'fan'), 60.0, null),
    if(category in ('customer', 'fan'), 110.0, null), if(category in ('customer', 'fan'), 0.4, null),
    cast(if(c in (3, 5, 6, 7), 2400 / (1 + k * 0.06), 0) as decimal(18, 2)),
    cast(if(c in (5, 6, 7), 1300 / (1 + k * 0.06), 0) as decimal(18, 2)),
    if(category = 'lost', if(k % 8 = 0, 'after_first', 'rhythm'), null),
    if(category = 'lost', date '2026-10-31' - cast(10 + k % 200 as integer), null),
    if(category = 'lost', if(k < 30, date '2026-10-31', date '2026-08-31'), null),
    if(category = 'fan', 78 - k * 0.3, null),
    if(category = 'customer' and k between 9 and 19, ['tenure', 'min_purchases', 'recency', 'frequency', 'spend'][1 + k % 5], null),
    if(category = 'referral', 'C-1900', null), if(category = 'referral', (select 'Rosa ' || word from last_names where i = k % 19), null),
    if(k % 4 = 3, null, printf('+39 347 %07d', 2204400 + people.i * 331)),
    if(k % 3 = 0, lower(f.word) || printf('%d@posta.example', people.i), null),
    ['Modena', 'Carpi', 'Sassuolo', 'Formigine'][1 + k % 4], if(category = 'prospect', k < 40, null),
    if(category = 'buyer', k + 2, null), k + 1, true
from people join first_names f on f.i = people.i * 7 % 23 join last_names l on l.i = people.i * 3 % 19;

insert into marts.category_figures values
    ('potential', 1, 'named_people', 140, 'people', 140, true, null),
    ('prospect', 1, 'first_purchase_rate', 0.163, 'share', 498, true, null),
    ('prospect', 2, 'seeding_days', 38, 'days', 81, true, null),
    ('prospect', 3, 'warm_people', 40, 'people', 512, true, null),
    ('lost', 1, 'lost_this_month', 32, 'people', 423, true, null),
    ('lost', 2, 'revenue_lost_12m', 6094.20, 'eur', 32, true, null),
    ('lost', 3, 'contacted_share_90d', null, 'share', 0, false, 'no_touchpoints'),
    ('lost', 4, 'won_back_share', 0.121, 'share', 99, true, null),
    ('referral', 1, 'arrivals', 128, 'people', 128, true, null),
    ('referral', 2, 'conversion', 0.34, 'share', 50, true, null),
    ('referral', 3, 'days_to_first_purchase', 12, 'days', 17, true, null),
    ('buyer', 1, 'second_within_30d', 0.214, 'share', 402, true, null),
    ('buyer', 2, 'second_within_90d', 0.388, 'share', 371, true, null),
    ('buyer', 3, 'second_within_window', 0.467, 'share', 310, true, null),
    ('buyer', 4, 'days_left_median', 74, 'days', 96, true, null),
    ('customer', 1, 'third_after_second', 0.612, 'share', 188, true, null),
    ('customer', 2, 'fourth_after_third', 0.70, 'share', 6, true, null),
    ('customer', 3, 'typical_gap_days', 33, 'days', 264, true, null),
    ('fan', 1, 'fan_share_of_base', 0.18, 'share', 322, true, null),
    ('fan', 2, 'revenue_share', 0.3859, 'share', 58, true, null),
    ('fan', 3, 'referred_per_fan', 1.3, 'count', 58, true, null),
    ('fan', 4, 'passed_gates', 171, 'people', 322, true, null);
insert into marts.batches values
    (1, '2026-01-08 09:12:00', 'customers', 'clienti.csv', 1923, 1921, 0, 0, 0, 2, 0),
    (2, '2026-01-08 09:12:30', 'orders', 'vendite-2023-2025.csv', 11204, 11190, 0, 0, 2, 12, 141120.10),
    (3, '2026-08-03 08:40:00', 'orders', 'vendite-2026-1.xlsx', 2650, 2401, 249, 0, 0, 0, 33004.00),
    (4, '2026-11-02 08:31:00', 'orders', 'vendite-2026-2.xlsx', 1304, 1271, 30, 0, 1, 2, 19870.55),
    (5, '2026-11-02 08:32:00', 'touchpoints', 'contatti.csv', 804, 804, 0, 0, 0, 0, 0);
insert into marts.refused_reasons values
    ('customers', 'quarantined', 'duplicate_key', 2, 0), ('orders', 'quarantined', 'unreadable_date', 9, 412.30),
    ('orders', 'quarantined', 'unreadable_amount', 5, 0), ('orders', 'set_aside', 'total_row', 3, 33004.00);
insert into marts.receipts_by_day
select day::date, if(closed or dayofweek(day) = 0 or day::date between '2026-03-10' and '2026-03-13', 0,
        14 + (dayofyear(day) * 7919) % 13 + if(dayofweek(day) = 6, 14, 0) + if(month(day) = 12, 12, 0)), 0, closed
from (select day, day::date between '2026-08-09' and '2026-08-23' as closed
      from range(timestamp '2025-10-01', timestamp '2026-11-01', interval 1 day) d(day));
update marts.receipts_by_day set revenue = receipts * 14.4;
insert into marts.restatements values ('2026-09-30', 'customer', 256, 258, 'late_rows'),
    ('2026-09-30', 'lost', 773, 771, 'late_rows');
insert into marts.data_checks values ('duplicates_joined', 41), ('proposed_joins', 7), ('poisoned_keys', 2),
    ('anonymous_receipts', 5120), ('orders_without_amount', 5), ('refunds_unnamed', 18), ('future_rows', 0);
insert into marts.category_figures values
    ('referral', 4, 'links_given', 70, 'people', 70, true, null),
    ('fan', 5, 'fans_with_link', 38, 'people', 58, true, null),
    ('fan', 6, 'rewards_due', 40, 'eur', 4, true, null);
insert into marts.fan_list
select
    customer_id, list_position, is_listed, name, phone, email, purchases, own_gap_days, revenue_12m,
    if(list_position % 3 = 0, null, 7 + list_position % 4),
    if(list_position % 3 = 1, null, printf('https://negozio.example/r/AbCdEf%02d', list_position)),
    if(list_position % 3 = 1, null, printf('7K3F%02d', list_position + 20)),
    if(list_position % 4 = 2, 2, 0), if(list_position % 4 = 2, 1, 0), if(list_position % 4 = 2, 120.50, 0),
    if(list_position in (2, 6, 10, 14), 1, 0), if(list_position in (2, 6, 10, 14), 10, 0),
    if(list_position in (2, 6), 1, 0), if(list_position in (2, 6, 10, 14), date '2026-08-20', null)
from marts.customers where category = 'fan';
insert into marts.rewards
select
    'W' || list_position, 'R' || list_position, customer_id, name, phone, email, true, 'Marta Ferri', 10, 'approved',
    '2026-08-06', due_on, true, overdue > 0, 72
from marts.fan_list where owed > 0;
insert into marts.broken_promises
select customer_id, name, 'fan', revenue_12m, 'reward', 72, 10, null, null from marts.fan_list where overdue > 0
union all
select customer_id, name, category, revenue_12m, 'answer', 12, null, 6, 9 from marts.customers
where category = 'customer' and list_position <= 3
union all
select customer_id, name, category, revenue_12m, 'complaint', 15, null, null, null from marts.customers
where category = 'fan' and list_position = 9;
insert into marts.referral_steps values
    ('links', 1, 70), ('opened', 2, 310), ('arrived', 3, 128), ('bought', 4, 64), ('customers', 5, 40);
insert into marts.referral_generations values
    (1, 90, 48, 30, 6120.00, 2448.00, 480.00, 1968.00), (2, 38, 16, 10, 1480.50, 592.20, 160.00, 432.20);
insert into marts.referral_growth values ('2024-09-02', 412, 33, 33 / 412.0, 0.014, 412 / 379.0);
insert into marts.referred_against_others values
    ('others', 640, 182.40, 165.20, 199.60, 410, 0.412, 0.371, 0.455, 380),
    ('referred', 64, 231.75, 204.10, 259.40, 41, 0.55, 0.42, 0.68, 19);
insert into marts.referral_participation values ('customer', 264, 32, 21, 14), ('fan', 58, 38, 15, 15);
insert into marts.referral_origin_totals values
    ('potential', 1, 0), ('prospect', 2, 0), ('lost', 3, 18), ('referral', 4, 64), ('buyer', 5, 12), ('customer', 6, 25),
    ('fan', 7, 9);
insert into marts.concentration values (418, 158768.45, 84, 0.612, 0.548, 0.0093);
insert into marts.concentration_curve
select s, s / 20.0, 1 - pow(1 - s / 20.0, 4) from range(1, 21) steps(s);
insert into marts.recommendations values
    ('2025-11-01', 6, 4, 1, 1, 50, -11.1, 95.2), ('2026-05-01', 24, 12, 8, 4, 33.33, 3.8, 56.5),
    ('2026-10-01', 100, 50, 33, 17, 33, 17.5, 46.6);
