"""What was changed: by whom, when, from what to what, and why. A reading of the log of facts, a page at a time."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.people.models import Contact
from trellis.team.models import Run
from trellis.web.times import Viewer, full_moment

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class KindOfChange:
    label: str
    keys: tuple[str, ...] = ()


KINDS: Mapping[str, KindOfChange] = {
    "": KindOfChange(label="Everything"),
    "people": KindOfChange(
        label="People and companies",
        keys=(
            *("contact.added", "contact.changed", "company.added", "company.changed"),
            *("company.merged", "company.removed"),
            *("contacts.merged", "contacts.parted", "tag.added", "tag.removed", "note.written"),
        ),
    ),
    "privacy": KindOfChange(
        label="Consent and privacy",
        keys=("consent.given", "consent.withdrawn", "contact.copied", "contact.erased"),
    ),
    "leads": KindOfChange(
        label="Leads",
        keys=(
            *("stage.chosen", "owner.chosen", "close.chosen", "reopen.chosen", "park.chosen", "answer.given"),
            *("task.done", "step.planned", "act.undone", "journey.changed"),
        ),
    ),
    "playbooks": KindOfChange(
        label="Playbooks", keys=("playbook.published", "playbook.rolled_back", "playbook.held_released")
    ),
    "settings": KindOfChange(label="Settings, roles, colleagues", keys=("setting.changed",)),
    "exports": KindOfChange(
        label="Taken away in files", keys=("list.exported", "contact.copied", "everything.exported")
    ),
    "sign_in": KindOfChange(label="Sign-in", keys=("person.signed_in",)),
}
# Facts whose fields say what was there before, and what is there now.
BEFORE_AND_AFTER: Mapping[str, tuple[str, str, str]] = {
    "tag.added": ("tag", "", "tag"),
    "tag.removed": ("tag", "tag", ""),
    "answer.given": ("answer", "", "answer"),
    "note.written": ("note", "", "text"),
    "close.chosen": ("outcome", "", "outcome"),
    "stage.chosen": ("stage", "", "stage"),
}
# Long work by the kind of what it changes: each such change of many is one entry.
MANY: Mapping[str, tuple[Q, Q]] = {
    "": (Q(), Q()),
    "people": (
        Q(kind="import") | Q(kind="bulk", given__listing__in=["contacts", "companies"]),
        Q(undoes__kind="import") | Q(undoes__kind="bulk", undoes__given__listing__in=["contacts", "companies"]),
    ),
    "leads": (Q(kind="bulk", given__listing="leads"), Q(undoes__kind="bulk", undoes__given__listing="leads")),
}
ICONS = {"bulk": "list-checks", "import": "upload", "undo": "undo-2"}
# What came of another change that is told itself.
ECHOES = ("step.set", "people.told", "message.queued")
# What is taken away at the command line too, where nobody is logged in.
BY_NOBODY = ("contact.copied", "everything.exported")
# An instant as `setup.actions.history` writes it down.
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d) UTC")
WHY = ("why", "reason", "source", "note", "asked")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`who` is an id, `until` the first instant that is not wanted, `after` where the page before ended.

    What a `run` did to many is one entry, and told one by one where that run or one `contact` is asked for.
    Whoever does not see every customer is told of nothing about any: then it is not `is_whole`.
    """

    kind: str = ""
    who: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    contact: UUID | None = None
    run: UUID | None = None
    after: str = ""
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Line:
    """One change, or one of many. `changes` are the fields with what stood there and what stands there now.

    `run_id` leads to what it did to each of them.
    """

    at: datetime
    icon: str
    who: str
    what: str
    changes: list[tuple[str, str, str]]
    why: str
    contact_id: UUID | None
    about: str
    run_id: UUID | None = None


def history_page(asked: Asked) -> tuple[list[Line], str]:
    """One page, the newest first, and where the next one begins. Four queries, none of which counts."""
    told: list[Event | Run] = [*found_by(asked), *runs_in(asked)]
    found = sorted(told, key=place_of, reverse=True)
    page = found[:PAGE]
    ids = {one.contact_id for one in page if isinstance(one, Event) and one.contact_id}
    names = dict(Contact.objects.filter(pk__in=ids).values_list("pk", "name"))
    lines = [line_of(one, names) if isinstance(one, Event) else line_of_many(one) for one in page]
    if len(found) <= PAGE:
        return lines, ""
    at, pk = place_of(page[-1])
    return lines, f"{at.isoformat()}_{pk}"


def place_of(one: Event | Run) -> tuple[datetime, UUID]:
    return (one.at if isinstance(one, Event) else one.created_at), one.pk


def found_by(asked: Asked, most: int = PAGE + 1) -> list[Event]:
    """So many of each part along its own index, which is bounded however long the log is."""
    found = newest_of_each([rows[:most] for rows in parts_of(asked)])
    return list(Event.objects.filter(pk__in=found).select_related("by").order_by("-at", "-pk")[:most])


def parts_of(asked: Asked) -> Iterator[QuerySet[Event]]:
    """What people did, of several kinds each by itself; then what nobody did who is logged in."""
    keys = KINDS[asked.kind].keys if asked.kind in KINDS else ()
    rows = narrowed(asked)
    if len(keys) > 1 and not (asked.who or asked.contact or asked.run):
        yield from (rows.filter(key=key) for key in keys)
    else:
        yield rows.filter(key__in=keys) if keys else rows.exclude(key__in=ECHOES)
    if not (asked.who or asked.run):
        yield from (narrowed(asked, by_nobody=True).filter(key=key) for key in BY_NOBODY if key in (keys or BY_NOBODY))


