"""Rules that ask about the person: what the engine knew of them is kept with what it decided."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.models import Decision
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import pack, publish_playbook
from trellis.journeys.tests.sandbox import RENEE, Walk, signal
from trellis.people.models import Contact, ContactTag, Tag

URGENT = '{id: urgent, if: {field: answers.urgency, is: "yes"}, priority: Water is coming in}'


def with_rules(*rules: str) -> str:
    text = pack("storm-and-repair")
    assert URGENT in text
    return text.replace(f"- {URGENT}", "\n      ".join(f"- {rule}" for rule in rules))


@pytest.fixture
def regular(ridgeline: Business) -> Contact:
    contact = ridgeline.contact()
    contact.first_touch = {"utm_source": "newsletter"}
    contact.save()
    ContactTag.objects.create(contact=contact, tag=Tag.objects.create(name="regular", small="regular"))
    return contact


@pytest.mark.parametrize(
    ("condition", "urgent"),
    [
        ("{field: contact.tags, contains: regular}", True),
        ("{field: contact.tags, none_of: [regular, cold]}", False),
        ("{field: contact.source, is: newsletter}", True),
        ('{field: contact.has_phone, is: "yes"}', False),
        ('{all: [{field: contact.has_email, is: "yes"}, {field: contact.opted_out, known: false}]}', True),
        ("{field: contact.first_name, one_of: [Renee, René]}", True),
    ],
)
def test_a_rule_acts_by_what_is_known_of_them(
    ridgeline: Business, regular: Contact, condition: str, urgent: bool
) -> None:
    publish_playbook(with_rules(f"{{id: urgent, if: {condition}, priority: A regular}}"), by=None, at=TUESDAY)
    lead = ridgeline.lead(regular)
    assert (lead.priority_at is not None) is urgent
    told = Decision.objects.get(journey=lead, rule_id="urgent")
    assert told.did is urgent
    known = told.world["customer"]
    assert known["source"] == "newsletter"
    assert known["reachable"] == ["email"]
    assert known["tags"] == (["regular"] if "contact.tags" in condition else [])


def test_what_asks_nothing_about_them_keeps_nothing_of_them(ridgeline: Business, regular: Contact) -> None:
    lead = ridgeline.lead(regular, answers={"urgency": "yes"})
    assert Decision.objects.get(journey=lead, rule_id="urgent").world == {}


def test_a_tag_is_known_to_the_rules_behind_it() -> None:
    playbook = load_playbook(
        with_rules("{id: mark, tag: storm}", "{id: urgent, if: {field: contact.tags, is: storm}, priority: A storm}")
    )
    walk = Walk(playbook=playbook, customer=RENEE)
    walk.tell(signal("form", "web"))
    assert walk.state.priority


def test_an_answer_is_compared_as_what_it_reads_as() -> None:
    """A text that is a number, or a day, seen from the morning on which it is decided."""
    asks = "{all: [{field: answers.address, after: today}, {none: [{field: answers.address, after: in 20d}]}]}"
    playbook = load_playbook(with_rules(f"{{id: urgent, if: {asks}, priority: Soon}}"))
    for day, soon in (("2026-06-09", False), ("2026-06-20", True), ("2026-07-20", False), ("Main Street 5", False)):
        walk = Walk(playbook=playbook, customer=RENEE)
        walk.tell(signal("form", "web", answers={"address": day}))
        assert walk.state.priority is soon, day
