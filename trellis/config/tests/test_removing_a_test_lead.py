"""Whoever set their business up and sent themselves a lead can take it out by the same command as the demo."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from trellis.config.demo.remove import remove
from trellis.events.models import Event
from trellis.journeys.models import Act
from trellis.journeys.undoing import recording_talk
from trellis.people.actions import write_note
from trellis.people.models import Contact
from trellis.setup.tests.newcomer import Newcomer
from trellis.team.models import Business, User


@pytest.fixture
def newcomer(client: Client, db: None, settings: Any, tmp_path: Path) -> Newcomer:
    settings.DATA = tmp_path
    newcomer = Newcomer(client)
    newcomer.get_ready()
    return newcomer


def test_the_test_lead_goes_and_the_business_stays(newcomer: Newcomer) -> None:
    newcomer.reach_out()
    assert Contact.objects.count() == 1
    assert remove(at=timezone.now() + timedelta(minutes=1)) == "Gone: 1 sample person."
    assert not Contact.objects.exists()
    kept = {"playbook.published", "person.signed_in", "setting.changed"}
    assert set(Event.objects.values_list("key", flat=True)) <= kept
    assert (User.objects.count(), Business.objects.get().name) == (1, "Summit Roofing")


def test_what_was_said_to_them_outside_of_any_lead_goes_too(newcomer: Newcomer) -> None:
    newcomer.reach_out()
    [contact], [alma] = Contact.objects.all(), User.objects.all()
    with recording_talk(contact, by=alma, at=timezone.now()):
        write_note(contact, text="A test", by=alma, at=timezone.now())
    remove(at=timezone.now() + timedelta(minutes=1))
    connection.check_constraints()
    assert not Act.objects.exists()


def test_without_a_test_lead_there_is_nothing_to_remove(newcomer: Newcomer) -> None:
    assert remove(at=timezone.now()) == "There is no demo business here."
