"""What this room, and those below it, hold about a person."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from trellis.api.models import KeptAnswer
from trellis.core.refusal import Refused
from trellis.events.catalogue import CATALOGUE
from trellis.events.models import Event
from trellis.people.holdings import ERASED, Holding, Person, register_before_erasing, register_holding, without_names
from trellis.people.models import (
    BlockKey,
    Consent,
    Contact,
    ContactPoint,
    ContactTag,
    Merge,
    PossibleDuplicate,
    Segment,
    SegmentMember,
    SegmentSweep,
)
from trellis.people.naming import (
    asking_for,
    condition_of_segment,
    key_of_segment,
    name_of_segment,
    runs_asking_for,
    segments_naming,
    spelled_in,
)
from trellis.people.segment_jobs import write_members
from trellis.team.models import Change, Notice, Run, RunPart

# Where people come from is a figure of the business; on which page, with which words in its address, is theirs.
SOURCES = ("kind", "channel", "source", "at", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

UNDER_WAY = "A change of many that they are part of is under way. Let it end or take it back, then erase them."


def register_all() -> None:
    register_before_erasing(let_no_change_go_on)
    register_holding(
        Holding(
            model=Contact,
            called="names and details",
            rows=lambda person: Contact.objects.filter(pk__in=person.ids),
            erase={
                "name": ERASED,
                **dict.fromkeys(("job_title", "place", "address", "language", "time_zone"), ""),
                "custom": lambda row, person: {},
                "company": None,
                "first_touch": source_of("first_touch"),
                "last_touch": source_of("last_touch"),
                "taken_back_at": lambda row, person: row.taken_back_at or person.at,
            },
        ),
        Holding(model=ContactPoint, called="addresses and numbers", rows=of_contact(ContactPoint)),
        Holding(model=ContactTag, called="tags", rows=of_contact(ContactTag)),
        Holding(model=Consent, called="consents", rows=of_contact(Consent)),
        Memberships(model=SegmentMember, called="segments", rows=of_contact(SegmentMember)),
        Holding(model=BlockKey, rows=of_contact(BlockKey)),
        Holding(model=PossibleDuplicate, called="possible duplicates", rows=pairs),
        Holding(
            model=Merge,
            called="merges",
            rows=lambda person: Merge.objects.filter(Q(survivor__in=person.ids) | Q(other__in=person.ids)),
        ),
        Holding(
            model=Event,
            called="entries of the timeline",
            rows=lambda person: Event.objects.filter(
                Q(contact_id__in=person.ids)
                | Q(key="duplicate.suspected", payload__other_id__in=[str(pk) for pk in person.ids])
            ),
            erase={"payload": without_person},
            keeps=("key", "rule_id"),
        ),
        Holding(model=Event, rows=exports_asking_for, erase={"payload": without_person}, keeps=("key", "rule_id")),
        Holding(model=Notice, called="notices", rows=lambda person: Notice.objects.filter(contact_id__in=person.ids)),
    )
    register_kept()
    register_filters()


def register_filters() -> None:
    """Filters that colleagues keep. Who is in a segment whose filter is another by now is asked anew."""
    register_holding(
        Holding(
            model=Segment,
            called="segments that name them",
            rows=segments_naming,
            erase={"name": name_of_segment, "key": key_of_segment, "condition": condition_of_segment},
        ),
        Holding(
            model=SegmentSweep,
            rows=lambda person: SegmentSweep.objects.filter(segment__in=asking_for(person)),
            erase={"condition": None, "settled_at": None},
        ),
    )


def register_kept() -> None:
    """What is kept to answer a program twice, and to take back what was done."""
    register_holding(
        Holding(
            model=KeptAnswer,
            rows=lambda person: KeptAnswer.objects.filter(mentioning(person, "body") | spelled_in("body", person)),
        ),
        Holding(
            model=Change,
            rows=lambda person: Change.objects.filter(mentioning(person, "rows") | Q(pk__in=changes_naming(person))),
        ),
        Holding(
            model=RunPart,
            rows=lambda person: RunPart.objects.filter(mentioning(person, "rows")),
            erase={"rows": rows_of_others},
        ),
        Holding(
            model=Run,
            rows=runs_of,
            erase={"given": without_words, "title": without_names("title"), "said": without_names("said")},
            keeps=("kind", "kept"),
        ),
    )


class Memberships(Holding):
    """Whoever leaves a segment is counted out of it."""

    def forget(self, person: Person) -> int:
        pairs = list(self.rows(person).values_list("segment_id", "contact_id"))
        write_members([], pairs, person.at)
        return len(pairs)


def exports_asking_for(person: Person) -> QuerySet[Event]:
    """What was taken away by a filter that names them: whoever takes files is asked of few of them."""
    taken = Event.objects.filter(key="list.exported").exclude(payload__asked="").values_list("pk", "payload__asked")
    return Event.objects.filter(pk__in=[pk for pk, asked in taken if person.is_named_in(asked)])


def of_contact(model: Any) -> Callable[[Person], QuerySet[Any]]:
    return lambda person: model.objects.filter(contact__in=person.ids)


def pairs(person: Person) -> QuerySet[PossibleDuplicate]:
    return PossibleDuplicate.objects.filter(Q(contact__in=person.ids) | Q(other__in=person.ids))


def source_of(column: str) -> Callable[[Any, Person], dict[str, Any]]:
    return lambda row, person: where_from(getattr(row, column))


def where_from(touch: Mapping[str, Any]) -> dict[str, Any]:
    """What of it is counted. Of a file its name is the source, and may be theirs."""
    names = set(SOURCES) - ({"source"} if touch.get("kind") == "import" else set())
    return {name: value for name, value in touch.items() if name in names}


def without_person(event: Any, person: Person) -> dict[str, Any]:
    fact = CATALOGUE.get(event.key)
    return fact.without_person(event.payload) if fact else {}


def mentioning(person: Person, column: str) -> Q:
    return person.mentioned_in(column, with_ids=True)


def changes_naming(person: Person) -> list[UUID]:
    """Of the last minutes: how a filter or what it is called stood before."""
    return [pk for pk, rows in Change.objects.values_list("pk", "rows") if person.is_named_in(said_in(rows))]


def said_in(rows: Any) -> str:
    return json.dumps(rows, ensure_ascii=False)


def runs_of(person: Person) -> QuerySet[Run]:
    parts = RunPart.objects.filter(mentioning(person, "rows"))
    touched = Q(pk__in=parts.values("run")) | mentioning(person, "given") | Q(pk__in=runs_asking_for(person))
    touching = Run.objects.filter(touched).values("pk")
    return Run.objects.filter(Q(pk__in=touching) | Q(undoes__in=touching))


def without_words(run: Any, person: Person) -> dict[str, Any]:
    """What was set, and what was asked for, where that is over: whom it was done to stays, by their ids."""
    return {name: {} if name in ("told", "asks") else value for name, value in run.given.items()}


def let_no_change_go_on(person: Person) -> None:
    """A change of many needs what was said until it ends."""
    if runs_of(person).filter(ended_at=None).exists():
        raise Refused("under_way", UNDER_WAY)


def rows_of_others(part: Any, person: Person) -> list[Any]:
    """What a run did to others can still be taken back."""
    ids = {str(pk) for pk in person.every_id}
    return [row for row in part.rows if not is_about(row, ids)]


def is_about(row: dict[str, Any], ids: set[str]) -> bool:
    told = (row.get("before") or {}) | (row.get("after") or {})
    return row.get("id") in ids or any(isinstance(value, str) and value in ids for value in told.values())
