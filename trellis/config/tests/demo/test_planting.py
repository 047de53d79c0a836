"""The demo business, planted on an ordinary Tuesday morning and on other days."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.contrib.auth import authenticate

from tests.cast import CHICAGO, chicago
from trellis.config.demo.company import company
from trellis.config.demo.plant import plant
from trellis.config.demo.remove import remove
from trellis.config.tests.demo.conftest import NOW
from trellis.conversations.models import Call, Message
from trellis.conversations.transports import transport_for
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.models import Clock, Journey, Playbook, Task
from trellis.journeys.queries import audit
from trellis.people.models import Contact, ContactPoint, Tag
from trellis.steps.capture.models import Form
from trellis.team.models import Absence, Business, CalendarDay, User

pytestmark = pytest.mark.slow
RIDGELINE = company()
SOON = ["Lorna Pike", "Renee Castillo", "Tasha Greer", "Marcus Hale", "Hollis Dental", "Dana Whitlock"]


def open_journeys() -> list[Journey]:
    known = Journey.objects.filter(status="open").select_related("contact", "stage", "next_task", "owner")
    return list(known.order_by("due_at"))


def due_in(first: float, last: float, now: datetime = NOW) -> list[str]:
    """Whose next step is due so many minutes from now."""
    spans = [(journey.contact.name, (journey.due_at - now) / timedelta(minutes=1)) for journey in open_journeys()]
    return [name for name, minutes in spans if first < minutes <= last]


def test_one_is_overdue_six_are_due_within_the_hour_and_more_today(demo: None) -> None:
    assert due_in(-1e6, 0) == ["Kevin Doyle"]
    assert due_in(0, 60) == SOON
    assert len(due_in(60, 13.5 * 60)) >= 15


def test_the_fresh_lead_has_five_minutes_and_nobody_has_answered(demo: None) -> None:
    renee = Journey.objects.get(contact__name="Renee Castillo")
    clock = Clock.objects.get(journey=renee, kind="first_response", met_at=None)
    assert timedelta(minutes=3) < clock.due_at - NOW < timedelta(minutes=5)
    assert NOW - renee.started_at < timedelta(minutes=2)
    assert renee.taken_over_at is None


def test_the_missed_call_was_answered_by_a_text_at_once(demo: None) -> None:
    tasha = Journey.objects.get(contact__name="Tasha Greer")
    text = Message.objects.get(journey_id=tasha.pk, rule_id="sorry")
    assert (text.channel, text.state) == ("sms", "handed_over")
    assert text.handed_over_at - tasha.started_at < timedelta(seconds=30)


def test_open_journeys_stand_in_all_six_stages_and_others_rest_or_are_over(demo: None) -> None:
    stages = Counter(journey.stage.key for journey in open_journeys())
    assert stages == {
        "new": 5, "in-conversation": 17, "qualified": 9, "booked": 7, "delivered": 5, "loyal": 4,
    }  # fmt: skip
    ended = Counter(Journey.objects.exclude(status="open").values_list("status", "outcome"))
    assert ended == {("parked", ""): 11, ("closed", "lost"): 10, ("closed", "done"): 10}


def test_nothing_breaks_the_promise_and_the_signals_add_up(demo: None) -> None:
    assert audit()["violations"] == 0
    told = counts()
    assert told["received"] == told["attached"] + told["joined"] + told["set_aside"]
    assert (told["attached"], told["set_aside"], told["waiting"]) == (78, 5, 0)


def test_the_machine_is_up_to_date(demo: None) -> None:
    assert not Task.objects.filter(status="open", kind__in=["send", "check", "wake"], due_at__lte=NOW).exists()
    assert not Task.objects.exclude(error="").exists()
    assert set(Message.objects.filter(direction="out").values_list("state", flat=True)) == {"handed_over", "suppressed"}


def test_nobody_in_it_is_real(demo: None) -> None:
    phones = ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)
    emails = ContactPoint.objects.filter(kind="email").values_list("value", flat=True)
    assert all(phone.startswith("+150155501") for phone in phones)
    assert all(email.endswith("@example.com") for email in emails)


def test_everything_is_marked_as_sample(demo: None) -> None:
    for model in (Business, User, Form, Signal, Contact):
        assert model.objects.exists()
        assert not model.objects.filter(sampled_at=None).exists()


def test_tags_have_their_colors_and_everybody_a_town(demo: None) -> None:
    hues = dict(Tag.objects.values_list("name", "hue"))
    assert (hues["Storm"], hues["Insurance"], hues["Commercial"], hues["Repair"]) == ("sky", "straw", "iris", "moss")
    assert not Contact.objects.filter(place="").exists()
    assert set(Contact.objects.get(name="Renee Castillo").tags.values_list("name", flat=True)) == {"Storm", "Referral"}


def test_one_colleague_is_away_next_week_a_day_differs_and_one_form_is_closed(demo: None) -> None:
    away = Absence.objects.get()
    assert (away.user.name, away.starts_at, away.ends_at) == (
        "Tom Okafor",
        chicago("2026-06-18 00:00"),
        chicago("2026-06-20 00:00"),
    )
    assert list(CalendarDay.objects.values_list("label", flat=True)) == ["Company picnic"]
    assert Form.objects.filter(closed_at=None).count() == 4
    assert [form.title for form in Form.objects.exclude(closed_at=None)] == ["Spring gutter cleaning"]


def test_the_playbook_was_changed_once_and_nobody_walks_the_old_one(demo: None) -> None:
    assert list(Playbook.objects.order_by("version").values_list("version", flat=True)) == [1, 2]
    assert set(Journey.objects.values_list("playbook__version", flat=True)) == {2}


def test_first_replies_of_the_morning_are_mostly_in_time(demo: None) -> None:
    morning = Clock.objects.filter(kind="first_response", started_at__gte=NOW - timedelta(hours=2, minutes=34))
    seconds = sorted((clock.met_at - clock.started_at).total_seconds() for clock in morning.exclude(met_at=None))
    assert len(seconds) == 9
    assert round(seconds[4]) == 3 * 60 + 12
    assert sum(span > 300 for span in seconds) == 1


def test_dana_was_missed_called_back_and_booked_the_visit(demo: None) -> None:
    dana = Journey.objects.get(contact__name="Dana Whitlock")
    said = list(Message.objects.filter(contact=dana.contact, rule_id="").order_by("created_at").values_list("text"))
    assert [text[:20] for (text,) in said] == [
        "Yes please call! Sta",
        "Dana, the south slop",
        "Yes to Thursday at 8",
        "It is yours, Dana: T",
    ]
    assert [call.outcome for call in Call.objects.filter(contact=dana.contact).order_by("started_at")] == [
        "missed",
        "answered",
    ]
    assert (dana.stage.key, dana.owner.name) == ("booked", "Maya Ortiz")


def test_everybody_logs_in_with_the_printed_password(demo: None) -> None:
    assert RIDGELINE.password in plant(at=NOW)
    for person in RIDGELINE.people:
        assert authenticate(username=person.email, password=RIDGELINE.password)


def test_planting_again_changes_nothing(demo: None) -> None:
    before = counts(), Journey.objects.count()
    plant(at=NOW + timedelta(days=3))
    assert (counts(), Journey.objects.count()) == before


def test_the_ways_out_are_as_before(demo: None) -> None:
    for channel in ("sms", "email"):
        assert "nowhere" not in str(transport_for(channel).__class__.__doc__)
        assert not transport_for(channel).is_connected()


def test_planting_starts_anew_where_it_was_cut_off_and_gives_the_same_picture_on_another_day(demo: None) -> None:
    before = picture(NOW)
    Business.objects.update(sampled_at=None)
    now = chicago("2026-06-23 10:34")
    assert RIDGELINE.password in plant(at=now)
    assert picture(now) == before
    assert audit()["violations"] == 0


def test_on_a_saturday_night_the_picture_is_alive_too(demo: None) -> None:
    before = picture(NOW)
    remove(at=NOW)
    now = chicago("2026-06-13 21:40")
    plant(at=now)
    assert due_in(-1e6, 0, now) == ["Kevin Doyle"]
    assert due_in(0, 60, now) == SOON
    after = picture(now)
    # Somebody sets by hand at night what the rules set by day.
    assert {name for name in before if before[name] != after[name]} <= {"Lorna Pike", "Renee Castillo", "Tasha Greer"}
    assert audit()["violations"] == 0


def picture(now: datetime) -> dict[str, tuple[object, ...]]:
    """Everybody with where they stand, what comes next, and in how many minutes where that is within the hour."""
    return {
        journey.contact.name: (
            journey.stage.key,
            journey.next_task.kind,
            journey.next_task.title if journey.next_task.assignee_id else "",
            soon(journey.due_at, now),
        )
        for journey in open_journeys()
    }


def soon(due: datetime, now: datetime) -> int | None:
    minutes = round((due - now) / timedelta(minutes=1))
    return minutes if minutes <= 60 else None


def test_a_business_that_is_here_already_is_left_alone(demo: None) -> None:
    remove(at=NOW)
    Business.objects.create(name="Summit Roofing", time_zone=str(CHICAGO))
    assert plant(at=NOW) == ""
    assert not User.objects.exists()
