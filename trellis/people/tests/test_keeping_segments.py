"""Keeping segments: at once where something is told of, by the hour, by the day, and never twice by two."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from tests.segments import DAY, MINUTE, names, segment, settle
from trellis.core.conditions import Condition
from trellis.core.ids import id_before, new_id
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.people import segment_jobs
from trellis.people.actions import add_tags, remove_tags, write_note
from trellis.people.changing import add_contact, change_company, change_contact, undo_contact_change
from trellis.people.custom import define_field, retire_field
from trellis.people.fields import fields_of_contacts
from trellis.people.models import Company, Contact, ContactTag, SegmentMember, SegmentSweep
from trellis.people.segment_fields import EVERYTHING, segments_seen
from trellis.people.segment_jobs import keep_segments
from trellis.people.segmenting import remove_segment, reshape_segment
from trellis.team.models import Grant
from trellis.team.undoing import KEPT, change_at, undo_change


def test_who_is_tagged_is_in_it_a_moment_later_and_nobody_else_is_asked(
    ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    insured = segment(ridgeline)
    ana, _ = ridgeline.contact("Ana", "ana@example.com"), ridgeline.contact("Bo", "bo@example.com")
    settle(TUESDAY)
    asked: list[Any] = []
    ask = segment_jobs.asked_again
    monkeypatch.setattr(segment_jobs, "asked_again", lambda *given: asked.append(set(given[2])) or ask(*given))
    add_tags(ana, ["insured"], at=TUESDAY + MINUTE)
    keep_segments(at=TUESDAY + MINUTE)
    assert names(insured) == ["Ana"]
    assert asked == [{ana.pk}]
    assert SegmentMember.objects.get().since == TUESDAY + MINUTE


def test_what_changes_with_a_company_changes_for_all_its_people(ridgeline: Business) -> None:
    of_hale = segment(ridgeline, "Hale")
    people = [ridgeline.contact(name, f"{name}@example.com") for name in ("Ana", "Bo")]
    for one in people:
        change_contact(one, {"company": "Storm Ltd"}, by=ridgeline.ben, at=TUESDAY)
    settle(TUESDAY)
    change_company(Company.objects.get(), {"name": "Hale & Co"}, by=ridgeline.ben, at=TUESDAY + MINUTE)
    settle(TUESDAY + MINUTE)
    assert names(of_hale) == ["Ana", "Bo"]
    change = change_at(by=ridgeline.ben, at=TUESDAY + MINUTE)
    assert change
    undo_contact_change(change, by=ridgeline.ben, at=TUESDAY + 2 * MINUTE)
    settle(TUESDAY + 2 * MINUTE)
    assert names(of_hale) == []


def test_what_was_written_late_is_read_once_more(ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long transaction made the id of its event before those that were read already."""
    insured, ana = segment(ridgeline), ridgeline.contact("Ana", "ana@example.com")
    settle(TUESDAY)
    write_note(ridgeline.contact("Bo", "bo@example.com"), text="Hello", by=ridgeline.ben, at=TUESDAY)
    settle(TUESDAY)
    add_tags(ana, ["insured"], at=TUESDAY)
    Event.objects.filter(contact_id=ana.pk).update(id=id_before(new_id(), 5_000))
    settle(TUESDAY)
    assert names(insured) == []
    monkeypatch.setattr(segment_jobs, "LATE_MILLISECONDS", 0)
    settle(TUESDAY)
    assert names(insured) == ["Ana"]


def test_time_alone_brings_people_in_and_an_hour_is_enough(ridgeline: Business) -> None:
    quiet, ana = segment(ridgeline, "Quiet"), ridgeline.contact("Ana", "ana@example.com")
    Contact.objects.filter(pk=ana.pk).update(heard_at=TUESDAY)
    settle(TUESDAY)
    settle(TUESDAY + 30 * DAY)
    assert names(quiet) == []
    settle(TUESDAY + 30 * DAY + timedelta(hours=1))
    assert names(quiet) == ["Ana"]


def test_what_no_event_told_of_is_found_within_a_day(ridgeline: Business) -> None:
    insured, ana = segment(ridgeline), ridgeline.contact("Ana", "ana@example.com")
    add_tags(ana, ["insured"], at=TUESDAY)
    settle(TUESDAY)
    ContactTag.objects.all().delete()
    settle(TUESDAY + timedelta(hours=23))
    assert names(insured) == ["Ana"]
    settle(TUESDAY + DAY)
    assert names(insured) == []


