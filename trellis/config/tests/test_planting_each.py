"""Each playbook that ships has a business that lives by it."""

from collections import Counter

import pytest
from django.contrib.auth import authenticate

from tests.cast import chicago
from trellis.config.cli import PACKS
from trellis.config.demo.company import USUAL, UnknownPack, company
from trellis.config.demo.plant import plant
from trellis.config.demo.remove import remove
from trellis.conversations.models import Message
from trellis.journeys.models import Journey, Stage, Task
from trellis.journeys.publish import pack_keys
from trellis.journeys.queries import audit
from trellis.people.models import Contact, ContactPoint
from trellis.setup.actions.sample_people import sample_contacts
from trellis.team.models import Business

NOW = chicago("2026-06-09 10:34")
OTHERS = sorted(set(PACKS) - {USUAL})


def test_the_command_offers_every_playbook_that_ships() -> None:
    assert list(PACKS) == pack_keys()


def test_an_unknown_playbook_has_no_demo() -> None:
    with pytest.raises(UnknownPack, match="Choose one of b2b-saas"):
        plant(at=NOW, playbook="bakery")


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("key", OTHERS)
def test_a_visitor_sees_a_business_at_work_and_can_take_it_out_again(key: str) -> None:
    sample = company(key)
    assert sample.password in plant(at=NOW, playbook=key)
    assert Business.objects.get().name == sample.name
    assert authenticate(username=sample.people[0].email, password=sample.password)

    assert audit()["violations"] == 0
    assert not Task.objects.exclude(error="").exists()
    assert Message.objects.filter(direction="out").exclude(rule_id="").exists()
    filled = Counter(Journey.objects.filter(status="open").values_list("stage__key", flat=True))
    assert set(filled) == set(Stage.objects.values_list("key", flat=True))
    ended = set(Journey.objects.exclude(status="open").values_list("status", flat=True))
    assert ended == {"parked", "closed"}
    waiting_for_us = Journey.objects.filter(status="open", next_task__assignee__isnull=False)
    assert waiting_for_us.filter(due_at__lt=NOW).exists()
    assert Journey.objects.filter(status="open", next_task__assignee__isnull=True).exists()

    assert 10 <= Contact.objects.count() == sample_contacts().count()
    numbers = ContactPoint.objects.filter(kind="phone").values_list("value", flat=True)
    assert all(number.startswith(f"+1{sample.area}55501") for number in numbers)
    remove(at=NOW)
    assert not Contact.objects.exists()
    assert not Business.objects.exists()
