"""Finding people by half of what one remembers of them."""

import pytest

from tests.cast import TUESDAY, next_step
from trellis.desk.queries.found import found_people
from trellis.team.queries import business
from trellis.web.pages import viewer_for


@pytest.fixture
def look_for(ridgeline):
    """Looking for people as Maya, on Tuesday at 10:00."""

    def look(text, limit=8):
        return found_people(text, viewer_for(ridgeline.maya, TUESDAY, business()), limit)

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
