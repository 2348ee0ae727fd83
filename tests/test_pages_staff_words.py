"""Every rule and state that the owner's page may have to name has its words."""

from __future__ import annotations

import re
from pathlib import Path

from clientela.referral_server.routes import owner_words

ROOT = Path(__file__).parent.parent


def test_every_rule_way_and_state_of_the_store_has_words() -> None:
    from clientela.loyalty.claims import fraud_rules
    from clientela.loyalty.people import likeness_rules

    rules = {rule.__name__ for rule in fraud_rules.RULES} | {fraud_rules.HOUSEHOLD.rule}
    rules |= {likeness_rules.SIMILAR_FAN.rule, likeness_rules.SIMILAR_BEFORE.rule}
    assert rules == set(owner_words.RULES)
    schema = (ROOT / "clientela" / "loyalty" / "store" / "migrations" / "0001_first_schema.sql").read_text(
        "utf-8"
    )
    states = re.search(r"create table claims .*?check \(state in \(([^)]*)\)", schema, re.DOTALL)
    assert states is not None
    assert set(re.findall(r"'(\w+)'", states[1])) == set(owner_words.STATES)
