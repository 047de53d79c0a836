"""A person is erased: no table holds a word of them any more, nothing that is counted changes, and it stays so."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, get_origin
from zipfile import ZipFile

import pytest
from django.conf import settings
from django.db import connection, models

from tests.cast import TUESDAY, Business
from tests.segments import segment, settle
from trellis.api.models import KeptAnswer
from trellis.conversations.actions import log_call, receive_message, write_message
from trellis.conversations.models import Call, Message, MessageState
from trellis.core.refusal import Refused
from trellis.events.catalogue import CATALOGUE
from trellis.events.fact import Personal
from trellis.events.models import Event
from trellis.intake.actions import interpret, receive
from trellis.intake.models import RawSignal, Signal
from trellis.journeys.actions import (
    close_journey,
    park_journey,
    plan_step,
    record_answer,
    reopen_journey,
)
from trellis.journeys.audit import audit
from trellis.journeys.bringing import begin_imported
from trellis.journeys.changing import change_journey
from trellis.journeys.models import Clock, Decision, Handover, Journey, StageVisit, Task
from trellis.lists.actions import remove_view, save_view
from trellis.people.actions import add_tags, record_consent, write_note
from trellis.people.changing import change_contact
from trellis.people.copying import copy_person
from trellis.people.custom import define_field
from trellis.people.erasing import erase_contact, foresee_erasure
from trellis.people.finding import find_people
from trellis.people.holdings import holdings
from trellis.people.identity import recognize
from trellis.people.jobs import look_for_duplicates
from trellis.people.merging import merge_contacts
from trellis.people.models import Contact, Erasure, Merge, SegmentMember, SegmentSweep
from trellis.people.tracing import all_pointers
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.actions.notices import tell
from trellis.team.actions.tokens import create_token
from trellis.team.models import Change, Run, RunPart
from trellis.team.runs import begin_run
from trellis.transfer.actions import take_file
from trellis.transfer.models import Import, ImportedRow

NAME, EMAIL, PHONE, TYPED = "Quilliana Vexworth", "quilliana@vexworth.example", "+15015550187", "(501) 555-0187"
PHRASE = "a heron broke our skylight"
NEEDLES = ("quilliana", "vexworth", "5550187", "555-0187", "555.0187", "heron", "moonflower")
LATER = TUESDAY + timedelta(hours=2)
WHY_NOT: dict[str, str] = {
    "people.duplicatesearch": "It holds where a search through everybody stands.",
    "people.erasure": "It is what is remembered of an erasure.",
}


@pytest.fixture(autouse=True)
def _files_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def quilliana(office: Business) -> Contact:
    """Somebody of whom every room knows something."""
    open_form(key="roof-repair", title="Roof", playbook=office.playbook.key, at=TUESDAY)
    told = {"name": NAME, "email": EMAIL, "phone": TYPED, "message": f"Help: {PHRASE}", "page": f"/roof?e={EMAIL}"}
    signal, _ = receive(
        kind="form", channel="web", source="roof-repair", external_id=f"<1@{EMAIL}>", payload=told, at=TUESDAY
    )
    signal = interpret(signal, at=TUESDAY)
    RawSignal.objects.create(signal=signal, body=f"From: {NAME} <{EMAIL}>\n\n{PHRASE}".encode())
    contact = Contact.objects.get(pk=signal.contact_id)
    lead = Journey.objects.get(pk=signal.journey_id)
    speak(office, contact, lead)
    work(office, contact, lead)
    leave_traces(office, contact)
    segment(office, "Quiet", {"field": "name", "known": True})
    settle(LATER)
    return Contact.objects.get(pk=contact.pk)


def speak(office: Business, contact: Contact, lead: Journey) -> None:
    at = TUESDAY + timedelta(minutes=1)
    receive_message(contact=contact, channel="email", sender=EMAIL, text=PHRASE, journey_id=lead.pk, at=at)
    write_message(contact=contact, channel="sms", text=f"Dear {NAME}", by=office.ben, journey_id=lead.pk, at=at)
    log_call(
        contact=contact, direction="out", outcome="answered", note=f"{PHRASE} indeed", by=office.ben,
        journey_id=lead.pk, started_at=at, at=at,
    )  # fmt: skip
    write_note(contact, text=f"{NAME} says {PHRASE}", by=office.ben, at=at, journey_id=lead.pk)
    Call.objects.update(number=PHONE)


def work(office: Business, contact: Contact, lead: Journey) -> None:
    for noun, label in (("contact", "Garden"), ("journey", "Roof")):
        define_field(noun=noun, label=label, kind="text", by=None, at=TUESDAY)
    at = TUESDAY + timedelta(minutes=2)
    change_contact(
        contact,
        {"place": "Vexworth Lane", "address": "1 Heron Lane", "custom.garden": "moonflower", "job_title": "Heronist"},
        by=office.maya, at=at,
    )  # fmt: skip
    add_tags(contact, ["Storm"], by=office.ben, at=at)
    record_consent(contact, channel="email", source=f"{NAME} by phone", by=office.maya, at=at + timedelta(seconds=1))
    record_answer(lead, question="address", answer="1 Vexworth Lane", by=office.ben, at=at)
    due = TUESDAY + timedelta(days=1)
    plan_step(lead, title=f"Bring {NAME} a net", due_at=due, by=office.ben, at=at)
    Handover.objects.create(
        journey=lead, giver=office.ben, taker=office.tom, offered_at=at, due_at=due, declined_at=at,
        reason=f"{NAME} is my aunt",
    )  # fmt: skip
    tell([office.ben], f"{NAME} waits", contact_id=contact.pk, at=at)
    close_journey(lead, outcome="won", reason=f"{NAME} said yes", by=office.ben, at=at + timedelta(minutes=4))
    came = {"source": f"{NAME}.csv", "owners": {}, "by": office.maya, "at": at + timedelta(minutes=5)}
    again = begin_imported([contact], playbook=office.playbook.key, stage="new", **came)[contact.pk]
    until = LATER + timedelta(days=9)
    park_journey(again, until=until, reason=f"{NAME} travels", by=office.ben, at=at + timedelta(minutes=6))


def leave_traces(office: Business, contact: Contact) -> None:
    """What other people, files, programs and the machine keep of her."""
    at = TUESDAY + timedelta(minutes=30)
    twin = office.contact(f"{NAME} Junior", "q2@vexworth.example")
    merge_contacts(contact, twin, by=office.maya, at=at)
    other = office.contact("Ann Lee", "ann@example.com", PHONE.replace("87", "88"))
    recognize(name="Ann Lee", email="ann@example.com", phone=TYPED, region="US", at=at)
    assert Event.objects.filter(key="duplicate.suspected", contact_id=other.pk).exists()
    other.points.filter(value=PHONE).delete()  # What is Ann's too would stay with Ann.
    look_for_duplicates(at=at, hour=12)
    look_for_duplicates(at=at, hour=12)
    row = {"table": "people.contact", "id": str(contact.pk), "before": {"place": "Vexworth"}, "after": {"place": ""}}
    others = row | {"id": str(other.pk), "before": {"place": "Cabot"}}
    run = Run.objects.create(kind="bulk", title="Change", by=office.maya, created_at=at, ended_at=at)
    RunPart.objects.create(run=run, number=1, rows=[row, others])
    roof_of_lead(office, Journey.objects.filter(contact=contact).earliest("started_at"), at)
    bring_files(office, contact, at)
    keep_filters(office, at)
    Change.objects.create(by=office.ben, at=at, rows=[row])
    token, _ = create_token(name="Website", role="sales", by=office.maya, at=at)
    KeptAnswer.objects.create(
        token=token, key="1", fingerprint="x", created_at=at, lease_until=at, status=200,
        body=f'{{"id": "{contact.pk}", "name": "{NAME}"}}',
    )  # fmt: skip
    spam = {"name": "X", "email": EMAIL, "message": PHRASE}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=spam, at=at)
    typed = {"phone": "1 501.555.0187", "message": PHRASE}
    other, _ = receive(kind="form", channel="web", source="roof-repair", payload=typed, at=at)
    aside = {"state": "set_aside", "reason": "Looks like spam", "settled_at": at}
    Signal.objects.filter(pk__in=[signal.pk, other.pk]).update(**aside)


def roof_of_lead(office: Business, lead: Journey, at: datetime) -> None:
    """A field of her lead is changed by hand, and again among many."""
    change_journey(lead, {"custom.roof": PHRASE}, by=office.tom, at=at)
    told = {"field": "custom.roof", "value": f"{PHRASE} again", "why": NAME}
    given = {"listing": "leads", "act": "set", "asks": {}, "picked": [str(lead.pk)], "told": told}
    begin_run(kind="bulk", title=f"Change {NAME}", given=given, total=1, by=office.maya, at=at, at_once=True)
    assert PHRASE in str(RunPart.objects.filter(run__title__endswith=NAME).get().rows)


def keep_filters(office: Business, at: datetime) -> None:
    """Colleagues ask for her by name, and call what they keep by her."""
    at += timedelta(minutes=1)
    named = {"field": "name", "is": NAME.upper()}
    segment(office, f"Like {NAME}", {"any": [named, {"field": "phone", "contains": TYPED}]}, at=at)
    segment(office, NAME, {"field": "place", "is": "Conway"}, at=at + timedelta(seconds=1))
    asks = {"condition": {"field": "email", "one_of": [EMAIL, "ann@example.com"]}, "columns": ["name"]}
    view = save_view(listing="contacts", name="Two of them", asks=asks, by=office.ben, at=at)
    save_view(listing="leads", name=f"Of {NAME}", asks={}, by=office.ben, at=at + timedelta(seconds=1))
    remove_view(view, by=office.ben, at=at + timedelta(seconds=2))
    save_view(listing="contacts", name="One of them", asks=asks, by=office.ben, at=at + timedelta(seconds=3))
    given = {"listing": "contacts", "act": "tag", "asks": {"condition": named}, "picked": [], "told": {}}
    Run.objects.create(kind="bulk", title="Tag", given=given, by=office.maya, created_at=at, ended_at=at)
    token, _ = create_token(name="Lists", role="sales", by=office.maya, at=at)
    KeptAnswer.objects.create(
        token=token, key="2", fingerprint="x", created_at=at, lease_until=at, status=201,
        body=json.dumps({"name": "Like her", "condition": named}),
    )  # fmt: skip


def bring_files(office: Business, contact: Contact, at: datetime) -> None:
    """One with rows of every kind that tell of her, and one that was only looked at."""
    name = f"{NAME}.csv"
    run = Run.objects.create(kind="import", title=f"Import of {name}", by=office.maya, created_at=at, ended_at=at)
    told = {"size": 1, "shape": {"format": "csv"}, "by": office.maya, "created_at": at}
    file = Import.objects.create(name=name, sample=[[NAME, EMAIL]], run=run, **told)
    likely = f"Perhaps {NAME} (81 %): Same name"
    for number, row in enumerate(
        (
            {"did": "changed", "contact_id": contact.pk, "before": {"name": NAME}},
            {"did": "failed", "cells": [NAME, EMAIL], "problem": "“moonflower” is not a day"},
            {"did": "failed", "cells": ["Q", TYPED, PHRASE], "problem": "Not a day"},
            {"did": "aside", "cells": ["Quilliana V.", "q@heron.example"], "problem": likely, "likely_id": contact.pk},
            {"did": "aside", "cells": ["Quilliana V.", "q@heron.example"], "problem": likely},
            {"did": "aside", "cells": ["Quilliana V."], "problem": likely.replace("(", "of row 2 (")},
        )
    ):
        ImportedRow.objects.create(import_of=file, number=number + 1, **row)
    rows = f"Name,Email\n{NAME},{EMAIL}\n".encode()
    Run.objects.create(kind="undo", title=f"Taking back: {run.title}", undoes=run, by=office.maya, created_at=at)
    take_file(name, [rows], size=len(rows), by=office.maya, at=at)


def tables() -> list[str]:
    """All there are, with those that SQLite's search keeps for itself."""
    return sorted(connection.introspection.table_names(include_views=False))


