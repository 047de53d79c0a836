"""Finding people by half of what one remembers of them."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, next_step
from trellis.core.memory import forget
from trellis.desk.queries.found import found_people
from trellis.desk.tests.conftest import Desk
from trellis.journeys.actions import close_journey
from trellis.journeys.models import Journey
from trellis.people.actions import remember_touch
from trellis.people.models import Contact
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.pages import viewer_for


@pytest.fixture
def look_for(ridgeline):
    """Looking for people as Maya, on Tuesday at 10:00."""

    def look(text, limit=8):
        return found_people(text, ridgeline.maya, viewer_for(ridgeline.maya, TUESDAY, business()), limit)

    return look


@pytest.fixture
def tasha(ridgeline):
    return ridgeline.contact("Tasha Greer", "tasha.greer@example.com", "+15015550142")


@pytest.mark.parametrize(
    "text", ["0142", "555-01", "(501) 555", "tash", "GREER", "greer tasha", "greer@exa", "tasha 142"]
)
def test_a_person_is_found_with_the_three_facts(look_for, ridgeline, tasha, text):
    journey = ridgeline.lead(tasha)

    (found,) = look_for(text)

    assert (found.contact, found.name, found.lifecycle) == (tasha, "Tasha Greer", "Lead")
    assert (found.owner, found.next_step, found.due_at) == (journey.owner, next_step(journey), journey.due_at)


def test_the_number_that_was_found_is_said_as_people_read_it(look_for, tasha):
    assert [found.by for found in look_for("0142")] == ["(501) 555-0142"]
    assert [found.by for found in look_for("tasha")] == [""]


def test_a_name_that_begins_so_comes_before_one_that_only_has_it_inside(look_for, ridgeline):
    ridgeline.contact("Anna Castan", "a@example.com")
    ridgeline.contact("Constance Ode", "b@example.com")
    ridgeline.contact("Stan Lee", "c@example.com")

    assert [found.name for found in look_for("stan")] == ["Stan Lee", "Constance Ode", "Anna Castan"]


def test_looking_takes_as_many_questions_for_eight_as_for_one(look_for, ridgeline, django_assert_max_num_queries):
    for number in range(8):
        ridgeline.lead(ridgeline.contact(f"Lee {number}", f"lee{number}@example.com"))

    with django_assert_max_num_queries(5):
        assert len(look_for("lee")) == 8


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "tasha grear", "99"])
def test_nobody_is_found_by_words_that_are_not_theirs(look_for, tasha, text):
    assert look_for(text) == []


def test_a_name_nobody_has_says_whom_one_may_have_meant(desk: Desk, tasha):
    page = desk.open("/contacts/?q=Tasha Grear")
    assert "No one called “Tasha Grear”." in page
    assert "Did you mean Tasha Greer?" in page
    assert f'href="/contacts/{tasha.pk}/">Open Tasha</a>' in page
    assert "New lead" in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zorro Bandit", "No one called “Zorro Bandit”."),
        ("555-9999", "No one with the number “555-9999”."),
        ("z@nowhere.example", "No one with the address “z@nowhere.example”."),
    ],
)
def test_whoever_is_not_found_can_be_added(desk: Desk, tasha, text, said):
    page = desk.open(f"/contacts/?q={text}")
    assert (said in page, "Did you mean" in page) == (True, False)
    assert text in desk.open(re.findall(r'href="(/leads/new[?][^"]+)"', page)[0])


def test_a_viewer_is_not_offered_what_they_cannot_do(desk: Desk, ridgeline):
    User.objects.filter(pk=ridgeline.maya.pk).update(role="viewer")
    assert '<a class="button button--primary" href="/leads/new"' not in desk.open("/contacts/?q=Nobody")


def test_half_a_number_finds_the_row_with_what_is_next(desk: Desk, ridgeline, tasha):
    journey = ridgeline.lead(tasha)
    page = desk.open("/contacts/?q=0142")
    row = page.partition(f'id="person-{tasha.pk}"')[2].partition("</li>")[0]
    assert "(501) 555-0142" in row
    assert next_step(journey).title in row
    assert journey.owner
    assert f"Owner: {journey.owner.name}" in row
    assert "5m left" in row
    assert "Lead" in row


def test_somebody_with_nothing_open_says_how_it_ended(desk: Desk, ridgeline, tasha):
    close_journey(ridgeline.lead(tasha), outcome="lost", reason="Too far away", by=ridgeline.ben, at=TUESDAY)
    page = desk.open("/contacts/")
    assert "Nothing is open" in page
    assert "Too far away" in page
    assert "Past lead" in page


def test_whoever_was_heard_of_last_comes_first_and_names_go_by_the_alphabet(desk: Desk, ridgeline):
    for number, name in enumerate(("Cora", "ann", "Bert")):
        contact = ridgeline.contact(name, f"{name}@example.com")
        remember_touch(contact, {"channel": "web", "at": (TUESDAY - timedelta(days=number)).isoformat()})
    assert names(desk.open("/contacts/")) == ["Cora", "ann", "Bert"]
    assert names(desk.open("/contacts/?order=name")) == ["ann", "Bert", "Cora"]
    assert names(desk.open("/contacts/?order=nonsense")) == ["Cora", "ann", "Bert"]


@pytest.mark.parametrize("order", ["name", "heard"])
def test_everybody_is_listed_once_page_after_page(desk: Desk, ridgeline, order):
    Contact.objects.bulk_create(Contact(name=f"Lee {number % 7}", created_at=TUESDAY) for number in range(120))
    listed, address = [], f"/contacts/?order={order}"
    while address:
        page = desk.open(address)
        listed += re.findall(r'id="person-([0-9a-f-]+)"', page)
        more = re.search(r'href="(\?order=[^"]+after=[^"]+)"', page)
        address = f"/contacts/{more[1]}" if more else ""
    assert (len(listed), len(set(listed))) == (120, 120)


@pytest.mark.parametrize("after", ["nonsense", "~", "2026-01-01~x", "\x00~", "2026-01-01T00:00:00~" + "0" * 32])
@pytest.mark.parametrize("order", ["name", "heard"])
def test_an_address_that_was_made_up_starts_at_the_beginning(desk: Desk, tasha, after, order):
    page = desk.open("/contacts/", QUERY_STRING=urlencode({"order": order, "after": after}))
    assert desk.status == 200
    assert "Tasha Greer" in page or order == "name"


def test_who_spoke_last_is_on_the_row(desk: Desk, ridgeline, tasha):
    assert "Heard from them" not in desk.open("/contacts/"), "They were only written down."
    journey = ridgeline.lead(tasha, at=TUESDAY - timedelta(hours=3))
    assert "Heard from them" in desk.open("/contacts/")
    Journey.objects.filter(pk=journey.pk).update(spoke_at=TUESDAY - timedelta(hours=1))
    assert "We spoke" in desk.open("/contacts/")


def test_a_new_business_is_told_how_the_first_ones_come(desk: Desk):
    page = desk.open("/contacts/")
    assert "Nobody is here yet" in page
    assert "Connect your form" in page


@pytest.mark.parametrize("address", ["/contacts/", "/contacts/?order=name", "/contacts/?q=lee", "/contacts/?q=leh"])
def test_the_list_asks_at_most_fifteen_questions(desk: Desk, ridgeline, django_assert_max_num_queries, address):
    for number in range(12):
        ridgeline.lead(ridgeline.contact(f"Lee {number}", f"lee{number}@example.com"))
    forget()
    with django_assert_max_num_queries(15):
        desk.open(address)


def names(page: str) -> list[str]:
    return re.findall(r"person-row__link[^>]*>([^<]+)</a>", page)
