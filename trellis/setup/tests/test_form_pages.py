"""A manager makes and changes public forms, and sees at once how they look."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from tests.screen import Screen
from trellis.intake.models import Signal
from trellis.journeys.models import Playbook
from trellis.journeys.publish import publish_playbook
from trellis.journeys.tests.sandbox import RULES
from trellis.steps.capture.actions.open_form import open_form
from trellis.steps.capture.models import Form
from trellis.team.models import User

FORMS = "/settings/forms"
QUESTIONS = ["urgency", "address", "owner", "insurance"]


@pytest.fixture
def roof(ridgeline: Business) -> Form:
    return open_form(key="roof-repair", title="Roof repair", playbook=ridgeline.playbook.key, at=TUESDAY)


@pytest.fixture
def manager(ridgeline: Business) -> User:
    return User.objects.create_user("mo@ridgeline.example", name="Mo", role="manager", created_at=TUESDAY)


def typed(**changes: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "title": "Storm damage",
        "intro": "",
        "button": "Send",
        "thanks": "",
        "key": "",
        "playbook": "storm-and-repair",
        "tags": "",
        "order": QUESTIONS,
        "questions": QUESTIONS,
    }
    return fields | {f"ask_{name}": "optional" for name in ("name", "email", "phone", "message")} | changes


def asked(page: str) -> list[str]:
    return re.findall(r'name="order" value="(\w+)"', page)


def test_a_form_is_made_and_its_page_is_open(screen: Screen) -> None:
    page = screen.send(f"{FORMS}/new", **typed(title="Storm <damage>", tags="Web, Storm, Web", ask_name="required"))
    form = Form.objects.get()
    assert screen.address == f"{FORMS}/{form.pk}"
    assert "“Storm <damage>” is open." in page
    assert (form.key, form.tags, form.questions, form.ask_name) == ("storm-damage", ["Web", "Storm"], None, "required")
    assert "/f/storm-damage" in page
    assert "Storm <damage>" in screen.open("/f/storm-damage")


def test_a_form_is_changed_and_everybody_sees_it(screen: Screen, roof: Form) -> None:
    changed = typed(title="Hail", key="hail", order=QUESTIONS[::-1], questions=["urgency", "insurance"], ask_phone="no")
    assert "Saved." in screen.send(f"{FORMS}/{roof.pk}", **changed)
    roof.refresh_from_db()
    assert (roof.key, roof.questions, roof.ask_phone) == ("hail", ["insurance", "urgency"], "no")
    assert asked(screen.open(f"{FORMS}/{roof.pk}")) == ["insurance", "urgency", "address", "owner"]
    page = screen.open("/f/hail")
    assert page.index('name="insurance"') < page.index('name="urgency"')
    assert 'name="phone"' not in page


@pytest.mark.parametrize(
    ("way", "key", "order"),
    [
        ("up", "address", ["address", "urgency", "owner", "insurance"]),
        ("down", "address", ["urgency", "owner", "address", "insurance"]),
        ("up", "urgency", QUESTIONS),
        ("down", "insurance", QUESTIONS),
        ("down", "shoe_size", QUESTIONS),
    ],
)
def test_without_script_a_button_moves_a_question_and_saves_nothing(
    screen: Screen, roof: Form, way: str, key: str, order: list[str]
) -> None:
    page = screen.send(f"{FORMS}/{roof.pk}", **typed(title="Not saved", questions=["owner"]), **{way: key})
    assert screen.status == 200
    assert asked(page) == order
    assert re.findall(r'name="questions" value="(\w+)" checked', page) == ["owner"]
    assert 'value="Not saved"' in page
    roof.refresh_from_db()
    assert roof.title == "Roof repair"


def test_another_playbook_brings_its_own_questions(screen: Screen, roof: Form, ridgeline: Business) -> None:
    source = RULES.replace("playbook: storm-and-repair", "playbook: gutters", 1)
    publish_playbook(source.replace("{key: insurance,", "{key: gutters,", 1), by=ridgeline.maya, at=TUESDAY)
    page = screen.send(f"{FORMS}/{roof.pk}", **typed(playbook="gutters"), look="questions")
    assert asked(page) == ["urgency", "address", "owner", "gutters"]
    assert "Saved." in screen.send(f"{FORMS}/{roof.pk}", **typed(playbook="gutters", order=asked(page), questions=[]))
    roof.refresh_from_db()
    assert (roof.playbook, roof.questions) == ("gutters", [])


def test_the_preview_shows_what_is_typed_and_stores_nothing(screen: Screen, roof: Form) -> None:
    address = f"{FORMS}/preview"
    page = screen.send(address, **typed(title="Hail <now>", ask_email="no", order=QUESTIONS[::-1], questions=["owner"]))
    assert screen.status == 200
    assert "Hail <now>" in page
    assert 'name="email"' not in page
    assert 'name="owner"' in page
    assert 'name="urgency"' not in page
    assert 'type="button">Send' in page
    assert screen.client.get(address)["X-Frame-Options"] == "SAMEORIGIN"
    assert "Your form" in screen.open(address)
    assert "Your form" in screen.send(address, **typed(title="", button="", ask_email="hope", ask_phone="no"))
    assert Form.objects.get().title == "Roof repair"
    assert not Signal.objects.exists()


def test_the_real_page_is_shown_beside_the_fields(screen: Screen, roof: Form) -> None:
    assert 'src="/f/roof-repair?preview"' in screen.open(f"{FORMS}/{roof.pk}")


def test_a_form_is_closed_and_opened_again(screen: Screen, roof: Form) -> None:
    assert "Close “Roof repair”?" in screen.open(f"{FORMS}/{roof.pk}/close")
    assert "“Roof repair” is closed." in screen.send(f"{FORMS}/{roof.pk}/close")
    screen.open("/f/roof-repair")
    assert screen.status == 410
    assert "Closed" in screen.open(FORMS)
    assert "takes leads in again" in screen.send(f"{FORMS}/{roof.pk}/reopen")
    screen.open("/f/roof-repair")
    assert screen.status == 200


def test_a_form_whose_playbook_is_gone_is_not_opened_again(screen: Screen, roof: Form) -> None:
    screen.send(f"{FORMS}/{roof.pk}/close")
    Form.objects.update(playbook="nobody-wrote-this")
    assert "Publish it, then open the form." in screen.send(f"{FORMS}/{roof.pk}/reopen")
    assert screen.status == 422


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": ""}, "Give the form a title"),
        ({"title": "x" * 121}, "at most 120"),
        ({"intro": "x" * 301}, "at most 300"),
        ({"button": ""}, "Say what the button does"),
        ({"key": "Roof repair!"}, "letters, digits and hyphens only"),
        ({"key": "taken"}, "Another form has the address /f/taken."),
        ({"playbook": "nobody-wrote-this"}, "This playbook is not published."),
        ({"ask_email": "no", "ask_phone": "no", "ask_message": "no"}, "without one of them nobody can be answered"),
        ({"ask_name": "perhaps"}, "perhaps"),
    ],
)
def test_each_thing_that_is_wrong_is_said_and_nothing_is_stored(
    screen: Screen, roof: Form, changes: dict[str, str], says: str
) -> None:
    open_form(key="taken", title="Taken", playbook=roof.playbook, at=TUESDAY)
    for address in (f"{FORMS}/new", f"{FORMS}/{roof.pk}"):
        page = screen.send(address, **typed(**changes))
        assert screen.status == 422
        assert says in page
    assert set(Form.objects.values_list("title", flat=True)) == {"Roof repair", "Taken"}


def test_an_address_that_leads_came_in_by_is_not_offered_for_change(screen: Screen, roof: Form) -> None:
    screen.client.post("/f/roof-repair", {"email": "dana@example.com"}, content_type="application/json")
    page = screen.open(f"{FORMS}/{roof.pk}")
    assert "Leads have come in here, so it stays." in page
    assert 'name="key"' not in page
    assert "Leads have come in at /f/roof-repair" in screen.send(f"{FORMS}/{roof.pk}", **typed(key="hail"))
    assert screen.status == 422
    assert "Saved." in screen.send(f"{FORMS}/{roof.pk}", **typed())


@pytest.mark.parametrize("prepare", [lambda: None, lambda: Playbook.objects.update(active_at=None)])
def test_a_business_without_a_form_is_told_what_to_do_next(screen: Screen, prepare: Callable[[], Any]) -> None:
    prepare()
    page = screen.open(FORMS)
    assert "No form yet" in page or "A form needs a playbook" in page
    assert "New form" in page or "Look at playbooks" in page


def test_a_manager_changes_forms_and_others_read_them(
    screen: Screen, roof: Form, manager: User, ridgeline: Business
) -> None:
    assert "Saved." in screen.log_in(manager).send(f"{FORMS}/{roof.pk}", **typed())
    screen.log_in(ridgeline.ben)
    page = screen.open(f"{FORMS}/{roof.pk}")
    assert "Forms are changed by managers." in page
    assert "Is water coming in right now?" in page
    assert "Storm & repair" in page
    assert 'name="title"' not in page
    assert "New form" not in screen.open(FORMS)
    for act in ("new", "preview", f"{roof.pk}", f"{roof.pk}/close", f"{roof.pk}/reopen"):
        screen.send(f"{FORMS}/{act}", **typed(title="Mine"))
        assert screen.status == 403
    assert Form.objects.get().closed_at is None


def test_a_form_that_there_is_not(screen: Screen, roof: Form) -> None:
    for act in ("", "/close", "/reopen"):
        screen.send(f"{FORMS}/{roof.pk.__class__(int=0)}{act}", **typed())
        assert screen.status == 404


def test_an_order_that_was_tampered_with_falls_back_to_the_stored_one(screen: Screen, roof: Form) -> None:
    assert "Saved." in screen.send(
        f"{FORMS}/{roof.pk}", **typed(order=["urgency", "shoe_size"], questions=["shoe_size"])
    )
    roof.refresh_from_db()
    assert roof.questions is None
