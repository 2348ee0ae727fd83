"""What claims brought, counted alike on every page: the sales files' word beats the till's.

Of a friend who bought at the till and brought everything back, the files say that nothing was bought; of
one who was a customer before, that nobody sent them. Where the files are silent, the till's word stands.
"""

from __future__ import annotations

from typing import Final

_DENIED: Final = """
(
    coalesce(outcomes.verdict, '')
    in ('existing_customer', 'self', 'circle', 'out_of_window', 'other_referrer')
    and (claims.assigned_at is null or outcomes.updated_at > claims.assigned_at)
)
"""
"""The files say that this member did not bring this friend, and the owner has not said otherwise since."""

_SPEAK: Final = """
(
    coalesce(outcomes.verdict, '') = 'refunded'
    or coalesce(outcomes.purchases, 0) > 0
    or coalesce(outcomes.revenue_cents, 0) <> 0
)
"""
"""The files know what the friend bought or brought back."""

BROUGHT: Final = f"""
select
    claims.claim_id, claims.member_id, claims.friend_key, claims.claimed_at, claims.friend_customer_id,
    case
        when claims.state <> 'bought' then 0
        when {_SPEAK} and coalesce(outcomes.purchases, 0) = 0 then 0
        else 1
    end as has_bought,
    case
        when claims.state <> 'bought' then 0
        when {_SPEAK} then outcomes.revenue_cents
        else coalesce(
            (
                select uses.amount_cents from redemptions as uses
                where uses.use_key = 'friend:' || claims.friend_key and uses.reversed_at is null
            ),
            0
        )
    end as spent_cents
from claims
left join outcomes on outcomes.claim_id = claims.claim_id
where claims.state in ('open', 'bought') and not {_DENIED}
"""
"""One row per friend and member who brings them: whether the friend has bought, and what they spent."""
