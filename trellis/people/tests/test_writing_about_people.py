"""Tags, consent, notes and touches."""

import pytest

from trellis.core.refusal import Refused
from trellis.events.models import Event
from trellis.people.actions import (
    add_tags,
    mark_unreachable,
    record_consent,
    remember_touch,
    withdraw_consent,
    write_note,
)
from trellis.people.finding import find_people
from trellis.people.models import Consent, ContactPoint, Tag
from trellis.people.queries import contact_sheet
from trellis.team.models import User

CLERK = User(role="manager")


@pytest.fixture
def dana(someone_reaches_out):
    return someone_reaches_out(name="Dana Whitlock", email="dana@example.com", phone="(501) 555-0142").contact


@pytest.fixture
def teammate(db, morning):
    return User.objects.create_user("ben@example.com", name="Ben Whitfield", created_at=morning)


def test_a_tag_is_made_once_and_worn_once(dana, morning):
    assert add_tags(dana, ["Storm", "Roof", "Storm", " "], at=morning) == ["Storm", "Roof"]
    assert add_tags(dana, ["Roof", "Insurance"], at=morning) == ["Insurance"]

    assert {tag.name for tag in contact_sheet(dana, CLERK).tags} == {"Storm", "Roof", "Insurance"}
    assert Tag.objects.count() == 3
    assert [event.payload["tag"] for event in Event.objects.filter(key="tag.added")] == ["Storm", "Roof", "Insurance"]


def test_the_newest_word_on_consent_counts(dana, morning):
    record_consent(dana, channel="sms", source="form roof-repair", at=morning)
    withdraw_consent(dana, channel="sms", source="text STOP", at=morning)

    said = contact_sheet(dana, CLERK).consents
    assert {purpose: consent.granted for (_, purpose), consent in said.items()} == {
        "service": False,
        "marketing": False,
    }
    assert Consent.objects.count() == 3
    told = Event.objects.get(key="consent.withdrawn")
    assert (told.contact_id, told.journey_id, told.payload["channel"]) == (dana.id, None, "sms")


def test_a_note_is_a_colleagues_words_on_the_timeline(dana, teammate, morning):
    write_note(dana, text="  Prefers mornings. ", by=teammate, at=morning)

    note = Event.objects.get(key="note.written")
    assert (note.payload["text"], note.by) == ("Prefers mornings.", teammate)


def test_an_empty_note_is_refused(dana, teammate, morning):
    with pytest.raises(Refused, match="Write something"):
        write_note(dana, text=" \n", by=teammate, at=morning)
    assert not Event.objects.exists()


def test_a_touch_keeps_the_first_and_renews_the_last(dana):
    remember_touch(dana, {"channel": "web", "page": "/roof"})
    remember_touch(dana, {"channel": "email"})

    dana.refresh_from_db()
    assert dana.first_touch == {"channel": "web", "page": "/roof"}
    assert dana.last_touch == {"channel": "email", "page": "/roof"}


def test_an_address_where_nobody_is_any_more_is_marked_with_everybody_who_uses_it(dana, someone_reaches_out, morning):
    someone_reaches_out(name="Tom Reyes", email="dana@example.com")

    assert mark_unreachable(kind="email", value="dana@example.com", at=morning) == 2
    assert ContactPoint.objects.filter(kind="email", unreachable_at=morning).count() == 2
    assert contact_sheet(dana, CLERK).phones[0].unreachable_at is None


@pytest.mark.parametrize("words", ["0142", "501 555", "(501) 555-0142", "whitl", "dana@", "DANA@EXAMPLE"])
def test_a_person_is_found_by_half_of_what_we_know(dana, words):
    assert [found.contact for found in find_people(words, who=CLERK, limit=5)] == [dana]


@pytest.mark.parametrize("words", ["", "   ", "99", "nobody", "%", "_"])
def test_nobody_is_found_by_what_we_do_not_know(dana, words):
    assert find_people(words, who=CLERK, limit=5) == []


def test_a_possible_duplicate_is_seen_from_both_sides(dana, someone_reaches_out):
    tom = someone_reaches_out(name="Tom Reyes", email="tom@example.com").contact
    someone_reaches_out(name="Tom Reyes", email="tom@example.com", phone="(501) 555-0142")

    assert [other.pk for other in contact_sheet(tom, CLERK).duplicates] == [dana.pk]
    assert [other.pk for other in contact_sheet(dana, CLERK).duplicates] == [tom.pk]
