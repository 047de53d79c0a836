"""A playbook grows on its page: what a step that is off would have caught, on with one button, and back."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.journeys.models import Playbook
from trellis.journeys.playbook.columns import rule_count
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.steps import FIRST_STEPS
from trellis.journeys.playbook.switching import with_steps_written
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.journeys.queries import audit
from trellis.journeys.wake import work_once

KEY = "storm-and-repair"
PAGE = f"/playbooks/{KEY}/"
LATER = TUESDAY + timedelta(days=7)


@pytest.fixture
def maya(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A week after the first lead came, with capture alone."""
    publish_playbook(with_steps_written(pack(KEY), ["capture"]), by=ridgeline.maya, at=TUESDAY)
    ridgeline.lead()
    for hour in range(0, 24 * 7, 2):
        work_once(at=TUESDAY + timedelta(hours=hour))
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    cache.clear()
    client.force_login(ridgeline.maya)
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode())


def live() -> Playbook:
    return Playbook.objects.get(key=KEY, active_at__isnull=False)


def test_the_page_shows_which_are_on_and_asks_later_what_the_others_would_have_caught(maya: Client) -> None:
    page = text(maya.get(PAGE))
    assert page.count("steps__item--off") == 4
    assert f'hx-get="{PAGE}steps/follow_up/caught"' in page
    assert f"{PAGE}steps/capture/caught" not in page
    said = text(maya.get(f"{PAGE}steps/follow_up/caught", headers={"HX-Request": "true"}))
    assert "Would have asked 1 quiet lead again: " in said
    assert "message" in said
    assert "<html" not in said


def test_the_draft_counts_the_rules_that_run_and_marks_those_that_are_off(maya: Client) -> None:
    running, whole = rule_count(document_of(live())), rule_count(load_playbook(pack(KEY)))
    assert running < whole
    assert f"<span>{running} rules</span>" in text(maya.get(PAGE))
    page = text(maya.get(f"{PAGE}draft/"))
    assert f"<span>{running} rules, {whole - running} off</span>" in page
    assert page.count('<span class="matrix__off">') == whole - running
    assert text(maya.get(PAGE)).count("matrix__off") == 0


def test_scenarios_of_steps_that_are_off_wait(maya: Client) -> None:
    page = text(maya.get(f"{PAGE}draft/scenarios"))
    assert "wait for a step that is off, all others passed" in page
    assert ">waits for a step that is off<" in page
    assert "of them once their steps are on" in text(maya.get(f"{PAGE}draft/"))


def test_what_nobody_came_to_is_said_as_it_is(maya: Client) -> None:
    page = text(maya.get(f"{PAGE}steps/loyalty/caught"))
    assert "Loyalty: Of 1 lead in the last 30 days none came to where it would have acted." in page


def test_switching_on_says_what_changes_publishes_and_is_taken_back(maya: Client) -> None:
    before = live()
    asked = text(maya.get(f"{PAGE}steps/follow_up"))
    assert "Switch Follow up on" in asked
    assert "The step “Follow up” is switched on" in asked
    assert "“Still need help?”" in asked
    page = text(maya.post(f"{PAGE}steps/follow_up", {"live": before.version}, follow=True))
    assert "Follow up switched on." in page
    assert document_of(live()).steps == ("capture", "follow_up")
    assert live().version == before.version + 1
    assert audit()["violations"] == 0
    page = text(maya.post(f"{PAGE}steps/{live().version}/undo", follow=True))
    assert "Taken back." in page
    assert live().source == before.source


def test_service_may_be_off_and_the_page_says_so_without_a_gap(maya: Client) -> None:
    for step in FIRST_STEPS[1:]:
        maya.post(f"{PAGE}steps/{step}", {"live": live().version})
    assert document_of(live()).steps == FIRST_STEPS
    text(maya.post(f"{PAGE}steps/service", {"live": live().version}, follow=True))
    assert "service" not in document_of(live()).steps


def test_all_steps_on_is_the_text_without_a_word_about_steps(maya: Client) -> None:
    for step in ("follow_up", "service", "qualification", "loyalty"):
        maya.post(f"{PAGE}steps/{step}", {"live": live().version})
    assert live().source == pack(KEY)


def test_of_two_who_switch_at_once_the_second_is_told(maya: Client) -> None:
    maya.post(f"{PAGE}steps/service", {"live": live().version})
    page = text(maya.post(f"{PAGE}steps/follow_up", {"live": live().version - 1}), 422)
    assert "is live by now" in page


def test_ben_sees_the_steps_and_cannot_switch_them(maya: Client, ridgeline: Business) -> None:
    maya.force_login(ridgeline.ben)
    assert "Switch on" not in text(maya.get(PAGE))
    assert maya.post(f"{PAGE}steps/service", {"live": 2}).status_code == 403
    assert maya.get(f"{PAGE}steps/capture").status_code == 403


@pytest.mark.parametrize("address", ["steps/capture", "steps/nothing", "steps/nothing/caught"])
def test_a_step_that_cannot_be_switched_is_not_found(maya: Client, address: str) -> None:
    assert maya.get(PAGE + address).status_code == 404
