"""Month ends one after the other: everybody's row is carried on from the month end before, not made anew.

The first month end of a run is what the models say of its day. From it on only what came since, and what left
the last 365 days, is added to the rows. What depends on the day in another way and concerns few (customer
records, answers, offers, debts, claims, refunded purchases) is built by its own model, where there is any.
Where accounts become one person as time goes on no row can be carried: the models are built at every date.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from clientela.settings.shop_settings import Settings
from clientela.warehouse.building.build import build, create_model
from clientela.warehouse.building.catalogue import model
from clientela.warehouse.building.parameters import set_variables
from clientela.warehouse.building.timeless import identity_is_timeless
from clientela.warehouse.history.changes import differ
from clientela.warehouse.history.queries_by_name import query

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TARGETS: Final = (
    "steps.judged",
    "marts.fan_scores",
    "steps.referral_origins",
    "steps.evidence",
    "steps.last_snapshot",
)
"""The models that a month end is made of."""

TOLD: Final = "carry.said"
"""What a month end says of everybody: ``customer_id`` and the columns of ``COLUMNS``."""

CHANGED: Final = "carry.changed"
"""Those of ``TOLD`` of whom the month end before said something else, or nothing."""

GONE: Final = "carry.gone"
"""``customer_id`` of whom the month end before said something and this one does not."""

SMALL: Final = {
    "people": (
        ("staging.customer_records", "staging.identity_links", "staging.referral_events"),
        ("steps.identity_keys",),
    ),
    "replayed": (("steps.replayed_people",), ("steps.replayed_purchases",)),
    "evidence": (("staging.person_records", "staging.other_orders", "steps.refunds"), ("steps.evidence",)),
    "answers": (("raw.surveys",), ("marts.answers",)),
    "offers": (("raw.coupons",), ("steps.offers",)),
    "overdue": (("raw.payments",), ("marts.overdue",)),
    "claims": (
        ("staging.referral_events", "staging.referral_codes", "staging.customer_records"),
        ("steps.referral_claims", "steps.referral_origins"),
    ),
}
"""Models that are built at every date where one of some tables has rows, each after what it reads."""

FIRST: Final = ("people", "replayed")
"""The kinds that everybody's row is made of; the others may ask for it."""

OWN: Final = ("steps.first_waits", "steps.repeat_gaps")
"""Tables that a carried month end fills in its own way, for the models that read them."""

RHYTHM: Final = ("marts.burn_in", *OWN, "steps.first_repeat_curve", "marts.shop_rhythm")
VIEWS: Final = ("marts.people", "marts.activity", "steps.judged")
"""What is read of steps.standing, which shows the carried rows."""


