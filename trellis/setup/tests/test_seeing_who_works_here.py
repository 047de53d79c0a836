"""The list of people: where they stand, what they carry, when they are away; for everybody, changed by admins alone."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business, chicago
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.setup.queries.people import PAGE
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.people import create_user, deactivate_user
from trellis.team.models import User


def test_everybody_is_there_with_role_teams_and_what_they_carry(screen: Screen, ridgeline: Business) -> None:
    ridgeline.lead()
    screen.open("/people/")
    assert "Ben Whitfield ben@ridgeline.example Sales · Estimators, Front desk" in screen.words
    assert "Maya Ortiz you maya@ridgeline.example Admin · Front desk Admin Front desk On duty Nothing planned 1" in (
        screen.words
    )


def test_an_absence_is_added_from_the_list_by_whoever_may(screen: Screen, ridgeline: Business) -> None:
    address = "/people/away/new?who={}"
    page = screen.open("/people/")
    assert address.format(ridgeline.tom.pk) in page
    assert f'value="{ridgeline.tom.pk}" selected' in screen.open(address.format(ridgeline.tom.pk))
    page = screen.log_in(ridgeline.ben).open("/people/")
    assert address.format(ridgeline.ben.pk) in page
    assert address.format(ridgeline.tom.pk) not in page


def test_whoever_is_off_or_away_says_when_they_are_back(screen: Screen, ridgeline: Business) -> None:
    back = chicago("2026-06-15 00:00")
    put_on_leave(ridgeline.ben, starts_at=TUESDAY, ends_at=back, reason="Lake", by=ridgeline.maya, at=TUESDAY)
    screen.open("/people/")
    assert "Away, back Mon 8:00 AM Tue, Jun 9, 10:00 AM – Mon, Jun 15, 12:00 AM" in screen.words
    screen.at = chicago("2026-06-09 12:30")
    screen.open("/people/")
    assert "Back 1:00 PM" in screen.words


def test_whole_days_of_leave_are_said_as_days(screen: Screen, ridgeline: Business) -> None:
    for start, end in (("2026-07-06", "2026-07-11"), ("2026-08-03", "2026-08-04")):
        put_on_leave(
            ridgeline.ben,
            starts_at=chicago(f"{start} 00:00"),
            ends_at=chicago(f"{end} 00:00"),
            by=ridgeline.maya,
            at=TUESDAY,
        )
    screen.open("/people/")
    assert "Mon, Jul 6 – Fri, Jul 10 and 1 more" in screen.words


def test_who_left_stands_below_with_the_day(screen: Screen, ridgeline: Business) -> None:
    deactivate_user(ridgeline.tom, by=ridgeline.maya, at=TUESDAY - timedelta(days=3))
    here, _, left = screen.open("/people/").partition("Have left")
    assert "Tom Okafor" not in here
    assert "Tom Okafor" in left
    assert "Sales · left Jun 6" in screen.words


def test_others_read_and_change_nothing(screen: Screen, ridgeline: Business) -> None:
    page = screen.log_in(ridgeline.ben).open("/people/")
    assert "Maya Ortiz" in page
    assert "Add person" not in page
    for address in ("new", str(ridgeline.tom.pk), f"{ridgeline.tom.pk}/left", f"{ridgeline.tom.pk}/password"):
        screen.open(f"/people/{address}")
        assert screen.status == 403
        assert "This is not yours to change" in screen.words


def test_whoever_is_alone_is_told_what_comes_next(screen: Screen, ridgeline: Business) -> None:
    User.objects.exclude(pk=ridgeline.maya.pk).delete()
    forget()
    screen.open("/people/")
    assert "You are the only one here" in screen.words
    assert "Add the people who answer leads with you." in screen.words


def test_many_people_come_page_by_page(screen: Screen, ridgeline: Business) -> None:
    for number in range(PAGE):
        create_user(name=f"Person {number:02}", email=f"p{number}@ridgeline.example", role="sales", by=None, at=TUESDAY)
    first = screen.open("/people/")
    assert "Person 20" in first
    assert "Tom Okafor" not in first
    address = first.split('href="?after=')[1].split('"')[0]
    rest = screen.open(f"/people/?after={address}")
    assert "Tom Okafor" in rest
    assert "Person 20" not in rest
    assert "Ben Whitfield" in screen.open("/people/?after=nonsense|more")


@pytest.mark.parametrize("path", ["/people/", "/people/away", "/people/teams", "/people/hours"])
def test_every_page_takes_few_queries_however_many_people_there_are(
    screen: Screen, ridgeline: Business, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        person = create_user(
            name=f"Person {number}", email=f"p{number}@ridgeline.example", role="sales", by=None, at=TUESDAY
        )
        end = TUESDAY + timedelta(days=number + 1)
        put_on_leave(person, starts_at=TUESDAY, ends_at=end, by=ridgeline.maya, at=TUESDAY)
    ridgeline.lead()
    forget()
    with django_assert_max_num_queries(15):
        screen.open(path)
    assert screen.status == 200