def traces() -> Iterator[tuple[str, str, str]]:
    """Every column of every table in which one of her words stands."""
    with connection.cursor() as cursor:
        for table in tables():
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    text = as_text(value).lower()
                    yield from ((table, column, needle) for needle in NEEDLES if needle in text)


def as_text(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


def figures() -> dict[str, Any]:
    """What reports are made of: as many as before, with the same kinds, times, sources and values."""
    found: dict[str, Any] = {
        model.__name__: sorted(model.objects.values_list(*columns), key=str)
        for model, columns in {
            Journey: ("pk", "playbook_id", "stage_id", "value_minor", "started_at"),
            StageVisit: ("pk", "stage_id", "entered_at"),
            Clock: ("pk", "kind", "due_at", "met_at"),
            Message: ("pk", "direction", "channel", "rule_id", "created_at"),
            Call: ("pk", "direction", "outcome", "started_at"),
            Signal: ("pk", "kind", "channel", "source", "state", "received_at"),
        }.items()
    }
    # The name of a file is no figure, and goes.
    came = Journey.objects.exclude(context__kind="import")
    won = Journey.objects.filter(outcome="won").values_list("pk", flat=True)
    return found | {
        "won": sorted(won),
        "sources": sorted(came.values_list("context__channel", "context__source"), key=str),
        "decisions": set(Decision.objects.values_list("pk", flat=True)),
        "events": set(Event.objects.values_list("pk", "key", "at")),
        "tasks": set(Task.objects.values_list("pk", "kind", "due_at")),
    }


def test_no_table_holds_a_word_of_her_and_all_is_counted_as_before(
    ridgeline: Business, django_capture_on_commit_callbacks: Any
) -> None:
    contact = quilliana(ridgeline)
    [file] = Path(settings.MEDIA_ROOT, "imports").iterdir()
    assert EMAIL in file.read_text()
    held = {table for table, _, _ in traces()}
    assert {"journeys_task", "journeys_decision", "intake_rawsignal", "team_runpart"} <= held
    before = figures()
    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase_contact(contact, why="asked", by=ridgeline.maya, at=LATER)
    assert sorted(set(traces())) == []
    assert not file.exists()
    assert ImportedRow.objects.count() == 6
    assert audit()["violations"] == 0
    after = figures()
    for name in ("decisions", "events", "tasks"):
        assert before[name] <= after[name], name
    kept = {name: rows for name, rows in before.items() if name not in ("decisions", "events", "tasks", "StageVisit")}
    assert {name: after[name] for name in kept} == kept
    assert not Journey.objects.filter(contact=contact).exclude(status="closed").exists()
    assert RunPart.objects.get(run__title="Change").rows[0]["before"] == {"place": "Cabot"}
    assert erasure.counts["messages"] >= 2
    sizes = dict(SegmentSweep.objects.filter(size__gt=0).values_list("segment", "size"))
    assert sizes == Counter(SegmentMember.objects.values_list("segment", flat=True))
    assert sizes
    assert find_people("quilliana", who=ridgeline.maya, limit=5) == []
    her = recognize(name=NAME, email=EMAIL, phone="", region="US", at=LATER)
    assert her.is_new


def test_a_full_copy_tells_all_that_is_held_about_her_and_nothing_of_others(ridgeline: Business) -> None:
    contact = quilliana(ridgeline)
    copy = ZipFile(BytesIO(copy_person(contact, by=ridgeline.maya, at=LATER)))
    told = json.loads(copy.read("person.json"))
    page = copy.read("person.html").decode()
    assert {holding.called for holding in holdings() if holding.called} == told["about"].keys()
    letter = next(name for name in copy.namelist() if name.startswith("letters/"))
    assert PHRASE in copy.read(letter).decode()
    for words in (NAME, EMAIL, TYPED, "moonflower", "Bring Quilliana Vexworth a net", "Ben Whitfield"):
        assert words in page
        assert words in json.dumps(told)
    assert "Ann Lee" not in page
    assert Event.objects.filter(key="contact.copied", contact_id=contact.pk, by=ridgeline.maya).exists()


def test_it_is_foreseen_without_a_change_and_refused_twice_and_while_a_message_leaves(ridgeline: Business) -> None:
    contact = quilliana(ridgeline)
    seen = foresee_erasure(contact, by=ridgeline.maya, at=LATER)
    assert (seen.removed["addresses and numbers"], seen.blanked["journeys"]) == (3, 2)
    assert seen.kept["visits of stages"] >= 2
    sending = {"state": MessageState.SENDING, "lease_until": LATER, "send_at": TUESDAY, "reason": ""}
    leaving = Message.objects.filter(contact=contact, direction="out")
    leaving.filter(pk=leaving.latest("created_at").pk).update(**sending)
    with pytest.raises(Refused, match="leaving at this moment"):
        erase_contact(contact, why="asked", by=ridgeline.maya, at=LATER)
    assert Contact.objects.get(pk=contact.pk).name == NAME
    leaving.filter(state="sending").update(state="handed_over", lease_until=None)
    Run.objects.filter(kind="bulk").update(ended_at=None)
    with pytest.raises(Refused, match="is under way"):
        erase_contact(contact, why="asked", by=ridgeline.maya, at=LATER)
    Run.objects.filter(kind="bulk").update(ended_at=LATER)
    erase_contact(contact, why="asked", by=ridgeline.maya, at=LATER)
    with pytest.raises(Refused, match="erased already"):
        erase_contact(contact, why="asked", by=ridgeline.maya, at=LATER)
    assert Erasure.objects.count() == 1
    assert not Merge.objects.exists()
    with pytest.raises(Refused, match="was erased"):
        reopen_journey(Journey.objects.filter(contact=contact)[0], by=ridgeline.ben, at=LATER + timedelta(hours=1))


def test_every_table_about_a_person_is_told_or_says_why_not() -> None:
    held = {holding.model for holding in holdings()}
    pointing = {pointer.model for pointer in all_pointers()}
    forgotten = sorted(model._meta.label_lower for model in pointing - held)
    assert [label for label in forgotten if label not in WHY_NOT] == [], "register a Holding, or say in WHY_NOT why not"


TEXTS = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.EmailField)