def newest_of_each(rows: Sequence[QuerySet[Event]]) -> list[UUID]:
    """The ids of all of these, in one question. Written out, for Django lets no part of a union on SQLite end early."""
    parts = [some.values("pk").query.sql_with_params() for some in rows]
    union = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS part_{number}" for number, (sql, _) in enumerate(parts))
    with connection.cursor() as cursor:
        cursor.execute(union, [value for _, values in parts for value in values])
        return [UUID(str(pk)) for (pk,) in cursor.fetchall()]


def narrowed(asked: Asked, *, by_nobody: bool = False) -> QuerySet[Event]:
    rows = Event.objects.filter(by__isnull=by_nobody).order_by("-at", "-pk")
    if not asked.is_whole:
        # Companies go with their people; a filter may name some.
        rows = rows.filter(contact_id=None, journey_id=None).exclude(key__startswith="company.")
        rows = rows.exclude(key="list.exported")
    if asked.contact:
        rows = rows.filter(contact_id=asked.contact)
    if asked.run:
        rows = rows.filter(run_id=asked.run)
    elif not asked.contact:
        rows = rows.filter(run=None)
    return within(rows, asked, "at")


def within[Told: (Event, Run)](rows: QuerySet[Told], asked: Asked, at: str) -> QuerySet[Told]:
    """By whom and when it was, which stands in the column `at`, and beyond the page before."""
    if asked.who:
        rows = rows.filter(by_id=asked.who)
    if asked.since:
        rows = rows.filter(**{f"{at}__gte": asked.since})
    if asked.until:
        rows = rows.filter(**{f"{at}__lt": asked.until})
    if place := read_place(asked.after):
        moment, pk = place
        rows = rows.filter(Q(**{f"{at}__lt": moment}) | Q(pk__lt=pk), **{f"{at}__lte": moment})
    return rows


def runs_in(asked: Asked, most: int = PAGE + 1) -> list[Run]:
    """What was done to many; all of it is about customers."""
    if asked.contact or asked.run or not asked.is_whole or asked.kind not in MANY:
        return []
    own, undone = MANY[asked.kind]
    rows = within(Run.objects.filter(own | undone), asked, "created_at").select_related("by")
    return list(rows.order_by("-created_at", "-pk")[:most])


def read_place(text: str) -> tuple[datetime, UUID] | None:
    at, _, pk = text.replace(" ", "+").rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment.astimezone(UTC), UUID(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def line_of(event: Event, names: Mapping[UUID, str]) -> Line:
    fact, payload = CATALOGUE.get(event.key), event.payload
    why = next((str(payload[name]) for name in WHY if payload.get(name)), "")
    what = what_of(event)
    return Line(
        at=event.at,
        icon=fact.icon if fact else "circle-dot",
        who=event.by.name if event.by else "Whoever runs Trellis",
        what=what,
        changes=list(changes_of(event)),
        why=f"Rule {event.rule_id}" if event.rule_id else "" if why in what else why,
        contact_id=event.contact_id if event.contact_id in names else None,
        about=names.get(event.contact_id, "") if event.contact_id else "",
    )


def line_of_many(run: Run) -> Line:
    so_far = f"{run.done:,} of {run.total:,} so far." if run.total else f"{run.done:,} so far."
    return Line(
        at=run.created_at,
        icon=ICONS.get(run.kind, "list-checks"),
        who=run.by.name,
        what=run.title,
        changes=[],
        why=run.said or so_far,
        contact_id=None,
        about="",
        run_id=run.pk,
    )


def what_of(event: Event) -> str:
    """The catalogue's own sentence without who did it, for that stands beside it."""
    fact = CATALOGUE.get(event.key)
    if fact is None:
        return event.key
    said = fact.label.removeprefix("{actor} ").format_map(Blanks(event.payload))
    return said[:1].upper() + said[1:]


def changes_of(event: Event) -> Iterator[tuple[str, str, str]]:
    for name, both in (event.payload.get("changes") or {}).items():
        yield name, str(both[0]), str(both[1])
    if event.key in BEFORE_AND_AFTER:
        name, before, after = BEFORE_AND_AFTER[event.key]
        yield name, str(event.payload.get(before, "")), str(event.payload.get(after, ""))


def in_time_of(viewer: Viewer, lines: Iterable[Line]) -> list[Line]:
    """The instants among what stood and stands there as this person reads them: they are kept in UTC."""

    def told(text: str) -> str:
        kept = INSTANT.fullmatch(text)
        return full_moment(datetime.fromisoformat(kept[1]).replace(tzinfo=UTC), viewer) if kept else text

    return [
        replace(line, changes=[(name, told(before), told(after)) for name, before, after in line.changes])
        for line in lines
    ]


class Blanks(dict[str, Any]):
    """What an older event lacks is left out."""

    def __missing__(self, key: str) -> str:
        return ""


def rows_for_file(asked: Asked) -> Iterator[Sequence[Line]]:
    """All pages, one after another."""
    while True:
        page, after = history_page(asked)
        yield page
        if not after:
            return
        asked = Asked(**asked.__dict__ | {"after": after})
