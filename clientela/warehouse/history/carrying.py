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
from clientela.warehouse.history.changes import COLUMNS, NUMBERS, number
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

ROWS: Final = "carry.told"
"""The same rows, whose ids may be numbers: ``was_fan`` says who was a fan at the month end before."""

CHANGED: Final = "carry.changed"
"""Those of whom the month end before said something else, or nothing: ``told_no`` and what is said."""

GONE: Final = "carry.gone"
"""``told_no`` of whom the month end before said something and this one does not."""

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
VIEWS: Final = ("marts.people", "marts.activity")
"""What is read of steps.standing, which shows the carried rows."""

STATE: Final = (
    *("person_no", "customer_id", "kind = 'b2b' as is_b2b", "first_seen_on", "purchases"),
    *("first_purchase_on", "last_purchase_on", "first_open_day", "last_open_day", "revenue_12m"),
)
"""What is carried of everybody, from columns of ``steps.judged``."""

VERDICT: Final = ("silent_days", "silence_allowed_days", "lost_kind", "is_late")
"""What the day says of everybody."""

RECORDS: Final = {
    "is_known": "true",
    "has_veto": "false",
    "exclusion": "cast(null as varchar)",
    "ending": "cast(null as varchar)",
}
"""What customer records say of everybody, and what holds where there are none."""


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
        self._is_shown = False
        self._held: set[str] = set()

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
        build(self._db, self._settings, day, targets=TARGETS, reuse=True, held=self._held)
        self._db.execute(
            "create or replace view carry.former as select *, null as lost_kind, null as is_late, "
            "cast(null as double) as fan_score from steps.last_snapshot"
        )
        self._keep(ROWS, "told")
        self._db.execute(
            f"create or replace view {TOLD} as select customer_id, {', '.join(COLUMNS)} from {ROWS}"
        )

    def _prepare(self) -> tuple[str, ...]:
        """Make everybody's row from the models that stand; return the kinds that later dates need."""
        db = self._db
        varying = tuple(kind for kind, (tables, _models) in SMALL.items() if self._has_rows(tables))
        # From here on a person is their place among the ids: shorter to join and to sort by.
        self._keep("carry.ids", "ids")
        number(db, "carry.ids")
        db.execute(
            "create or replace table carry.names as select ids.*, people.told_no from carry.ids "
            f"inner join ({NUMBERS}) as people on people.customer_id = ids.customer_id"
        )
        for name in ("everybody", "bought", "waits", "money"):
            self._keep(f"carry.{name}", name)
        vary = "true" if "people" in varying else "false"
        db.execute(f"set variable people_vary = {vary}")
        db.execute(f"create or replace view carry.persons as from steps.persons where {vary}")
        # Nobody is told of before they are seen, unless customer records say who is known.
        later = f"not {vary} and (first_seen_on > getvariable('as_of') or first_seen_on is null)"
        db.execute(f"create or replace table carry.unseen as from carry.everybody where {later}")
        db.execute(f"delete from carry.everybody where {later}")
        db.execute(
            "create or replace table carry.told as select place as customer_id, told.* exclude (customer_id) "
            "from carry.told inner join carry.names on names.customer_id = told.customer_id"
        )
        self._show(varying)
        return varying

    def _judge(self, varying: tuple[str, ...]) -> None:
        """Make everybody's row of the month end, by the model that judges them."""
        db, given = self._db, tuple(RECORDS) if "people" in varying else ()
        rows = f"({query('month')}) as standing"
        judged = model("steps.judged").sql.replace("from steps.standing", f"from {rows}")
        columns = ", ".join((*STATE, *VERDICT, *given))
        db.execute(f"create or replace table carry.month as select {columns} from ({judged})")
        db.execute("drop table carry.everybody")
        db.execute("alter table carry.month rename to everybody")
        if self._is_shown:
            return
        self._is_shown = True
        others = "".join(f", {value} as {name}" for name, value in RECORDS.items() if name not in given)
        db.execute(
            "create or replace view steps.judged as select *, "
            f"case when is_b2b then 'b2b' else 'consumer' end as kind{others} from carry.everybody"
        )
        db.execute("drop table steps.standing")
        db.execute(f"create view steps.standing as\n{query('standing')}")
        for name in VIEWS:
            create_model(db, model(name))

    def _show(self, varying: tuple[str, ...]) -> None:
        """Show to whoever writes it down what is said."""
        db, columns = self._db, ", ".join(COLUMNS)
        db.execute("create or replace table carry.before as from carry.told")
        db.execute("create or replace view carry.former as from carry.before")
        named = "inner join carry.names on names.place = {0}.customer_id"
        db.execute(
            f"create or replace view {TOLD} as select names.customer_id, {columns} "
            f"from {ROWS} {named.format('told')}"
        )
        db.execute(
            f"create or replace view {CHANGED} as select names.told_no, {columns} "
            f"from {ROWS} {named.format('told')} where told.is_changed"
        )
        # Who has once been seen is told of from then on, unless customer records say otherwise.
        asked = "anti join carry.told on told.customer_id = before.customer_id"
        db.execute(
            f"create or replace view {GONE} as select names.told_no from carry.before "
            f"{named.format('before')} {asked if 'people' in varying else 'where false'}"
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
        self._make_all(RHYTHM)
        self._judge(varying)
        for kind in varying:
            if kind not in FIRST:
                self._make_all(SMALL[kind][1])
        self._make_all(("steps.fan_candidates",))
        scores = model("marts.fan_scores").sql
        # Of its columns only those asked for are computed.
        db.execute(
            f"create or replace table marts.fan_scores as select person_no, score, is_fan from ({scores})"
        )
        db.execute("drop table carry.before")
        db.execute("alter table carry.told rename to before")
        self._keep(ROWS, "told")

    def _make_all(self, names: tuple[str, ...]) -> None:
        """Make tables that models read, by the query that carries them or by their models."""
        for name in names:
            if name in OWN:
                self._keep(name, name.split(".")[1])
            else:
                create_model(self._db, model(name))