def test_every_column_of_text_is_blanked_or_said_to_stay() -> None:
    """Rows that are removed need not say anything."""
    unsaid = []
    for holding in holdings():
        if holding.erase is None:
            continue
        for column in holding.model._meta.concrete_fields:
            if isinstance(column, TEXTS) and column.name not in (*holding.erase, *holding.keeps):
                unsaid.append(f"{holding.model._meta.label_lower}.{column.name}")
    assert unsaid == []


# Fields of facts with text that says nothing of a person: ids, words of ours, names of colleagues, of rules and stages.
PLAIN = frozenset(
    (
        *("signal_id", "message_id", "call_id", "task_id", "other_id", "merge_id", "company_id", "journey_id"),
        *("kind", "channel", "source", "direction", "outcome", "how", "in_flight", "purposes", "question", "template"),
        *("by", "owner", "owner_name", "taker", "taker_name", "giver", "names", "users", "rule_id", "left"),
        *("stage", "playbook", "clock", "fresh", "changed", "clocks"),
    )
)
# Where the same word means something of ours.
PLAIN_HERE = {
    "setting.changed": {"table", "row", "what", "changes"},
    "owner.gone": {"reason"}, "contact.erased": {"why"},
    "stage.moved": {"title"}, "clock.broken": {"title"}, "company.changed": {"what", "changes", "why"},
    "company.added": {"name"}, "company.merged": {"name", "other_name"}, "company.removed": {"name"},
    "list.exported": {"listing", "form", "what"},
    "playbook.published": {"title", "reason"}, "playbook.rolled_back": {"title", "reason"},
    "playbook.held_released": {"reason"},
}  # fmt: skip


def test_every_text_of_every_fact_is_marked_or_said_to_be_plain() -> None:
    unsaid = [
        f"{key}.{one.name}"
        for key, fact in CATALOGUE.items()
        for one in fields(fact)
        if any(kind in str(one.type) for kind in ("str", "dict", "list"))
        and get_origin(one.type) is not Personal
        and one.name not in PLAIN | PLAIN_HERE.get(key, set())
    ]
    assert unsaid == [], "mark it as Personal in the catalogue, or say here that it is plain"
