"""Who did what, and when, with what was there before: a page of the log that never counts."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.people.actions import write_note
from trellis.people.changing import change_company, change_contact, company_named
from trellis.setup.queries.history import PAGE, Asked, history_page, narrowed
from trellis.team.actions.people import create_user
from trellis.team.models import Grant, User

LATER = TUESDAY + timedelta(minutes=1)


@pytest.fixture
def screen(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen(client)
    monkeypatch.setattr("django.utils.timezone.now", lambda: screen.at)
    return screen.log_in(ridgeline.maya)


def test_people_settings_and_what_was_taken_back_are_told_with_before_and_after(
    screen: Screen, ridgeline: Business
) -> None:
    renee = ridgeline.contact()
    change_contact(renee, {"place": "Conway"}, by=ridgeline.ben, at=TUESDAY, why="She moved")
    screen.at = LATER
    screen.send(f"/people/{ridgeline.ben.pk}", name="Ben W.", email="ben@ridgeline.example", role="manager")
    screen.send(screen.undo)
    screen.open("/settings/changes")
    assert "Ben Whitfield · Changed place · Renee Castillo place Conway She moved" in screen.words.replace("  ", " ")
    assert screen.words.count("Maya Ortiz · Changed the person Ben") == 2
    assert "sales became manager" in screen.words
    assert "manager became sales" in screen.words
    assert "Renee" not in (screen.open("/settings/changes?kind=settings") and screen.words)
    assert "Conway" in (screen.open(f"/settings/changes?kind=people&who={ridgeline.ben.pk}") and screen.words)
    assert "Nothing was changed here" in (screen.open("/settings/changes?until=2026-05-20") and screen.words)
    assert "She moved" in (screen.open(f"/settings/changes?contact={renee.pk}") and screen.words)
    assert "place: → Conway" in screen.client.get("/settings/changes.csv").getvalue().decode().replace(":  ", ": ")


def test_who_let_whom_in_is_told_and_whoever_has_left_can_still_be_asked_for(
    screen: Screen, ridgeline: Business
) -> None:
    create_user(name="Ada New", email="ada@ridgeline.example", role="admin", by=ridgeline.maya, at=TUESDAY)
    User.objects.filter(pk=ridgeline.ben.pk).update(deactivated_at=TUESDAY)
    screen.open("/settings/changes?kind=settings")
    assert "Maya Ortiz · Added the person Ada New" in screen.words
    assert "admin" in screen.words
    assert "Ben Whitfield, has left" in screen.words


def test_instants_are_told_in_the_persons_own_zone_and_to_programs_in_utc(screen: Screen, ridgeline: Business) -> None:
    screen.send(
        "/people/away/new", user=str(ridgeline.ben.pk), from_day="2026-06-11", from_clock="09:00", until_clock="12:00"
    )
    screen.open("/settings/changes?kind=settings")
    assert "Thu, Jun 11, 2026, 9:00 AM CDT" in screen.words
    assert "UTC" not in screen.words
    assert "2026-06-11 14:00 UTC" in screen.client.get("/settings/changes.csv").getvalue().decode()


def test_a_password_is_changed_without_being_told(screen: Screen, ridgeline: Business) -> None:
    screen.send(f"/people/{ridgeline.ben.pk}/password")
    assert "pbkdf2" not in str(list(Event.objects.values_list("payload")))


def test_pages_follow_each_other_without_a_count(screen: Screen, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    for number in range(PAGE + 5):
        write_note(renee, text=f"Note {number}", by=ridgeline.ben, at=TUESDAY + timedelta(seconds=number // 3))
    forget()
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        screen.open("/settings/changes?kind=people")
    assert len(asked) <= 12
    first, after = history_page(Asked(kind="people"))
    second, end = history_page(Asked(kind="people", after=after))
    assert (len(first), len(second), end) == (PAGE, 5, "")
    told = [line.changes[0][2] for line in (*first, *second)]
    assert len(set(told)) == PAGE + 5
    assert "Show the next ones" in screen.words


def test_each_way_to_ask_goes_along_an_index(ridgeline: Business) -> None:
    renee = ridgeline.contact()
    Event.objects.bulk_create(
        Event(key="tag.added", at=TUESDAY + timedelta(seconds=number), by=ridgeline.ben, contact_id=renee.pk)
        if number % 4 == 0
        else Event(key="step.set", at=TUESDAY + timedelta(seconds=number))
        for number in range(4_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for asked in (Asked(), Asked(who=ridgeline.ben.pk), Asked(since=TUESDAY, until=LATER)):
        plan = narrowed(asked)[:PAGE].explain()
        # Of all people or of one: where one did nearly everything, PostgreSQL takes either.
        assert "event_by_pe" in plan
        assert not any(slow in plan for slow in ("Seq Scan", "Sort Key", "TEMP B-TREE"))


@pytest.mark.parametrize(("role", "status"), [("manager", 200), ("sales", 403)])
def test_it_is_for_whoever_sees_all_that_it_tells_of(
    role: str, status: int, screen: Screen, ridgeline: Business
) -> None:
    User.objects.filter(pk=ridgeline.ben.pk).update(role=role)
    screen.log_in(ridgeline.ben)
    screen.open("/settings/changes")
    assert screen.status == status
    screen.open("/settings")
    assert ("What was changed" in screen.words) == (status == 200)


def test_companies_are_told_only_to_whoever_sees_everybody(screen: Screen, ridgeline: Business) -> None:
    company = company_named("Secret Works", at=TUESDAY)
    change_company(company, {"place": "Zug"}, by=ridgeline.maya, at=TUESDAY)
    assert "Zug" in (screen.open("/settings/changes") and screen.words)
    Grant.objects.create(role="sales", noun="history", verb="see", reach=3)
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=1)
    forget()
    screen.log_in(ridgeline.ben)
    for address in ("/settings/changes", "/settings/changes?kind=people"):
        screen.open(address)
        assert screen.status == 200
        assert "Zug" not in screen.words


@pytest.mark.parametrize(
    "asked",
    ["until=9999-12-31", "since=0001-01-01", "after=0001-01-01T00:00:00%2B14:00_01a21a99-ca80-7ba9-b3af-3b9ed513f0a0"],
)
def test_a_day_at_the_end_of_the_calendar_is_not_asked_for(asked: str, screen: Screen) -> None:
    screen.open(f"/settings/changes?{asked}")
    assert screen.status == 200
