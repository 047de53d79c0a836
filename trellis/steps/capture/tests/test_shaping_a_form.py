"""A manager decides what a form asks and says; the public page obeys."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.steps.capture.actions.open_form import close_form, reopen_form
from trellis.steps.capture.actions.shape_form import Draft, change_form, create_form
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import embed_snippet, leads_since
from trellis.team.models import User


@pytest.fixture
def draft(ridgeline):
    return Draft(title="Storm damage", key="storm", playbook=ridgeline.playbook.key)


@pytest.fixture
def shaped(door, draft, ridgeline):
    """Changes the form /f/storm and opens its page."""
    form = create_form(draft, by=ridgeline.maya, at=door.at)
    door.address = "/f/storm"

    def shape(**changes):
        change_form(form, replace(draft, **changes), by=ridgeline.maya, at=door.at)
        return unescape(door.open().content.decode())

    return shape


def names(page):
    return [name for name in re.findall(r'name="([^"]+)"', page) if name not in {"viewport", "color-scheme"}]


def test_a_form_asks_only_what_was_chosen_and_in_that_order(shaped):
    page = shaped(ask_name="no", ask_phone="no", questions=["insurance", "urgency"])
    assert [name for name in names(page) if name in {"name", "email", "phone", "message", "text_me"}] == [
        "email",
        "message",
    ]
    asked = list(dict.fromkeys(name for name in names(page) if name in {"urgency", "address", "owner", "insurance"}))
    assert asked == ["insurance", "urgency"]


def test_without_a_choice_it_asks_whatever_the_playbook_asks(shaped):
    assert {"urgency", "address", "owner", "insurance"} <= set(names(shaped()))


def test_no_question_at_all_is_a_choice_too(shaped):
    assert not {"urgency", "address", "owner", "insurance"} & set(names(shaped(questions=[])))


def test_the_words_are_those_that_were_written(shaped, door):
    page = shaped(title="Hail <& wind>", intro="We come today.", button="Ask Maya", thanks="Maya reads it now.")
    for words in ("Hail <& wind>", "We come today.", "Ask Maya"):
        assert words in page
    assert "Maya reads it now." in door.client.get("/f/storm/thanks").content.decode()


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("name", "Write your name, so that we know whom to ask for."),
        ("email", "Leave an email address, so that we can answer you."),
        ("phone", "Leave a phone number, so that we can call you back."),
        ("message", "Write a few words about what you need."),
    ],
)
def test_a_person_is_told_what_is_required_beside_its_field(shaped, door, field, says):
    page = shaped(**{f"ask_{field}": "required"})
    assert re.search(rf'id="{field}"[^>]* required', page)
    typed = {"name": "Dana", "email": "dana@example.com", "phone": "(501) 555-0142", "message": "Hail"}
    answer = door.post(typed | {field: ""})
    assert answer.status_code == 422
    assert says in unescape(answer.content.decode())
    assert f'aria-describedby="{field}-fault"' in answer.content.decode()
    assert not Signal.objects.exists()


def test_a_required_number_must_be_one_that_can_be_called(shaped, door):
    shaped(ask_phone="required")
    answer = door.post({"email": "dana@example.com", "phone": "12"})
    assert answer.status_code == 422
    assert "This number cannot be called. Add the area code." in answer.content.decode()


def test_a_machine_in_between_is_not_asked_to_fill_in_what_is_required(shaped, door):
    shaped(ask_name="required", ask_message="required")
    assert door.post_json({"email": "dana@example.com"}).status_code == 201


def test_what_is_not_asked_and_sent_all_the_same_is_kept(shaped, door):
    shaped(ask_phone="no", ask_message="no", questions=[])
    sent = {"email": "dana@example.com", "phone": "(501) 555-0142", "message": "Hail", "urgency": "yes", "roof_age": 20}
    assert door.post_json(sent).status_code == 201
    journey = Journey.objects.get()
    assert (journey.words, journey.answers) == ("Hail", {"urgency": "yes"})
    assert journey.context["extra"] == {"roof_age": 20}
    assert journey.contact.points.filter(kind="phone").exists()


def test_whoever_leaves_nothing_usable_is_asked_for_what_the_form_has(shaped, door):
    shaped(ask_phone="no", ask_message="no")
    assert "Leave an email address, so that we can answer." in door.post({"name": "Dana"}).content.decode()
    shaped(ask_phone="optional", ask_message="no")
    assert "Leave an email address or a phone number, so" in door.post({"name": "Dana"}).content.decode()


def test_a_bad_number_is_no_reason_to_ask_for_an_email_address_that_has_no_field(shaped, door):
    shaped(ask_email="no", ask_message="no")
    page = door.post({"phone": "12"}).content.decode()
    assert "Add the area code." in page
    assert "leave an email" not in page


def test_what_goes_on_another_website_asks_the_same(shaped, door):
    shaped(ask_name="no", ask_email="required", ask_phone="no", questions=["owner"])
    html = embed_snippet(Form.objects.get(), "https://crm.example").html
    assert names(html) == ["email", "message", "owner", "your_website"]
    assert 'type="email" autocomplete="email" required' in html


def test_a_preview_never_becomes_a_signal(shaped, door):
    shaped()
    page = door.open("?preview").content.decode()
    assert 'type="button">Send' in page
    assert 'action=""' in page
    dana = {"email": "dana@example.com", "message": "Hail"}
    assert door.client.post("/f/storm?preview", dana).status_code == 200
    assert door.client.post("/f/storm?preview", dana, content_type="application/json").status_code == 200
    assert not Signal.objects.exists()


def test_a_closed_form_says_so_kindly_and_opens_again(shaped, door, ridgeline):
    shaped()
    form = Form.objects.get()
    close_form(form, by=ridgeline.maya, at=door.at)
    page = door.open().content.decode()
    assert door.open().status_code == 410
    assert "This form is closed for now" in page
    assert 'href="tel:+15015550100"' in page
    assert (form.closed_at, form.closed_by) == (door.at, ridgeline.maya)
    reopen_form(form, by=ridgeline.maya, at=door.at)
    assert door.open().status_code == 200


def test_a_post_costs_no_question_more_than_before(shaped, door):
    shaped(questions=["urgency"], ask_name="required")
    forget()
    door.post_json({"email": "warm@example.com"})
    with CaptureQueriesContext(connection) as queries:
        assert door.post_json({"email": "dana@example.com", "urgency": "yes"}).status_code == 201
    assert not [query["sql"] for query in queries if "capture_form" in query["sql"]]


def test_an_address_follows_from_the_title_and_is_its_own(draft, ridgeline, door):
    made = [create_form(replace(draft, key=""), by=ridgeline.maya, at=door.at).key for _ in range(3)]
    assert made == ["storm-damage", "storm-damage-2", "storm-damage-3"]
    assert create_form(replace(draft, key="", title="屋根"), by=ridgeline.maya, at=door.at).key == "form"


def test_an_address_stays_once_a_lead_came_in_by_it(shaped, door, draft, ridgeline):
    shaped(key="hail")
    door.address = "/f/hail"
    assert door.post_json({"email": "dana@example.com"}).status_code == 201
    with pytest.raises(Refused, match="stays as it is") as refused:
        change_form(Form.objects.get(), replace(draft, key="wind"), by=ridgeline.maya, at=door.at)
    assert refused.value.code == "key_fixed"
    shaped(key="hail", title="Hail and wind")
    assert leads_since(door.at, User(role="manager")) == {"hail": 1}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "no_title"),
        ({"key": "Storm damage!"}, "bad_key"),
        ({"key": "roof-repair"}, "key_taken"),
        ({"playbook": "nobody-wrote-this"}, "unknown_playbook"),
        ({"questions": ["urgency", "shoe_size"]}, "unknown_question"),
        ({"ask_email": "no", "ask_phone": "no", "ask_message": "no"}, "unanswerable_form"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused(draft, roof_repair, ridgeline, door, changes, code):
    for act in (
        lambda wrong: create_form(wrong, by=ridgeline.maya, at=door.at),
        lambda wrong: change_form(create_form(draft, by=None, at=door.at), wrong, by=ridgeline.maya, at=door.at),
    ):
        with pytest.raises(Refused) as refused:
            act(replace(draft, **changes))
        assert refused.value.code == code
    assert Form.objects.get(key="storm").title == "Storm damage"


def test_the_database_refuses_a_form_that_nobody_could_be_answered_by(roof_repair):
    with pytest.raises(IntegrityError, match="a_form_can_be_answered"), transaction.atomic():
        Form.objects.update(ask_email="no", ask_phone="no", ask_message="no")
