/*
The version of each month end that holds: what its report said last.

grain:  as_of
inputs: history.snapshots
stored: view
terms:  version 1 is what was said first; each later one is a restatement
*/
select as_of, max(version) as version
from history.snapshots
group by as_of
