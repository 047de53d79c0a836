"""The public page, as a visitor sees it."""

import re
from html import unescape

import pytest

from trellis.core.refusal import Refused
from trellis.intake.models import Signal
from trellis.steps.capture.actions.open_form import close_form, open_form
from trellis.steps.capture.queries import embed_snippet

pytestmark = pytest.mark.usefixtures("roof_repair")


def value_of(page, name):
    return unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1])


def test_the_page_asks_for_a_way_to_answer_and_the_playbooks_questions(door):
    page = door.open().content.decode()

    for name in ("name", "email", "phone", "message", "urgency", "address", "owner", "insurance", "text_me"):
        assert f'name="{name}"' in page
    assert "Is water coming in right now?" in page
    assert page.count("<h1") == 1
    for word in ("name", "email", "tel"):
        assert f'autocomplete="{word}"' in page


def test_every_control_has_a_label(door):
    page = door.open().content.decode()

    for control in re.findall(r'<(?:input|textarea|select)[^>]* id="([^"]+)"', page):
        assert f'for="{control}"' in page


def test_the_page_can_be_shown_inside_any_other_site(door):
    answer = door.open()

    assert "X-Frame-Options" not in answer
    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_where_the_visitor_came_from_is_carried_along(door):
    page = door.open(
        "?utm_source=google&utm_medium=cpc", headers={"Referer": "https://search.example/q"}
    ).content.decode()

    assert value_of(page, "utm_source") == "google"
    assert value_of(page, "utm_medium") == "cpc"
    assert value_of(page, "page") == "https://search.example/q"


def test_what_is_wrong_is_said_beside_its_field_and_everything_typed_is_kept(door):
    typed = {
        "name": 'Dana "D" <Whitlock>',
        "email": "dana@",
        "message": "Limb & leak",
        "urgency": "yes",
        "text_me": "yes",
    }

    answer = door.post(typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This email address is not complete" in page
    assert 'aria-describedby="email-fault"' in page
    assert value_of(page, "name") == 'Dana "D" <Whitlock>'
    assert value_of(page, "email") == "dana@"
    assert "Limb &amp; leak</textarea>" in page
    assert re.search(r'name="urgency" value="yes" checked', page)
    assert re.search(r'name="text_me" value="yes" checked', page)
    assert not Signal.objects.exists()


def test_a_form_mended_after_an_error_keeps_the_time_it_was_opened(door):
    from datetime import timedelta

    opened = value_of(door.open().content.decode(), "opened")
    door.at += timedelta(seconds=60)
    page = door.post({"email": "dana@", "opened": opened}).content.decode()
    door.at += timedelta(seconds=1)

    door.post({"email": "dana@example.com", "opened": value_of(page, "opened")})

    assert Signal.objects.get().state == "attached"


def test_an_empty_form_says_what_is_enough(door):
    answer = door.post({"name": "Dana"})

    assert answer.status_code == 422
    assert "Leave an email address, a phone number or a message" in answer.content.decode()


def test_a_number_that_cannot_be_called_is_said_so_where_it_is_all_there_is(door):
    answer = door.post({"phone": "12"})

    assert answer.status_code == 422
    assert "This number cannot be called" in answer.content.decode()


def test_an_unknown_form_is_not_found_and_says_so_in_the_language_of_the_caller(door):
    door.address = "/f/nobody-made-this"

    assert door.open().status_code == 404
    assert "There is no form here" in door.open().content.decode()
    answer = door.post_json({"email": "dana@example.com"})
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert door.client.get("/f/nobody-made-this/thanks").status_code == 404
    assert not Signal.objects.exists()


def test_a_closed_form_gives_our_number(door, roof_repair):
    close_form(roof_repair, at=door.at)

    for answer in (door.open(), door.post({"email": "dana@example.com"}), door.post_json({"email": "d@example.com"})):
        assert answer.status_code == 410
        assert "(501) 555-0100" in answer.content.decode()
    assert not Signal.objects.exists()


def test_a_form_is_opened_only_for_a_playbook_that_is_published(door):
    with pytest.raises(Refused, match="Publish it"):
        open_form(key="other", title="Other", playbook="nobody-wrote-this", at=door.at)


def test_the_thank_you_page_shows_no_reference_that_somebody_made_up(door):
    page = door.client.get("/f/roof-repair/thanks?reference=<b>PWNED</b>").content.decode()

    assert "PWNED" not in page
    assert "Thank you" in page


def test_only_showing_and_sending_are_answered(door):
    answer = door.client.put("/f/roof-repair", "{}", content_type="application/json")

    assert answer.status_code == 405
    assert "POST" in answer["Allow"]


def test_the_snippet_posts_from_any_site_and_asks_the_same(door, roof_repair):
    snippet = embed_snippet(roof_repair, "https://crm.ridgeline.example/")

    assert '<form action="https://crm.ridgeline.example/f/roof-repair" method="post"' in snippet.html
    assert 'name="urgency"' in snippet.html
    assert "<script" not in snippet.html
    assert 'src="https://crm.ridgeline.example/f/roof-repair"' in snippet.frame
    fields = re.findall(r'name="([^"]+)"', snippet.html)
    answer = door.post({name: "dana@example.com" if name == "email" else "" for name in fields})
    assert answer.status_code == 303
    assert Signal.objects.get().state == "attached"
