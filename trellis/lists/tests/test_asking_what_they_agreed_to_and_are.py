"""Contacts are found by what they agreed to and by what they are to us, in a list, a segment, a program's search."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from tests.segments import names, segment, settle
from trellis.core.condition_query import to_q
from trellis.core.conditions import Condition
from trellis.journeys.actions import close_journey
from trellis.lists.queries import matching
from trellis.lists.tests.conftest import Lists
from trellis.people.actions import record_consent, withdraw_consent
from trellis.people.fields import columns, fields_of_contacts, reading
from trellis.people.models import Contact, Tag

CONTACTS = "/lists/contacts/"
NEWS = "consent.email.marketing"
LATER = TUESDAY + timedelta(hours=1)


def asking(field: str, operator: str, value: str, **more: str) -> str:
    return f"{CONTACTS}?{urlencode({'match': 'all', 'f': field, 'o': operator, 'v': value, 'sort': 'name', **more})}"


@pytest.fixture
def people(ridgeline: Business) -> dict[str, Contact]:
    """Ana agreed, Bo agreed and then said stop, Cy agreed to other things, Dee said nothing."""
    found = {name: ridgeline.contact(name, f"{name.lower()}@example.com") for name in ("Ana", "Bo", "Cy", "Dee")}
    agreed = {"channel": "email", "source": "form", "at": TUESDAY}
    record_consent(found["Ana"], purposes=["marketing"], **agreed)
    record_consent(found["Bo"], purposes=["marketing"], **agreed)
    withdraw_consent(found["Bo"], **agreed | {"at": LATER})
    record_consent(found["Cy"], purposes=["service"], **agreed)
    record_consent(found["Cy"], purposes=["marketing"], **agreed | {"channel": "sms"})
    return found


@pytest.mark.parametrize("few", [matching.FEW, 0])
@pytest.mark.parametrize(
    ("operator", "value", "wanted"),
    [
        ("is", "given", ["Ana"]),
        ("is", "Refused", ["Bo"]),
        ("is", "unknown", ["Cy", "Dee"]),
        ("is_not", "refused", ["Ana", "Cy", "Dee"]),
        ("one_of", "given, refused", ["Ana", "Bo"]),
        ("one_of", "given, unknown", ["Ana", "Cy", "Dee"]),
    ],
)
def test_the_newest_word_of_a_consent_is_what_is_asked_for(
    lists: Lists,
    people: dict[str, Contact],
    monkeypatch: pytest.MonkeyPatch,
    operator: str,
    value: str,
    wanted: list[str],
    few: int,
) -> None:
    monkeypatch.setattr(matching, "FEW", few)
    lists.open(asking(NEWS, operator, value))
    assert lists.names == wanted


def test_a_list_shows_the_consent_and_what_they_are(
    lists: Lists, ridgeline: Business, people: dict[str, Contact]
) -> None:
    ridgeline.lead(people["Dee"])
    lists.open(f"{CONTACTS}?match=all&columns=name,{NEWS},lifecycle&sort=name")
    shown = lists.words.partition("Lifecycle")[2]
    for words in ("Ana Given Contact", "Bo Refused Contact", "Dee Unknown Lead"):
        assert words in shown, shown


def test_what_somebody_is_to_us_follows_from_their_leads(
    lists: Lists, ridgeline: Business, people: dict[str, Contact]
) -> None:
    ridgeline.lead(people["Ana"])
    close_journey(ridgeline.lead(people["Bo"]), outcome="lost", reason="Price", by=ridgeline.ben, at=LATER)
    close_journey(ridgeline.lead(people["Cy"]), outcome="won", reason="They signed", by=ridgeline.ben, at=LATER)
    for word, wanted in {"lead": ["Ana"], "past lead": ["Bo"], "Customer": ["Cy"], "contact": ["Dee"]}.items():
        lists.open(asking("lifecycle", "is", word))
        assert lists.names == wanted, word


def test_a_question_put_to_support_makes_nobody_a_lead(
    lists: Lists, ridgeline: Business, people: dict[str, Contact]
) -> None:
    stage = ridgeline.lead(people["Dee"]).stage
    type(stage).objects.filter(pk=stage.pk).update(phase="received")
    lists.open(asking("lifecycle", "is", "contact"))
    assert "Dee" in lists.names
    lists.open("/contacts/?q=dee")
    assert "DeeContact" in lists.words


def test_both_answers_agree(ridgeline: Business, people: dict[str, Contact]) -> None:
    """What the database finds and what a row that is read says."""
    ridgeline.lead(people["Ana"])
    close_journey(ridgeline.lead(people["Cy"]), outcome="won", reason="They signed", by=ridgeline.ben, at=LATER)
    fields = fields_of_contacts(ridgeline.maya)
    for name, words in ((NEWS, ("given", "refused", "unknown")), ("lifecycle", ("contact", "lead", "customer"))):
        rows = Contact.objects.prefetch_related(*fields[name].needs)
        for word in words:
            condition = Condition.model_validate({"field": name, "is": word})
            found = set(Contact.objects.filter(to_q(condition, columns(fields), TUESDAY)))
            assert found == {one for one in rows if reading(fields, one)(name) == (word,)}


def test_a_segment_follows_a_consent(ridgeline: Business, people: dict[str, Contact]) -> None:
    kept = segment(ridgeline, "Readers", {"field": NEWS, "is": "given"})
    settle(LATER)
    assert names(kept) == ["Ana"]
    record_consent(people["Dee"], channel="email", purposes=["marketing"], source="form", at=LATER)
    withdraw_consent(people["Ana"], channel="email", source="letter", at=LATER)
    settle(LATER + timedelta(minutes=5))
    assert names(kept) == ["Dee"]


def test_those_who_agreed_are_changed_together(lists: Lists, people: dict[str, Contact]) -> None:
    query = urlencode({"match": "all", "f": NEWS, "o": "is", "v": "given"})
    lists.send("/lists/contacts/do/tag", whole="1", query=query, said="1", tags="Reader")
    assert list(Tag.objects.get().contacts.values_list("name", flat=True)) == ["Ana"]
