"""One click stops our automatic email, and nothing else does."""

import pytest
from django.test import Client

from trellis.conversations.queries import has_opted_out
from trellis.events.models import Event
from trellis.integrations.smtp.unsubscribe import unsubscribe_url
from trellis.people.models import Consent, Contact


@pytest.fixture
def link(tasha: Contact) -> str:
    return "/u/" + unsubscribe_url(tasha.id).rpartition("/u/")[2]


def test_the_page_asks_and_changes_nothing(client: Client, link: str) -> None:
    page = client.get(link)
    assert b"Stop these emails" in page.content
    assert not Consent.objects.exists()


def test_a_mail_program_stops_it_with_one_click(link: str, tasha: Contact) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert b"no more automatic emails" in answer.content
    assert has_opted_out(tasha.id, "email")
    [fact] = Event.objects.filter(key="consent.withdrawn")
    told = {"channel": "email", "source": "unsubscribe link", "purposes": ["service", "marketing"]}
    assert (fact.contact_id, fact.payload) == (tasha.id, told)


def test_clicking_twice_is_told_once(client: Client, link: str) -> None:
    client.post(link)
    assert client.post(link).status_code == 200
    assert b"no more automatic emails" in client.get(link).content
    assert Event.objects.filter(key="consent.withdrawn").count() == 1


def test_a_forged_or_cut_link_stops_nothing(client: Client, link: str, tasha: Contact) -> None:
    for wrong in (link[:-1], "/u/x", "/u/" + tasha.id.hex, "/u/" + tasha.id.hex + ":AAAA", "/u/%00", "/u/é"):
        answer = client.post(wrong)
        assert answer.status_code == 404
        assert b"not complete" in answer.content
    assert not Consent.objects.exists()


def test_a_link_to_somebody_erased_is_a_dead_end_not_an_error(client: Client, link: str, tasha: Contact) -> None:
    tasha.delete()
    assert client.post(link).status_code == 404


def test_other_methods_are_refused(client: Client, link: str) -> None:
    assert client.put(link).status_code == 405
