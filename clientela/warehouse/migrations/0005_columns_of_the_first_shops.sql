/*
What was added to earlier migrations after shops had been made with them; nothing where it is there already.
*/

alter table history.prediction_sets add column if not exists next_month_low decimal(18, 2);
alter table history.prediction_sets add column if not exists next_month_high decimal(18, 2);
