"""Triggers that refuse what CHECK constraints cannot see, on both databases.

They are not migrations: remaking a table on SQLite drops or breaks them. So they are dropped before every migrate and
installed after it, and `audit` and `/readyz` name any that is missing.

On PostgreSQL each guard locks what it read, so that two transactions cannot each pass a check that fails for both.
"""

from dataclasses import dataclass

from django.db import connection

JOURNEY, TASK, USER = "journeys_journey", "journeys_task", "team_user"
HANDOVER = "journeys_handover"


@dataclass(frozen=True)
class Guard:
    """One rule of the database. `broken` is true of rows that must be refused; `lock` runs first on PostgreSQL."""

    name: str
    table: str
    on: str
    broken: str
    sentence: str
    lock: str = ""


POINTS_WRONG = f"""NEW.status <> 'closed' AND NOT EXISTS (
    SELECT 1 FROM {TASK} t WHERE t.id = NEW.next_task_id AND t.journey_id = NEW.id AND t.status = 'open'
    AND t.due_at = NEW.due_at AND (NEW.status <> 'parked' OR t.kind = 'wake'))"""
OWNER_GONE = f"""NEW.status <> 'closed' AND EXISTS (
    SELECT 1 FROM {USER} u WHERE u.id = NEW.owner_id AND u.deactivated_at IS NOT NULL)"""
ON_OFFER = "accepted_at IS NULL AND declined_at IS NULL AND lapsed_at IS NULL AND withdrawn_at IS NULL"
TAKER_GONE = f"EXISTS (SELECT 1 FROM {USER} u WHERE u.id = NEW.taker_id AND u.deactivated_at IS NOT NULL)"
STILL_LEADING = f"EXISTS (SELECT 1 FROM {JOURNEY} j WHERE j.next_task_id = OLD.id AND j.status <> 'closed')"
LOCK_OWNER = f"PERFORM 1 FROM {USER} WHERE id = NEW.owner_id FOR SHARE;"
LOCK_TAKER = f"PERFORM 1 FROM {USER} WHERE id = NEW.taker_id FOR SHARE;"
LOCK_TASK = f"PERFORM 1 FROM {TASK} WHERE id = NEW.next_task_id FOR SHARE;"
LOCK_JOURNEY = f"PERFORM 1 FROM {JOURNEY} WHERE id = OLD.journey_id FOR NO KEY UPDATE;"

GUARDS = (
    Guard("guard_journey_starts_with_its_own_open_task", JOURNEY, "INSERT", POINTS_WRONG,
          "the next step must be an open task of this journey, due when the journey is", LOCK_TASK),
    Guard("guard_journey_keeps_its_own_open_task", JOURNEY, "UPDATE OF status, next_task_id, due_at", POINTS_WRONG,
          "the next step must be an open task of this journey, due when the journey is", LOCK_TASK),
    Guard("guard_journey_starts_with_an_active_owner", JOURNEY, "INSERT", OWNER_GONE,
          "the owner of a journey must be active", LOCK_OWNER),
    Guard("guard_journey_keeps_an_active_owner", JOURNEY, "UPDATE OF status, owner_id", OWNER_GONE,
          "the owner of a journey must be active", LOCK_OWNER),
    Guard("guard_next_step_is_not_closed", TASK, "UPDATE OF status",
          f"OLD.status = 'open' AND NEW.status <> 'open' AND {STILL_LEADING}",
          "the next step of a journey cannot be closed without a replacement", LOCK_JOURNEY),
    Guard("guard_next_step_is_not_deleted", TASK, "DELETE", STILL_LEADING,
          "the next step of a journey cannot be deleted without a replacement", LOCK_JOURNEY),
    Guard("guard_task_stays_as_promised", TASK, "UPDATE OF journey_id, due_at, kind",
          "NEW.journey_id <> OLD.journey_id OR NEW.due_at <> OLD.due_at OR NEW.kind <> OLD.kind",
          "a task never changes its journey, its time or its kind: replace it"),
    Guard("guard_owner_is_not_deactivated", USER, "UPDATE OF deactivated_at",
          f"""NEW.deactivated_at IS NOT NULL AND EXISTS (
              SELECT 1 FROM {JOURNEY} j WHERE j.owner_id = NEW.id AND j.status <> 'closed')""",
          "a person who owns open journeys cannot be deactivated: hand them over first"),
    Guard("guard_handover_is_to_somebody_active", HANDOVER, "INSERT", TAKER_GONE,
          "a journey is offered to somebody active", LOCK_TAKER),
    Guard("guard_taker_is_not_deactivated", USER, "UPDATE OF deactivated_at",
          f"""NEW.deactivated_at IS NOT NULL AND EXISTS (
              SELECT 1 FROM {HANDOVER} h WHERE h.taker_id = NEW.id AND {ON_OFFER})""",
          "a person who is offered a journey cannot be deactivated: offer it to another first"),
)  # fmt: skip


def install_guards(**kwargs: object) -> None:
    """Create every guard anew."""
    drop_guards()
    with connection.cursor() as cursor:
        for guard in GUARDS:
            for statement in STATEMENTS[connection.vendor](guard):
                cursor.execute(statement)


def drop_guards(**kwargs: object) -> None:
    with connection.cursor() as cursor:
        for name, (table, _) in installed_guards().items():
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


def missing_guards() -> list[str]:
    """Names of guards that the database does not have, word for word and awake; empty when the promise stands."""
    present = installed_guards()
    return [guard.name for guard in GUARDS if present.get(guard.name, ("", ""))[1] != TEXTS[connection.vendor](guard)]


def installed_guards() -> dict[str, tuple[str, str]]:
    """Guards in the database by name, with their tables and what they do. One that sleeps does nothing."""
    with connection.cursor() as cursor:
        cursor.execute(INSTALLED[connection.vendor])
        return {name: (table, text) for name, table, text in cursor.fetchall()}


INSTALLED = {
    "sqlite": """
        SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\\_%' ESCAPE '\\'""",
    "postgresql": """
        SELECT t.tgname, t.tgrelid::regclass::text, CASE WHEN t.tgenabled IN ('O', 'A') THEN p.prosrc ELSE '' END
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
        WHERE t.tgname LIKE 'guard\\_%' AND c.relnamespace = current_schema()::regnamespace""",
}


def trigger_of_sqlite(guard: Guard) -> str:
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.on} ON {guard.table} FOR EACH ROW WHEN {guard.broken} "
        f"BEGIN SELECT RAISE(ABORT, 'trellis guard: {guard.sentence}'); END"
    )


def body_of_postgresql(guard: Guard) -> str:
    row = "OLD" if guard.on == "DELETE" else "NEW"
    return (
        f" BEGIN {guard.lock} IF {guard.broken} THEN RAISE EXCEPTION 'trellis guard: {guard.sentence}' "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN {row}; END "
    )


def for_postgresql(guard: Guard) -> list[str]:
    body = body_of_postgresql(guard)
    return [
        f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE TRIGGER {guard.name} BEFORE {guard.on} ON {guard.table} FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
    ]


STATEMENTS = {"sqlite": lambda guard: [trigger_of_sqlite(guard)], "postgresql": for_postgresql}
TEXTS = {"sqlite": trigger_of_sqlite, "postgresql": body_of_postgresql}
