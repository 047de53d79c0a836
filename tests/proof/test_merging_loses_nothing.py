"""Two contacts made one: every row of every room goes over, the guarantee holds, and undo restores each row."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps

from tests.cast import TUESDAY, Business
from trellis.conversations.models import Call, Conversation, Message
from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.journeys.actions import close_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.people.actions import add_tags, record_consent, withdraw_consent, write_note
from trellis.people.merging import merge_contacts
from trellis.people.models import Contact, ContactPoint, Merge, PossibleDuplicate
from trellis.people.queries import contact_now
from trellis.people.tracing import all_pointers, pointers
from trellis.people.unmerging import unmerge
from trellis.team.models import Notice
from trellis.team.undoing import columns_of

LATER = TUESDAY + timedelta(hours=1)
# What the act itself writes.
OF_THE_ACT = {"people.merge", "people.blockkey"}
Rows = dict[tuple[str, str], dict[str, Any]]


def all_rows() -> Rows:
    models = [model for model in apps.get_models() if model.__module__.startswith("trellis.")]
    return {
        (model._meta.label_lower, str(row.pk)): columns_of(row)
        for model in models
        if model._meta.label_lower not in OF_THE_ACT
        for row in model._base_manager.all()
    }


def told(rows: Rows) -> Rows:
    return {
        key: columns
        for key, columns in rows.items()
        if key[0] == "events.event" and columns["key"] in ("contacts.merged", "contacts.parted")
    }


def promises() -> dict[UUID, tuple[Any, ...]]:
    return {one.pk: (one.owner_id, one.next_task_id, one.due_at) for one in Journey.objects.filter(status="open")}


def busy_contact(office: Business, chance: Random, number: int) -> Contact:
    """Somebody with a bit of everything, in any mixture."""
    name = chance.choice(["Tasha Greer", "Natasha Greer", "T. Greer", "", "Lin Zhao"])
    contact = office.contact(name, f"person{number}@example.com")
    contact.place = chance.choice(["", "Conway, AR", "Little Rock, AR"])
    contact.save()
    for shared in chance.sample(["+15015550101", "+15015550102", "+15015550103"], chance.randint(0, 3)):
        held = ContactPoint.objects.filter(value=shared).exclude(held_at=None).exists()
        ContactPoint.objects.create(
            contact=contact,
            kind="phone",
            value=shared,
            raw=shared,
            created_at=TUESDAY,
            held_at=None if held else TUESDAY,
        )
    for _ in range(chance.randint(0, 2)):
        lead = office.lead(contact, kind=chance.choice(["form", "missed_call"]))
        if chance.random() < 0.4:
            close_journey(
                lead, outcome="lost", reason="Price", by=office.ben, at=TUESDAY + timedelta(minutes=number + 1)
            )
    add_tags(contact, chance.sample(["Storm", "Roof", "Hail"], chance.randint(0, 3)), by=office.ben, at=TUESDAY)
    for channel in chance.sample(["email", "sms"], chance.randint(0, 2)):
        record_consent(contact, channel=channel, source="form", at=TUESDAY)
        if chance.random() < 0.5:
            withdraw_consent(contact, channel=channel, source="text STOP", at=TUESDAY + timedelta(minutes=number))
    thread = Conversation.objects.create(contact=contact, channel="sms", started_at=TUESDAY)
    Message.objects.create(
        conversation=thread, contact=contact, direction="in", channel="sms", state="received",
        recipient="us", text="Hello", created_at=TUESDAY,
    )  # fmt: skip
    Call.objects.create(contact=contact, direction="in", outcome="answered", started_at=TUESDAY)
    Signal.objects.create(
        reference=f"S{number}", kind="form", channel="web", source="roof", external_id=str(number), received_at=TUESDAY,
        state="set_aside", reason="Spam", settled_at=TUESDAY, contact=contact,
    )  # fmt: skip
    write_note(contact, text=f"Note {number}", by=office.ben, at=TUESDAY)
    Notice.objects.create(user=office.ben, text="Look", contact_id=contact.pk, created_at=TUESDAY)
    return contact


def crowd(office: Business, seed: int) -> tuple[Random, list[Contact]]:
    chance = Random(seed)
    people = [busy_contact(office, chance, number) for number in range(5)]
    for one, other in ((0, 1), (1, 2), (3, 1), (0, 3)):
        if chance.random() < 0.7:
            PossibleDuplicate.objects.create(contact=people[one], other=people[other], reason="?", found_at=TUESDAY)
    return chance, people


@pytest.mark.parametrize("seed", range(12))
def test_everything_goes_over_and_comes_back(ridgeline: Business, seed: int) -> None:
    chance, people = crowd(ridgeline, seed)
    survivor, other = chance.sample(people, 2)
    promised = promises()
    before = all_rows()
    picked = {name: chance.choice(["survivor", "other"]) for name in ("name", "place")}
    merge = merge_contacts(survivor, other, fields=picked, by=ridgeline.maya, at=LATER)
    after = all_rows()
    assert before.keys() <= after.keys()
    assert {key[0] for key in after.keys() - before.keys() - told(after).keys()} <= {"people.consent"}
    assert all(not pointer.of(other).exists() for pointer in pointers())
    assert promised == {
        one.pk: (one.owner_id, one.next_task_id, one.due_at) for one in Journey.objects.filter(status="open")
    }
    assert audit()["violations"] == 0
    unmerge(merge, by=ridgeline.maya, at=LATER + timedelta(days=3))
    restored = all_rows()
    assert {key: row for key, row in restored.items() if key not in told(restored)} == before
    assert audit()["violations"] == 0


@pytest.mark.parametrize("seed", range(4))
def test_merges_on_merges_come_back_in_turn(ridgeline: Business, seed: int) -> None:
    chance, people = crowd(ridgeline, seed)
    before = all_rows()
    chance.shuffle(people)
    merges = [
        merge_contacts(survivor, other, by=ridgeline.maya, at=LATER + timedelta(minutes=minute))
        for minute, (other, survivor) in enumerate(
            [(people[0], people[1]), (people[1], people[2]), (people[3], people[2])]
        )
    ]
    assert set(Contact.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {people[2].pk}
    assert Contact.objects.genuine().count() == 2
    with pytest.raises(Refused, match="Take that back first"):
        unmerge(merges[0], by=ridgeline.maya, at=LATER)
    for merge in reversed(merges):
        unmerge(merge, by=ridgeline.maya, at=LATER + timedelta(days=1))
    restored = all_rows()
    assert {key: row for key, row in restored.items() if key not in told(restored)} == before


def test_no_column_that_says_whose_a_row_is_was_forgotten() -> None:
    """Whatever is called a contact is one: a new column of that name is moved by itself, any other name is noticed."""
    known = {pointer.name for pointer in all_pointers()}
    assert {"journeys.journey.contact_id", "events.event.contact_id", "team.notice.contact_id"} <= known
    suspicious = {
        f"{model._meta.label_lower}.{field.attname}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if "contact" in field.attname and field.attname != "contact_payload"
    }
    assert suspicious <= known


def test_the_stricter_word_wins(ridgeline: Business) -> None:
    one, other = ridgeline.contact(), ridgeline.contact("R. Castillo", "rc@example.com")
    withdraw_consent(other, channel="sms", source="text STOP", at=TUESDAY)
    record_consent(one, channel="sms", source="form", at=TUESDAY + timedelta(minutes=1))
    merge = merge_contacts(one, other, by=ridgeline.maya, at=LATER)
    word = one.consents.filter(channel="sms", purpose="service").order_by("-at", "-id").first()
    assert word
    assert not word.granted
    assert word.source == "merged contacts: text STOP"
    unmerge(merge, by=ridgeline.maya, at=LATER)
    word = one.consents.filter(channel="sms", purpose="service").order_by("-at", "-id").first()
    assert word
    assert word.granted


def test_what_came_after_stays_but_what_hangs_on_a_lead_goes_back_with_it(ridgeline: Business) -> None:
    one, other = ridgeline.contact(), ridgeline.contact("R. Castillo", "rc@example.com")
    lead = ridgeline.lead(other)
    merge = merge_contacts(one, other, by=ridgeline.maya, at=LATER)
    write_note(one, text="About the lead", by=ridgeline.ben, at=LATER, journey_id=lead.pk)
    write_note(one, text="About her", by=ridgeline.ben, at=LATER)
    unmerge(merge, by=ridgeline.maya, at=LATER + timedelta(days=1))
    notes = {note.payload["text"]: note.contact_id for note in Event.objects.filter(key="note.written")}
    assert notes == {"About the lead": other.pk, "About her": one.pk}


def test_an_address_that_somebody_else_has_by_now_is_said(ridgeline: Business) -> None:
    one, other = ridgeline.contact(), ridgeline.contact("R. Castillo", "rc@example.com", "+15015550101")
    twin = ContactPoint.objects.create(
        contact=one, kind="phone", value="+15015550101", raw="", created_at=TUESDAY, held_at=None
    )
    merge = merge_contacts(one, other, by=ridgeline.maya, at=LATER)
    twin.refresh_from_db()
    assert twin.held_at
    ContactPoint.objects.filter(pk=twin.pk).update(held_at=None)
    ridgeline.contact("Lin Zhao", "lin@example.com", "+15015550101")
    with pytest.raises(Refused, match="Somebody else has one of their addresses"):
        unmerge(merge, by=ridgeline.maya, at=LATER)
    assert Merge.objects.get().undone_at is None
    assert Contact.objects.get(pk=other.pk).merged_into_id == one.pk


@pytest.mark.parametrize("why", ["same", "sample", "gone"])
def test_what_cannot_be_merged_is_refused_and_nothing_moves(ridgeline: Business, why: str) -> None:
    one, other = ridgeline.contact(), ridgeline.contact("R. Castillo", "rc@example.com")
    changes: dict[str, dict[str, datetime]] = {"sample": {"sampled_at": TUESDAY}, "gone": {"taken_back_at": TUESDAY}}
    if why in changes:
        Contact.objects.filter(pk=other.pk).update(**changes[why])
    before = all_rows()
    with pytest.raises(Refused):
        merge_contacts(one, one if why == "same" else other, by=ridgeline.maya, at=LATER)
    assert all_rows() == before


def test_whoever_was_merged_is_found_by_the_old_id(ridgeline: Business) -> None:
    one, other = ridgeline.contact(), ridgeline.contact("R. Castillo", "rc@example.com")
    merge_contacts(one, other, by=ridgeline.maya, at=LATER)
    found = contact_now(other.pk)
    assert found == one
    assert contact_now(UUID(int=0)) is None
