"""Gathering what the engine may know: a few queries for a whole batch, as frozen values."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import phonenumbers
from django.db import connection
from django.db.models import Count
from phonenumbers import timezone as phone_zones

from trellis.conversations.models import Call, Message
from trellis.core.memory import keep
from trellis.core.rows import find_rows, read_columns
from trellis.events.catalogue import JourneyStarted, OwnerAssigned
from trellis.events.models import Event
from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.models import Journey
from trellis.people.models import Consent, Contact, ContactPoint, ContactTag
from trellis.team.models import Business, User
from trellis.team.queries import StaffMember, business, hours_of, staff

Points = Mapping[UUID, list[ContactPoint]]
LAST_ASSIGNMENTS = """
    SELECT id, (
        SELECT assigned_at FROM journeys_journey WHERE owner_id = team_user.id ORDER BY assigned_at DESC LIMIT 1
    ) FROM team_user WHERE id IN ({})"""
# How many journeys each is busy with: one stretch of the index of their queue.
LOADS = """
    SELECT id, (
        SELECT COUNT(*) FROM journeys_journey WHERE owner_id = team_user.id AND status = 'open'
    ) FROM team_user WHERE id IN ({})"""
CHANNEL_OF_POINT = {"email": "email", "phone": "sms"}


class Worlds:
    """The worlds of one batch: people and hours are shared, the customer differs. Assignments made in it are seen."""

    def __init__(
        self,
        contacts: Collection[Contact],
        at: datetime,
        *,
        count_touches: bool = False,
        read_tags: bool = False,
        in_turn: bool = True,
        owners_by: Collection[str] = (),
    ) -> None:
        """`owners_by` are the ways in which the playbooks of this batch find owners: only what they need is read."""
        ids = [contact.pk for contact in contacts]
        self.at = at
        self.turns = 0
        self.counts_load = "load" in owners_by
        self.people = people_at(at, in_turn=in_turn, with_load=self.counts_load)
        self.loads = loads_of([person.id for person in self.people]) if self.counts_load else {}
        self.points = points_of(ids)
        touches = touches_of(ids, at) if count_touches else {}
        self.customers = customers(contacts, self.points, touches, tags_of(ids) if read_tags else {})
        if known := known_to(ids, owners_by):
            self.customers = {pk: replace(one, **known.get(pk, {})) for pk, one in self.customers.items()}

    def of(self, contact_id: UUID, calendar: str) -> World:
        return World(people=self.people, hours=hours_of(calendar), customer=self.customers[contact_id])

    def address(self, contact_id: UUID, channel: str) -> str:
        """Where to write to them on a channel; empty when they have nothing there."""
        points = [point for point in self.points[contact_id] if CHANNEL_OF_POINT[point.kind] == channel]
        return next((point.value for point in points if not point.unreachable_at), "")

    def assigned(self, owner: str) -> None:
        """Their turn is over: the next lead of this batch goes to somebody else."""
        self.turns += 1
        now = self.at + timedelta(microseconds=self.turns)
        self.people = tuple(
            replace(person, last_assigned_at=now) if person.id == owner else person for person in self.people
        )

    def passed(self, giver: str, taker: str) -> None:
        """An open journey is no longer the one's and now the other's, either of them maybe nobody."""
        changes = {giver: -1, taker: 1}
        if self.counts_load and giver != taker:
            for user, change in changes.items():
                self.loads[user] = self.loads.get(user, 0) + change
            self.people = tuple(
                replace(person, load=person.load + changes[person.id]) if person.id in changes else person
                for person in self.people
            )


def people_at(at: datetime, *, in_turn: bool = True, with_load: bool = False) -> tuple[Person, ...]:
    """Everybody who works here; `in_turn` with what says whose turn it is, `with_load` with what each has."""
    members = staff(at)
    ids = [member.id for member in members]
    last, loads = last_assignments(ids) if in_turn else {}, loads_of(ids) if with_load else {}
    return tuple(person_of(member, last.get(member.id), loads.get(member.id, 0)) for member in members)


def person_of(member: StaffMember, last_assigned_at: datetime | None, load: int = 0) -> Person:
    return Person(
        id=member.id,
        name=member.name,
        role=member.role,
        teams=dict(member.teams),
        on_duty=member.on_duty,
        next_on_duty_at=member.next_on_duty_at,
        away_until=member.away_until,
        last_assigned_at=last_assigned_at,
        covers=member.covers,
        load=load,
    )


def last_assignments(user_ids: Sequence[str]) -> dict[str, datetime]:
    """When each was last given a journey: one index probe for each user."""
    return {pk: last for pk, last in of_users(LAST_ASSIGNMENTS, user_ids, "assigned_at") if last}


def loads_of(user_ids: Sequence[str]) -> dict[str, int]:
    """How many open journeys each has: counted at most every two seconds, for it reads them all.

    What this process passes on in between counts at once, what another does when it is counted anew.
    """
    return keep("loads", lambda: dict(of_users(LOADS, user_ids, "parks")))


def of_users(sql: str, user_ids: Sequence[str], like: str) -> list[tuple[str, Any]]:
    """What the statement finds of each user, read like that column of a journey."""
    if not user_ids:
        return []
    user, column = User._meta.get_field("id"), Journey._meta.get_field(like)
    ids = [user.get_db_prep_value(id, connection) for id in user_ids]
    rows = read_columns(sql.format(", ".join(["%s"] * len(ids))), ids, [user, column])
    return [(str(pk), value) for pk, value in rows]


def known_to(contact_ids: Collection[UUID], owners_by: Collection[str]) -> dict[UUID, dict[str, Any]]:
    """Who had each of these customers and who spoke with them last, as far as a way to find owners asks for it."""
    known: dict[UUID, dict[str, Any]] = defaultdict(dict)
    if "last_owner" in owners_by:
        for pk, users in had_by(contact_ids).items():
            known[pk]["had_by"] = users
    if "who_replied" in owners_by:
        for pk, user in spoke_with(contact_ids).items():
            known[pk]["spoke_with"] = user
    return known


def had_by(contact_ids: Collection[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Everybody who was the owner of a journey of theirs, the last one first: the log knows."""
    told = Event.objects.filter(contact_id__in=contact_ids, key__in=[JourneyStarted.key, OwnerAssigned.key])
    found: dict[UUID, dict[str, None]] = defaultdict(dict)
    for pk, payload in told.order_by("-at", "-id").values_list("contact_id", "payload"):
        if pk:
            found[pk].setdefault(payload["owner"])
    return {pk: tuple(users) for pk, users in found.items()}


