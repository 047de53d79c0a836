"""An open page learns within seconds that something changed, by one cheap question."""

import re
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Business
from trellis.desk.tests.conftest import Desk
from trellis.intake.actions import interpret, receive
from trellis.journeys.models import Journey


def question_of(page: str) -> str:
    found = re.search(r'data-ask="([^"]+)"', page)
    assert found, "the page asks for no changes"
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("where", ["/", "/contacts/{contact}/"])
def test_nothing_new_costs_an_empty_answer(
    desk: Desk, lead: Journey, where: str, django_assert_max_num_queries: Any
) -> None:
    question = question_of(desk.open(where.format(contact=lead.contact_id)))
    with django_assert_max_num_queries(3):
        assert desk.open(question) == ""
    assert desk.status == 204


def test_a_new_lead_is_a_change_to_today(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    question = question_of(desk.open("/"))
    ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"))
    desk.open(question)
    assert desk.status == 200


@pytest.mark.parametrize("where", ["/?who=team", "/contacts/", "/signals/"])
def test_what_is_set_aside_again_leaves_the_lists_of_others(desk: Desk, ridgeline: Business, where: str) -> None:
    told = {"name": "RankPro", "email": "x@spam.example", "message": "Rank first", "trap": "http://spam.example"}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=told, at=desk.at)
    interpret(signal, at=desk.at)
    desk.at += timedelta(minutes=1)
    asked = question_of(desk.open(where))
    desk.send(f"/signals/{signal.pk}/take-back")
    undo = desk.undo
    desk.open(asked)
    assert desk.status == 200
    desk.at += timedelta(minutes=1)
    asked = question_of(desk.open(where))
    desk.send(undo)
    desk.open(asked)
    assert desk.status == 200


def test_a_contact_page_hears_only_of_that_contact(desk: Desk, lead: Journey, ridgeline: Business) -> None:
    question = question_of(desk.open(f"/contacts/{lead.contact_id}/"))
    ridgeline.lead(ridgeline.contact("Tasha Greer", "tasha@example.com"))
    desk.open(question)
    assert desk.status == 204
    desk.send(f"/contacts/{lead.contact_id}/note", text="Gate code 1234", journey=lead.pk)
    desk.open(question)
    assert desk.status == 200


@pytest.mark.parametrize("since", ["", "x", "00000000-", "zz-1", "-1"])
def test_a_question_that_cannot_be_read_is_answered_with_yes(desk: Desk, since: str) -> None:
    desk.open(f"/changes?since={since}")
    assert desk.status == 200


def test_a_page_that_shows_an_error_asks_for_itself_and_not_for_the_form(desk: Desk, lead: Journey) -> None:
    page = desk.send(f"/contacts/{lead.contact_id}/note", text="", journey=lead.pk)
    assert desk.status == 422
    assert f'hx-get="/contacts/{lead.contact_id}/"' in page
