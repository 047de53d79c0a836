"""The look through all contacts: whoever may be one person is found, once, and also when they come later or change."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from trellis.people.jobs import BATCH, EVERY, look_for_duplicates
from trellis.people.linkage.traits import Traits
from trellis.people.matching import likely_same
from trellis.people.models import BlockKey, Contact, ContactPoint, DuplicateSearch, PossibleDuplicate

NIGHT = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)


def someone(name: str, phone: str = "", email: str = "", **more: str) -> Contact:
    contact = Contact.objects.create(name=name, created_at=NIGHT, **more)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            held = ContactPoint.objects.filter(kind=kind, value=value).exclude(held_at=None).exists()
            ContactPoint.objects.create(
                contact=contact, kind=kind, value=value, raw="", created_at=NIGHT, held_at=None if held else NIGHT
            )
    return contact


def look(at: datetime = NIGHT, hour: int = 2) -> int:
    looked = 0
    while batch := look_for_duplicates(at=at, hour=hour):
        looked += batch
    return looked


def names() -> list[set[str]]:
    return [{pair.contact.name, pair.other.name} for pair in PossibleDuplicate.objects.open()]


@pytest.fixture
def town(db: None) -> None:
    """More than five batches of people who have nothing in common."""
    chance = Random(5)
    for number in range(5 * BATCH + 20):
        first, last = ("".join(chance.choice("abdeilmnorstu") for _ in range(7)).title() for _ in range(2))
        someone(f"{first} {last}", email=f"{first}.{last}{number}@example.com".lower())


def test_two_of_one_person_are_found_and_the_town_is_not(town: None) -> None:
    someone("Tasha Greer", "+15015550101", place="Conway, AR")
    someone("Natasha Greer", "+15015550101", place="Conway, AR")
    assert look() == 5 * BATCH + 22
    assert names() == [{"Tasha Greer", "Natasha Greer"}]
    pair = PossibleDuplicate.objects.get()
    assert pair.per_mille >= 500
    assert pair.reasons[0] == "Same phone number"


def test_whoever_comes_after_the_look_is_looked_at_at_once(town: None) -> None:
    someone("Tasha Greer", "+15015550101")
    look()
    assert look() == 0
    someone("Tasha Grear", "+15015550101")
    assert look(hour=14) == 1
    assert names() == [{"Tasha Greer", "Tasha Grear"}]


def test_who_changes_is_found_the_next_night(town: None) -> None:
    someone("Tasha Greer", "+15015550101")
    other = someone("Lin Zhao", "+15015550177")
    look()
    Contact.objects.filter(pk=other.pk).update(name="Tasha Greer")
    ContactPoint.objects.filter(contact=other).update(value="+15015550101", held_at=None)
    assert look(at=NIGHT + timedelta(hours=6), hour=8) == 0
    assert look(at=NIGHT + EVERY, hour=12) == 0
    assert look_for_duplicates(at=NIGHT + timedelta(days=1), hour=2) == 0
    assert look(at=NIGHT + timedelta(days=1)) == 5 * BATCH + 22
    assert len(names()) == 1


def test_a_pair_that_somebody_called_different_is_never_suggested_again(town: None) -> None:
    someone("Tasha Greer", "+15015550101")
    other = someone("Natasha Greer", "+15015550101")
    look()
    PossibleDuplicate.objects.update(settled_at=NIGHT, settled_how="different_people")
    Contact.objects.filter(pk=other.pk).update(name="Tasha Greer")
    BlockKey.objects.all().delete()
    look_for_duplicates(at=NIGHT + timedelta(days=1), hour=2)
    look(at=NIGHT + timedelta(days=1))
    assert PossibleDuplicate.objects.count() == 1
    assert names() == []


def test_two_workers_do_not_do_it_twice(town: None) -> None:
    look_for_duplicates(at=NIGHT, hour=2)
    keys = BlockKey.objects.count()
    DuplicateSearch.objects.update(reached=None)
    look()
    assert BlockKey.objects.values("contact", "key").distinct().count() == BlockKey.objects.count() > keys


def test_who_is_known_is_named_before_a_second_one_is_made(town: None) -> None:
    tasha = someone("Tasha Greer", "+15015550101", place="Conway, AR")
    traits = Traits(name="Natasha Greer", phones=frozenset({"+15015550101"}))
    assert [one.contact for one in likely_same(traits)] == [tasha]
    look()
    [found] = likely_same(Traits(name="Greer, Tasha", place="Conway, AR"))
    assert found.contact == tasha
    assert likely_same(traits, but=tasha) == []
    assert likely_same(Traits(name="Tom Greer", phones=frozenset({"+15015550101"}))) == []