def spoke_with(contact_ids: Collection[UUID]) -> dict[UUID, str]:
    """Who of us last wrote to each, as far as it was handed over, or spoke by phone."""
    ours = Message.objects.filter(contact__in=contact_ids, direction="out", written_by__isnull=False)
    written = ours.exclude(handed_over_at=None).values_list("handed_over_at", "contact", "written_by")
    calls = Call.objects.filter(contact__in=contact_ids, outcome="answered", by__isnull=False, taken_back_at=None)
    spoken: list[tuple[Any, UUID, UUID]] = [*written, *calls.values_list("started_at", "contact", "by")]
    return {pk: str(user) for _, pk, user in sorted(spoken)}


def customers(
    contacts: Collection[Contact], points: Points, touches: Mapping[UUID, int], tags: Mapping[UUID, set[str]]
) -> dict[UUID, Customer]:
    stopped = opted_out([contact.pk for contact in contacts])
    here = business()
    return {
        contact.pk: replace(
            customer_of(contact, points[contact.pk], stopped[contact.pk], touches.get(contact.pk, 0), here),
            tags=frozenset(tags.get(contact.pk, ())),
        )
        for contact in contacts
    }


def customer_of(
    contact: Contact, points: list[ContactPoint], stopped: set[str], touches: int, here: Business
) -> Customer:
    zone, source = zone_of(contact, points, here)
    return Customer(
        name=contact.name or next((shown(point, here) for point in points), "Someone"),
        first_name=contact.first_name,
        reachable=frozenset(CHANNEL_OF_POINT[point.kind] for point in points if not point.unreachable_at),
        opted_out=frozenset(stopped),
        last_channel=str(contact.last_touch.get("channel", "")),
        source=str(contact.first_touch.get("utm_source", "")),
        time_zone=zone,
        zone_source=source,
        touches=touches,
    )


def shown(point: ContactPoint, here: Business) -> str:
    """An address as people here would write it."""
    try:
        number = phonenumbers.parse(point.value) if point.kind == "phone" else None
    except phonenumbers.NumberParseException:
        number = None
    if number is None:
        return point.raw
    ours = phonenumbers.region_code_for_number(number) == here.region
    formats = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, formats.NATIONAL if ours else formats.INTERNATIONAL)


def points_of(contact_ids: Collection[UUID]) -> Points:
    found: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for point in find_rows(ContactPoint, contact=contact_ids, order_by=("created_at", "id")):
        found[point.contact_id].append(point)
    return found


def opted_out(contact_ids: Collection[UUID]) -> Mapping[UUID, set[str]]:
    """The channels on which the newest word about their request was no."""
    stopped: dict[UUID, set[str]] = defaultdict(set)
    for consent in find_rows(Consent, contact=contact_ids, purpose=["service"], order_by=("at", "id")):
        (stopped[consent.contact_id].discard if consent.granted else stopped[consent.contact_id].add)(consent.channel)
    return stopped


def touches_of(contact_ids: Collection[UUID], at: datetime) -> dict[UUID, int]:
    """Automatic messages of the last 24 hours that went out or are about to."""
    rows = (
        Message.objects.filter(contact__in=contact_ids, direction="out", created_at__gt=at - timedelta(days=1))
        .exclude(rule_id="")
        .exclude(state__in=["suppressed", "failed"])
        .order_by()
        .values_list("contact")
        .annotate(times=Count("id"))
    )
    return dict(rows)


def tags_of(contact_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for contact, tag in ContactTag.objects.filter(contact__in=contact_ids).values_list("contact", "tag__name"):
        found[contact].add(tag)
    return found


def zone_of(contact: Contact, points: list[ContactPoint], here: Business) -> tuple[str, str]:
    """Their time zone and where it came from: their own, their phone's when it names just one, else ours."""
    if contact.time_zone:
        return contact.time_zone, "contact"
    for point in points:
        if point.kind == "phone" and (zone := zone_of_number(point.value)):
            return zone, "phone"
    return here.time_zone, "business"


@lru_cache(maxsize=4096)
def zone_of_number(number: str) -> str:
    try:
        zones = phone_zones.time_zones_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return ""
    return zones[0] if len(zones) == 1 and "/" in zones[0] and not zones[0].startswith("Etc/") else ""
