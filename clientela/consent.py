"""What somebody may say yes or no to, as files, server and sales files all word it."""

from __future__ import annotations

from typing import Final, Literal, get_args

Action = Literal["grant", "withdraw", "object", "soft_spam_notice"]
"""``soft_spam_notice``: told of messages on what they bought, and not against it."""

ACTIONS: Final[tuple[str, ...]] = get_args(Action)

PURPOSES: Final = ("marketing", "profiling", "survey", "email_tracking", "third_party")

ANY: Final = "any"
"""The channel that speaks for every channel."""

CHANNELS: Final = ("email", "sms", "whatsapp", "phone", "post", ANY)