class MonthEnds:
    """The month ends of one run without a gap, oldest first, inside ``in_memory``."""

    def __init__(self, db: DuckDBPyConnection, settings: Settings, *, carried: bool = True) -> None:
        """Begin a run.

        Args:
            db: a connection whose shop's marts are up to date.
            settings: the shop's parameters.
            carried: whether rows are carried on where they can be; else the models are built at every date.
        """
        self._db = db
        self._settings = settings
        self._carried = carried and identity_is_timeless(db)
        self._former: date | None = None
        self._varying: tuple[str, ...] | None = None

    def tell(self, day: date) -> bool:
        """Make ``TOLD`` for the next month end of the run; tell whether also ``CHANGED`` and ``GONE``."""
        former, self._former = self._former, day
        if former is None or not self._carried:
            self._build(day)
            return False
        if self._varying is None:
            self._varying = self._prepare()
        self._carry(former, day, self._varying)
        return True

    def close(self) -> None:
        """Let go of the rows."""
        self._db.execute("drop schema if exists memory.carry cascade")

    def _build(self, day: date) -> None:
        """Tell a month end by the models of its day."""
        self._db.execute("create schema if not exists carry")
        build(self._db, self._settings, day, targets=TARGETS, reuse=True)
        self._db.execute("create or replace view carry.former as from steps.last_snapshot")
        self._keep("carry.told", "told")
        self._db.execute(f"create or replace view {TOLD} as from carry.told")

    def _prepare(self) -> tuple[str, ...]:
        """Make everybody's row from the models that stand; return the kinds that later dates need."""
        db = self._db
        varying = tuple(kind for kind, (tables, _models) in SMALL.items() if self._has_rows(tables))
        for name in ("everybody", "waits", "money"):
            self._keep(f"carry.{name}", name)
        vary = "true" if "people" in varying else "false"
        db.execute(f"set variable people_vary = {vary}")
        db.execute(f"create or replace view carry.persons as from steps.persons where {vary}")
        # From here on a person is their place among the ids: shorter to join and to sort by.
        db.execute(
            "create or replace table carry.names as "
            "select place, public_id as customer_id from carry.everybody "
            "inner join staging.accounts on account_no = person_no"
        )
        db.execute(
            "create or replace table carry.told as select place as customer_id, told.* exclude (customer_id) "
            "from carry.told inner join carry.names on names.customer_id = told.customer_id"
        )
        db.execute(
            f"create or replace view {TOLD} as select names.customer_id, told.* exclude (customer_id) "
            "from carry.told inner join carry.names on names.place = told.customer_id"
        )
        db.execute("drop table steps.standing")
        db.execute(f"create view steps.standing as\n{query('standing')}")
        for name in VIEWS:
            create_model(db, model(name))
        return varying

    def _compare(self) -> None:
        """Say how a month end differs from the one before it, ``carry.before``."""
        named = "inner join carry.names on names.place = {0}.customer_id"
        for relation, one, other, columns in (
            (CHANGED, "told", "before", "names.customer_id, told.* exclude (customer_id)"),
            (GONE, "before", "told", "names.customer_id"),
        ):
            also = f"or {differ(one, other)}" if relation == CHANGED else ""
            self._db.execute(
                f"create or replace view {relation} as select {columns} from carry.{one} {named.format(one)} "
                f"left join carry.{other} on {other}.customer_id = {one}.customer_id "
                f"where {other}.customer_id is null {also}"
            )

    def _has_rows(self, tables: tuple[str, ...]) -> bool:
        asked = " or ".join(f"exists (from {table})" for table in tables)
        return bool(self._db.execute(f"select {asked}").fetchall()[0][0])

    def _keep(self, table: str, name: str) -> None:
        """Store what a query selects."""
        self._db.execute(f"create or replace table {table} as\n{query(name)}")

    def _carry(self, former: date, day: date, varying: tuple[str, ...]) -> None:
        """Tell a month end by the rows of the one before it."""
        db = self._db
        set_variables(db, self._settings, day)
        db.execute(f"set variable former_as_of = date '{former}'")
        for kind in varying:
            if kind in FIRST:
                self._make_all(SMALL[kind][1])
        self._keep("carry.month", "month")
        db.execute("drop table carry.everybody")
        db.execute("alter table carry.month rename to everybody")
        self._make_all(RHYTHM)
        for kind in varying:
            if kind not in FIRST:
                self._make_all(SMALL[kind][1])
        self._make_all(("steps.fan_candidates",))
        scores = model("marts.fan_scores").sql
        # Of its columns only those asked for are computed.
        db.execute(
            f"create or replace table marts.fan_scores as select person_no, score, is_fan from ({scores})"
        )
        db.execute("drop view if exists carry.former")
        db.execute("drop table if exists carry.before")
        db.execute("alter table carry.told rename to before")
        db.execute(
            "create view carry.former as select customer_id, category, lost_on, times_lost "
            "from carry.before where category = 'lost' or times_lost > 0"
        )
        self._keep("carry.told", "told")
        self._compare()

    def _make_all(self, names: tuple[str, ...]) -> None:
        """Make tables that models read, by the query that carries them or by their models."""
        for name in names:
            if name in OWN:
                self._keep(name, name.split(".")[1])
            else:
                create_model(self._db, model(name))