def test_another_filter_writes_the_difference_alone_and_undo_leads_back(
    ridgeline: Business, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segment_jobs, "LOOKED_THROUGH", 1)
    one = segment(ridgeline)
    for name, tags in (("Ana", ["insured"]), ("Bo", ["insured", "vip"]), ("Cy", ["vip"])):
        add_tags(ridgeline.contact(name, f"{name}@example.com"), tags, at=TUESDAY)
    settle(TUESDAY)
    rows = dict(SegmentMember.objects.values_list("contact__name", "pk"))
    later = TUESDAY + MINUTE
    vip = Condition.model_validate({"field": "tags", "contains": "vip"})
    reshape_segment(one, condition=vip, by=ridgeline.maya, at=later)
    for _ in range(2):
        keep_segments(at=later)
    assert names(one) == ["Bo"], "Ana was asked already, Cy was not"
    assert not SegmentSweep.objects.get().is_settled
    settle(later)
    assert dict(SegmentMember.objects.values_list("contact__name", "pk"))["Bo"] == rows["Bo"]
    assert names(one) == ["Bo", "Cy"]
    change = change_at(by=ridgeline.maya, at=later)
    assert change
    undo_change(change, by=ridgeline.maya, at=later + MINUTE)
    settle(later + MINUTE)
    assert names(one) == ["Ana", "Bo"]
    assert SegmentSweep.objects.get().is_settled


def test_whoever_was_faster_is_not_written_over(ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two workers ask about Ana: the slower one asked before her tag was taken off."""
    insured, ana = segment(ridgeline), ridgeline.contact("Ana", "ana@example.com")
    settle(TUESDAY)
    add_tags(ana, ["insured"], at=TUESDAY)
    ask, is_first = segment_jobs.asked_again, [True]

    def ask_slowly(*given: Any) -> Any:
        answer = ask(*given)
        if is_first.pop() if is_first else False:
            remove_tags(ana, ["insured"], at=TUESDAY)
            settle(TUESDAY)
        return answer

    monkeypatch.setattr(segment_jobs, "asked_again", ask_slowly)
    keep_segments(at=TUESDAY)
    assert names(insured) == []


def test_a_field_that_is_gone_leaves_everybody_where_they_are_until_it_is_back(ridgeline: Business) -> None:
    field = define_field(noun="contact", label="Roof", kind="text", by=ridgeline.maya, at=TUESDAY)
    ana, bo = (ridgeline.contact(name, f"{name}@example.com") for name in ("Ana", "Bo"))
    change_contact(ana, {"custom.roof": "slate"}, by=ridgeline.ben, at=TUESDAY)
    slate = segment(ridgeline, "Slate", {"field": "custom.roof", "is": "slate"})
    settle(TUESDAY)
    retire_field(field, by=ridgeline.maya, at=TUESDAY)
    forget()
    Contact.objects.filter(pk=bo.pk).update(custom={"roof": "slate"})
    write_note(bo, text="Has slate", by=ridgeline.ben, at=TUESDAY)
    settle(TUESDAY + MINUTE)
    assert names(slate) == ["Ana"]
    type(field).objects.update(retired_at=None)
    forget()
    settle(TUESDAY + MINUTE)
    assert names(slate) == ["Ana", "Bo"]


def test_a_removed_segment_is_kept_while_that_can_be_taken_back_and_lets_go_of_all_after(ridgeline: Business) -> None:
    insured, ana = segment(ridgeline), ridgeline.contact("Ana", "ana@example.com")
    settle(TUESDAY)
    remove_segment(insured, by=ridgeline.maya, at=TUESDAY)
    add_tags(ana, ["insured"], at=TUESDAY)
    settle(TUESDAY + MINUTE)
    assert names(insured) == ["Ana"]
    settle(TUESDAY + KEPT)
    assert names(insured) == []
    assert not SegmentSweep.objects.exists()


def test_somebody_added_by_mistake_is_taken_back_although_they_are_in_a_segment(ridgeline: Business) -> None:
    everybody = segment(ridgeline, "New here")
    settle(TUESDAY)
    add_contact({"name": "Lin"}, by=ridgeline.ben, at=TUESDAY)
    settle(TUESDAY)
    assert names(everybody) == ["Lin"]
    change = change_at(by=ridgeline.ben, at=TUESDAY)
    assert change
    undo_contact_change(change, by=ridgeline.ben, at=TUESDAY + MINUTE)
    assert names(everybody) == []


def test_who_may_not_see_every_lead_sees_no_segment_that_asks_about_leads(ridgeline: Business) -> None:
    segment(ridgeline, "Ben's"), segment(ridgeline, "Insured")
    assert [one.name for one in segments_seen(ridgeline.tom)] == ["Ben's", "Insured"]
    for noun, reach, seen in (("journey", 1, ["Insured"]), ("segment", 0, [])):
        Grant.objects.create(role=ridgeline.tom.role, noun=noun, verb="see", reach=reach)
        forget()
        assert [one.name for one in segments_seen(ridgeline.tom)] == seen
        assert ("segment" in fields_of_contacts(ridgeline.tom)) == bool(seen)
    assert len(segments_seen(EVERYTHING)) == 2
