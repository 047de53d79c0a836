"""Whatever a program tries with plain SQL: the database itself refuses to break the promise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from tests.cast import TUESDAY, Business
from tests.proof.breaches import CHECKS, GUARDS, KEYS, UNIQUE, Breach
from trellis.conversations.models import Message
from trellis.core.ids import new_id
from trellis.journeys import guards
from trellis.journeys.actions import assign_journey, close_journey, move_journey, park_journey, release_user
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Handover, Journey, Playbook, Stage, StageVisit, Task
from trellis.journeys.publish import pack, publish_playbook
from trellis.people.actions import add_tags
from trellis.people.models import Tag
from trellis.team.actions.people import create_user

SOON, LATER = TUESDAY + timedelta(minutes=2), TUESDAY + timedelta(days=40)


@dataclass
class Ground:
    """Journeys in every state, and the values that the breaches are written with."""

    values: dict[str, str]

    def sql(self, statement: str) -> str:
        return statement.format(**self.values)


@pytest.fixture
def ground(ridgeline: Business) -> Ground:
    """One journey that is open, one that moved on, one that rests, one that is over, one on offer; Priya has left."""
    open_, moved, parked, closed = (
        ridgeline.lead(ridgeline.contact(f"Lead {n}", f"{n}@example.com"), at=TUESDAY) for n in range(4)
    )
    move_journey(moved, stage="booked", by=ridgeline.maya, at=SOON)
    park_journey(parked, until=LATER, reason="Not before July", by=ridgeline.maya, at=SOON)
    close_journey(closed, outcome="lost", reason="Too far away", by=ridgeline.maya, at=SOON)
    release_user(ridgeline.priya, by=ridgeline.maya, at=SOON)
    publish_playbook(pack("storm-and-repair").replace("by: round_robin", "accept: 2h"), by=ridgeline.maya, at=SOON)
    offer = offered(ridgeline)
    for journey in (open_, moved, parked, closed):
        journey.refresh_from_db()
    add_tags(open_.contact, ["storm", "Hail"], at=SOON)
    done = Task.objects.filter(journey=moved).exclude(status="open").latest("id")
    rows: dict[str, Any] = {"open": open_.pk, "moved": moved.pk, "parked": parked.pk, "closed": closed.pk}
    rows |= {"lead_task": open_.next_task_id, "wake_task": parked.next_task_id, "other_task": moved.next_task_id}
    rows |= {"later_task": open_.tasks.get(rule_id="nudge").pk, "done_task": done.pk, "stage": open_.stage_id}
    rows |= {"maya": open_.owner_id, "gone": ridgeline.priya.pk, "nothing": new_id()}
    rows |= {"other_due": moved.due_at, "done_due": done.due_at}
    rows |= {"offer": offer.pk, "taker": offer.taker_id}
    values = {name: literal(value) for name, value in rows.items()}
    values["second_offer"] = copy(offer, id=literal(new_id()))
    lives = {"id": literal(new_id()), "lapsed_at": "NULL", "taker_id": values["gone"]}
    values["offer_to_gone"] = copy(offer, **lives)
    fresh = literal(new_id())
    values["copy_of_open"] = copy(open_, id=fresh)
    values["task_of_a_new"] = copy(open_.tasks.get(pk=open_.next_task_id), id=values["nothing"], journey_id=fresh)
    values["new_of_gone"] = copy(open_, id=fresh, next_task_id=values["nothing"], owner_id=values["gone"])
    assert audit()["violations"] == 0
    return Ground(values)


def offered(ridgeline: Business) -> Handover:
    """Maya offers a lead of hers to Nia, who has nothing yet."""
    nia = create_user(name="Nia Doe", email="nia@ridgeline.example", role="sales", by=None, at=TUESDAY)
    journey = ridgeline.lead(ridgeline.contact("Lead 5", "5@example.com"), at=SOON)
    assign_journey(journey, owner=ridgeline.maya, by=ridgeline.maya, at=SOON)
    assign_journey(journey, owner=nia, by=ridgeline.maya, at=SOON)
    return Handover.objects.get(journey=journey)


def literal(value: Any) -> str:
    """The value as this database reads it in SQL."""
    field: models.Field[Any, Any] = models.UUIDField() if hasattr(value, "hex") else models.DateTimeField()
    return f"'{field.get_db_prep_value(value, connection)}'"


def copy(row: models.Model, **changes: str) -> str:
    """An INSERT of the same row with some values changed."""
    columns = [field.column for field in row._meta.concrete_fields]
    quoted = [connection.ops.quote_name(column) for column in columns]
    chosen = [changes.get(column, name) for column, name in zip(columns, quoted, strict=True)]
    table = row._meta.db_table
    values = f"SELECT {', '.join(chosen)} FROM {table} WHERE id = {literal(row.pk)}"
    return f"INSERT INTO {table} ({', '.join(quoted)}) {values}"


def attempt(breach: Breach, ground: Ground) -> None:
    """Run it to its end, where the foreign keys are checked too."""
    with connection.cursor() as cursor:
        for statement in breach.statements:
            cursor.execute(ground.sql(statement))
    connection.check_constraints()


def refusal(breach: Breach, ground: Ground) -> str:
    """What the database says to it; empty when it lets it happen."""
    try:
        with transaction.atomic():
            attempt(breach, ground)
            transaction.set_rollback(True)
    except IntegrityError as refused:
        return str(refused)
    return ""


def test_no_attempt_gets_through(ground: Ground) -> None:
    for breach in (*CHECKS, *UNIQUE, *GUARDS, *KEYS):
        said = refusal(breach, ground)
        assert any(reason in said for reason in reasons(breach.defender)), f"{breach}: {said or 'it went through'}"


def reasons(defender: str) -> list[str]:
    """Words by which the database tells who refused. SQLite names the columns of a unique row, not its constraint."""
    if defender == "foreign key":
        return ["oreign key", "trellis guard"]
    sentences = [f"trellis guard: {guard.sentence}" for guard in guards.GUARDS if guard.name == defender]
    uniques = [
        f"{model._meta.db_table}.{model._meta.get_field(unique.fields[0]).column}"
        for model in (StageVisit, Clock, Message, Playbook, Stage, Handover, Tag)
        for unique in model._meta.constraints
        if unique.name == defender and isinstance(unique, models.UniqueConstraint)
    ]
    return sentences or [defender, *uniques]


def test_every_guard_and_every_constraint_of_the_spine_is_tried() -> None:
    tried = {breach.defender for breach in (*CHECKS, *UNIQUE, *GUARDS)}
    spine = {
        constraint.name
        for model in (Journey, Task, StageVisit, Clock, Handover)
        for constraint in model._meta.constraints
    }
    assert spine | {guard.name for guard in guards.GUARDS} <= tried


def test_without_its_guard_each_goes_through_and_the_auditor_sees_it(ground: Ground) -> None:
    """So a guard that is gone would not go unnoticed: neither by this suite nor in a business."""
    for breach in GUARDS:
        said, report = "", audit()
        try:
            with transaction.atomic():
                drop(breach.defender)
                let_through(breach, ground)
                report = audit()
                transaction.set_rollback(True)
        except IntegrityError as refused:
            said = str(refused)
        assert breach.also in said if breach.also else not said, f"{breach}: {said}"
        assert breach.also or report["guards"] == [breach.defender]
        assert not breach.audit or report["by_rule"][breach.audit] > 0, breach


def drop(guard: str) -> None:
    table = next(each.table for each in guards.GUARDS if each.name == guard)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE" if connection.vendor == "postgresql" else "SELECT 1")
        cursor.execute(f"DROP TRIGGER {guard}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
        cursor.execute("SET CONSTRAINTS ALL DEFERRED" if connection.vendor == "postgresql" else "SELECT 1")


def let_through(breach: Breach, ground: Ground) -> None:
    """What a foreign key would refuse at the end of the transaction is not what is asked here."""
    with connection.cursor() as cursor:
        for statement in breach.statements:
            cursor.execute(ground.sql(statement))


def test_without_its_constraint_each_goes_through_and_the_auditor_sees_it(ground: Ground) -> None:
    for breach in CHECKS:
        with without_check(breach.defender), transaction.atomic():
            let_through(breach, ground)
            report = audit()
            transaction.set_rollback(True)
        assert not breach.audit or report["by_rule"][breach.audit] > 0, breach


@contextmanager
def without_check(name: str) -> Iterator[None]:
    """The database as it would be without this constraint. SQLite can only look away from all of them."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = ON")
            yield
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        return
    model = next(
        model for model in (Journey, Task, Handover) if name in {each.name for each in model._meta.constraints}
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # PostgreSQL alters no table while checks of it are pending.
        cursor.execute(f"ALTER TABLE {model._meta.db_table} DROP CONSTRAINT {name}")
        yield
        transaction.set_rollback(True)


def test_a_guard_that_was_put_to_sleep_or_emptied_counts_as_missing(ridgeline: Business) -> None:
    guard = guards.GUARDS[0]
    for statement in SABOTAGE[connection.vendor]:
        with transaction.atomic():
            for part in statement.format(name=guard.name, table=guard.table).split(";;"):
                with connection.cursor() as cursor:
                    cursor.execute(part)
            assert guards.missing_guards() == [guard.name], statement
            transaction.set_rollback(True)
    assert guards.missing_guards() == []


SABOTAGE = {
    "sqlite": ["DROP TRIGGER {name};;CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN SELECT 1; END"],
    "postgresql": [
        "ALTER TABLE {table} DISABLE TRIGGER {name}",
        "ALTER TABLE {table} ENABLE REPLICA TRIGGER {name}",
        "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ],
}


def test_guards_are_there_again_after_every_migration(ridgeline: Business) -> None:
    guards.drop_guards()
    assert guards.missing_guards() == [guard.name for guard in guards.GUARDS]
    guards.install_guards()
    guards.install_guards()
    assert guards.missing_guards() == []
