"""A segment holds whom its filter finds: whatever happens to whomever, in whatever order."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from tests.segments import DAY, FILTERS, MINUTE, segment, settle
from trellis.core.conditions import holds
from trellis.journeys.actions import assign_journey, close_journey, move_journey
from trellis.journeys.models import Journey
from trellis.people import segment_jobs
from trellis.people.actions import add_tags, remember_touch, remove_tags, set_tags, withdraw_contacts, write_note
from trellis.people.changing import add_contact, change_company, change_contact, undo_contact_change
from trellis.people.fields import reading
from trellis.people.merging import merge_contacts
from trellis.people.models import Company, Contact, Merge, Segment, SegmentMember, SegmentSweep
from trellis.people.segment_fields import askable, condition_of, who_fits
from trellis.people.segment_jobs import keep_segments
from trellis.people.unmerging import unmerge
from trellis.team.undoing import change_at


def kept(of: Segment) -> set[Any]:
    return set(SegmentMember.objects.filter(segment=of).values_list("contact_id", flat=True))


def asked_of_the_database(of: Segment, at: datetime) -> set[Any]:
    fields = askable()
    condition = condition_of(of, fields)
    assert condition
    return set(who_fits(condition, fields, at).values_list("pk", flat=True))


def asked_in_memory(of: Segment, at: datetime) -> set[Any]:
    fields = askable()
    condition, needs = condition_of(of, fields), {str(need): need for one in fields.values() for need in one.needs}
    people = Contact.objects.genuine().prefetch_related(*needs.values())
    return {one.pk for one in people if holds(condition, reading(fields, one), at=at)}


class Town:
    """People to whom things happen, at random but the same each time."""

    def __init__(self, office: Business, seed: int) -> None:
        self.office, self.at, self.dice = office, TUESDAY, random.Random(seed)
        self.acts: list[Callable[[Contact], object]] = [
            *(self.tag, self.tag, self.untag, self.move_house, self.hire, self.rename, self.hear),
            *(self.start, self.start, self.assign, self.move, self.close, self.merge, self.part, self.withdraw),
            *(self.arrive, self.take_back, self.wait, self.keep_some),
        ]
        for number in range(6):
            office.contact(f"Person {number}", f"p{number}@example.com")

    def live(self) -> None:
        self.at += MINUTE
        person = self.dice.choice(list(Contact.objects.genuine().order_by("name", "pk")))
        self.dice.choice(self.acts)(person)

    def tag(self, who: Contact) -> None:
        add_tags(who, [self.dice.choice(["insured", "vip"])], by=self.office.ben, at=self.at)

    def untag(self, who: Contact) -> None:
        remove_tags(who, ["insured", "vip"], by=self.office.ben, at=self.at)

    def move_house(self, who: Contact) -> None:
        place = self.dice.choice(["Conway", "Cabot", ""])
        change_contact(who, {"place": place}, by=self.office.ben, at=self.at)

    def hire(self, who: Contact) -> None:
        change_contact(who, {"company": self.dice.choice(["Hale & Co", ""])}, by=self.office.ben, at=self.at)

    def rename(self, who: Contact) -> None:
        if company := Company.objects.first():
            name = self.dice.choice(["Hale & Co", "Storm Ltd"])
            change_company(company, {"name": name}, by=self.office.ben, at=self.at)

    def hear(self, who: Contact) -> None:
        remember_touch(who, {"channel": "web", "at": self.at.isoformat()})
        write_note(who, text="Wrote to us", by=self.office.ben, at=self.at)

    def start(self, who: Contact) -> None:
        self.office.lead(who, at=self.at)

    def lead(self, who: Contact) -> Journey | None:
        return Journey.objects.filter(contact=who, status="open").order_by("pk").first()

    def assign(self, who: Contact) -> None:
        if lead := self.lead(who):
            owner = self.dice.choice([self.office.ben, self.office.priya])
            assign_journey(lead, owner=owner, by=self.office.maya, at=self.at)

    def move(self, who: Contact) -> None:
        if lead := self.lead(who):
            move_journey(lead, stage="qualified", by=self.office.ben, at=self.at)

    def close(self, who: Contact) -> None:
        if lead := self.lead(who):
            close_journey(lead, outcome="lost", reason="Price", by=self.office.ben, at=self.at)

    def merge(self, who: Contact) -> None:
        other = Contact.objects.genuine().exclude(pk=who.pk).order_by("pk").first()
        if other:
            merge_contacts(who, other, by=self.office.ben, at=self.at)

    def part(self, who: Contact) -> None:
        last = Merge.objects.filter(undone_at=None).order_by("-at").first()
        if last and not last.survivor.merged_into_id:
            unmerge(last, by=self.office.ben, at=self.at)

    def withdraw(self, who: Contact) -> None:
        if Contact.objects.genuine().count() > 3:
            withdraw_contacts([who.pk], at=self.at)
            write_note(who, text="Came by mistake", by=self.office.ben, at=self.at)

    def arrive(self, who: Contact) -> None:
        add_contact({"name": "Somebody new", "place": "Conway"}, by=self.office.ben, at=self.at)

    def take_back(self, who: Contact) -> None:
        set_tags(who, ["insured"], by=self.office.ben, at=self.at)
        if change := change_at(by=self.office.ben, at=self.at):
            self.keep_some(who)
            undo_contact_change(change, by=self.office.ben, at=self.at + timedelta(seconds=9))

    def wait(self, who: Contact) -> None:
        self.at += self.dice.choice([timedelta(hours=2), 4 * DAY, 20 * DAY])

    def keep_some(self, who: Contact) -> None:
        """The worker comes by, and is not done."""
        keep_segments(at=self.at)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_a_segment_holds_whom_its_filter_finds(
    ridgeline: Business, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, few in (("EVENTS", 7), ("ASKED", 3), ("LOOKED_THROUGH", 4), ("WRITTEN", 2)):
        monkeypatch.setattr(segment_jobs, name, few)
    # No look through everybody may heal what events should have told.
    monkeypatch.setattr(segment_jobs, "EVERY_DAY", 10_000 * DAY)
    town = Town(ridgeline, seed)
    segments = [segment(ridgeline, name) for name in FILTERS]
    for _ in range(3):
        for _ in range(14):
            town.live()
        town.at += timedelta(hours=1)
        settle(town.at)
        for one in segments:
            assert kept(one) == asked_of_the_database(one, town.at) == asked_in_memory(one, town.at), one.name
            assert SegmentSweep.objects.get(segment=one).size == len(kept(one))
    assert any(kept(one) for one in segments)
