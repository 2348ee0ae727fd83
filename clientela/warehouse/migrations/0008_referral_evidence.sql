/*
Claims say what stands behind them: raw.referrals shows evidence and shown_on. Stored tables grow a column when a file
brings it, and the views over them are made anew after every step; so there is nothing else to do here.
*/

select 1;
