"""A form is sent: as HTML, as JSON, from our page or from another site."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from trellis.conversations.models import Message
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.journeys.models import Journey, Playbook
from trellis.people.models import Contact
from trellis.people.queries import contact_sheet
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.tests.conftest import journey_of
from trellis.team.models import User

pytestmark = pytest.mark.usefixtures("roof_repair")

DANA = {
    "name": "Dana Whitlock",
    "email": "dana@example.com",
    "phone": "(501) 555-0142",
    "message": "A limb came down on the garage.",
    "urgency": "yes",
}
WRITES = ("INSERT", "UPDATE", "DELETE")


def test_a_homeowner_becomes_a_contact_with_all_she_told_us_and_stands_in_new(door, ridgeline):
    answer = door.post_json(DANA | {"page": "https://ridgeline.example/storm", "utm_source": "google"})

    assert answer.status_code == 201
    signal = Signal.objects.get()
    assert answer.json() == {"reference": signal.reference}
    assert signal.state == "attached"
    journey = journey_of(signal)
    assert (journey.contact.name, journey.stage.key, journey.owner) == ("Dana Whitlock", "new", ridgeline.maya)
    assert journey.next_task is not None
    assert journey.due_at == door.at + timedelta(minutes=5)
    assert journey.words == "A limb came down on the garage."
    assert journey.answers == {"urgency": "yes"}
    assert journey.context["utm_source"] == "google"
    assert journey.contact.first_touch["page"] == "https://ridgeline.example/storm"
    assert Message.objects.get(direction="out").contact == journey.contact


def test_the_same_form_as_plain_html_ends_on_a_thank_you_page_that_says_what_happens_next(door):
    answer = door.post(DANA)

    assert answer.status_code == 303
    page = door.client.get(answer["Location"]).content.decode()
    reference = Signal.objects.get().reference
    assert parse_qs(urlsplit(answer["Location"]).query) == {"reference": [reference]}
    assert reference in page
    assert "A person answers you by" in page
    assert ">10:05 AM</time>" in page
    assert Journey.objects.get().words == DANA["message"]


def test_at_night_the_thank_you_page_says_when_we_open(door):
    door.at += timedelta(hours=12)

    page = door.client.get("/f/roof-repair/thanks").content.decode()

    assert "We open" in page
    assert ">Wed 8:00 AM</time>" in page
    assert ">Wed 8:05 AM</time>" in page


def test_a_script_that_posts_a_form_and_asks_for_json_gets_json(door):
    answer = door.post(DANA, headers={"Accept": "application/json"})

    assert answer.status_code == 201
    assert answer.json()["reference"] == Signal.objects.get().reference


def test_another_site_may_post_without_a_cookie_or_a_token_of_ours(roof_repair):
    strict = Client(enforce_csrf_checks=True, headers={"Origin": "https://ridgeline.example"})

    posted = strict.post("/f/roof-repair", DANA)
    asked = strict.options("/f/roof-repair", headers={"Access-Control-Request-Method": "POST"})
    in_json = strict.post("/f/roof-repair", DANA | {"email": "tom@example.com"}, content_type="application/json")

    assert (posted.status_code, asked.status_code, in_json.status_code) == (303, 204, 201)
    assert {answer["Access-Control-Allow-Origin"] for answer in (posted, asked, in_json)} == {"*"}
    assert "Content-Type" in asked["Access-Control-Allow-Headers"]
    assert not posted.cookies


def test_where_they_came_from_is_read_from_the_address_and_the_browser_too(door):
    door.client.post(
        "/f/roof-repair?utm_source=flyer&utm_campaign=storm",
        DANA | {"utm_campaign": "hail"},
        headers={"Referer": "https://ridgeline.example/contact"},
    )

    touch = Contact.objects.get().first_touch
    assert (touch["utm_source"], touch["utm_campaign"]) == ("flyer", "hail")
    assert touch["page"] == "https://ridgeline.example/contact"
    assert touch["channel"] == "web"


def test_the_first_way_that_led_here_stays_and_the_last_is_renewed(door):
    door.post_json(DANA | {"utm_source": "google", "page": "/storm"})
    door.post_json(DANA | {"utm_source": "facebook", "page": "/hail"})

    dana = Contact.objects.get()
    assert (dana.first_touch["utm_source"], dana.last_touch["utm_source"]) == ("google", "facebook")
    assert (dana.first_touch["page"], dana.last_touch["page"]) == ("/storm", "/hail")


def test_a_ticked_box_is_kept_as_consent_to_texts(door):
    door.post(DANA | {"text_me": "yes"})

    [((channel, purpose), consent)] = contact_sheet(Contact.objects.get(), User(role="manager")).consents.items()
    assert (channel, purpose, consent.granted, consent.source) == ("sms", "service", True, "form roof-repair")


def test_no_tick_is_no_consent_and_no_refusal(door):
    door.post(DANA)

    assert not contact_sheet(Contact.objects.get(), User(role="manager")).consents


def test_the_tags_of_a_form_are_given_to_whoever_uses_it(door, ridgeline):
    open_form(key="roof-repair", title="Roof", playbook=ridgeline.playbook.key, tags=["Website", "Roof"], at=door.at)

    door.post_json(DANA)

    assert {tag.name for tag in Contact.objects.get().tags.all()} == {"Website", "Roof"}


def test_fields_that_we_do_not_know_are_kept(door):
    door.post_json(
        DANA | {"roof_age": 20, "photos": ["a.jpg", "b.jpg"], "urgency": "perhaps", "answers": {"pets": "2"}}
    )

    extra = {"roof_age": 20, "photos": ["a.jpg", "b.jpg"], "urgency": "perhaps", "answers": {"pets": "2"}}
    assert Signal.objects.get().payload["extra"] == extra
    journey = Journey.objects.get()
    assert journey.context["extra"] == extra
    assert journey.answers == {}


def test_of_a_field_sent_twice_nothing_is_lost(door):
    door.client.post(
        "/f/roof-repair",
        "email=dana%40example.com&email=dana2%40example.com&window=north&window=south",
        content_type="application/x-www-form-urlencoded",
    )

    payload = Signal.objects.get().payload
    assert payload["email"] == "dana2@example.com"
    assert payload["extra"] == {"window": ["north", "south"]}


def test_answers_are_taken_alone_or_together_and_however_they_are_written(door):
    door.post_json(DANA | {"urgency": True, "answers": {"insurance": "Not Sure", "address": " 31 Palarm Creek Rd "}})

    expected = {"urgency": "yes", "insurance": "not sure", "address": "31 Palarm Creek Rd"}
    assert Journey.objects.get().answers == expected


def test_a_form_post_costs_at_most_twelve_writes(door):
    door.post_json(DANA | {"email": "warm@example.com", "phone": "(501) 555-0199"})
    with CaptureQueriesContext(connection) as queries:
        assert door.post_json(DANA).status_code == 201

    assert sum(query["sql"].startswith(WRITES) for query in queries) <= 12


def test_while_nothing_is_published_a_lead_waits_and_is_understood_later(door, ridgeline):
    from trellis.intake.actions import interpret_waiting

    Playbook.objects.update(active_at=None)
    forget()

    assert door.post_json(DANA).status_code == 201
    assert Signal.objects.get().state == "waiting"
    assert not Contact.objects.exists()

    Playbook.objects.update(active_at=door.at)
    forget()
    assert interpret_waiting(door.at + timedelta(minutes=2), 10) == 1
    assert Signal.objects.get().state == "attached"
    assert Event.objects.filter(key="signal.captured").count() == 1
