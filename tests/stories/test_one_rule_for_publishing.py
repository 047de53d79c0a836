"""What may be published is decided in one place: the screen, the machine door and the command line agree."""

from html import unescape
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.config.cli import main
from trellis.journeys.drafts import save_draft
from trellis.journeys.models import Playbook
from trellis.journeys.publish import pack
from trellis.team.actions.tokens import create_token
from trellis.team.models import Membership

KEY = "storm-and-repair"
CHANGED = pack(KEY).replace("within: 5m", "within: 10m")
# Silence in the first stage has no end: no calendar and no colleague mends that.
BROKEN = CHANGED.replace("{id: rest, after: 6d, park: 90d, reason: No answer}", "{id: rest, after: 6d, tag: a}")
DRAFT = f"/playbooks/{KEY}/draft/"


@pytest.fixture(autouse=True)
def on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    cache.clear()


def screen(client: Client, office: Business, text: str) -> bool:
    client.force_login(office.maya)
    save_draft(KEY, text, seen=None, by=office.maya, at=TUESDAY)
    page = unescape(client.get(DRAFT).content.decode())
    offers = f'href="{DRAFT}plan">Publish draft' in page
    client.post(f"{DRAFT}plan", {"seen": "1", "live": "1", "in_flight": "map", "reason": "Faster"})
    assert offers is (Playbook.objects.count() == 2)
    return offers


def machine_door(client: Client, office: Business, text: str) -> bool:
    token = create_token(name="Maya's", role="admin", by=office.maya, at=TUESDAY)[1]
    response = client.post(
        f"/api/v1/playbooks/{KEY}/publish",
        {"source": text, "in_flight": "map"},
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    assert response.status_code in (200, 422), response.content
    return response.status_code == 200


def command_line(text: str, folder: Path) -> bool:
    file = folder / "playbook.yaml"
    file.write_text(text)
    return main(["playbook", "publish", str(file)]) == 0


@pytest.mark.parametrize(("text", "may"), [(CHANGED, True), (BROKEN, False)])
@pytest.mark.parametrize("door", ["screen", "machine", "command"])
def test_an_empty_team_stops_nobody_and_an_endless_silence_everybody(
    client: Client, ridgeline: Business, tmp_path: Path, door: str, text: str, may: bool
) -> None:
    Membership.objects.filter(team__key="estimators").delete()
    doors = {
        "screen": lambda: screen(client, ridgeline, text),
        "machine": lambda: machine_door(client, ridgeline, text),
        "command": lambda: command_line(text, tmp_path),
    }
    assert doors[door]() is may
    assert Playbook.objects.count() == 1 + may


def test_the_screen_still_says_that_a_team_is_empty(client: Client, ridgeline: Business) -> None:
    Membership.objects.filter(team__key="estimators").delete()
    client.force_login(ridgeline.maya)
    save_draft(KEY, f"{pack(KEY)}# the same\n", seen=None, by=ridgeline.maya, at=TUESDAY)
    page = unescape(client.get(DRAFT).content.decode())
    assert "Safe to publish, 1 to look at" in page
    assert "a team has nobody in it: Estimators" in page


def test_whoever_asks_for_the_plan_of_a_broken_draft_is_led_to_what_is_wrong(
    client: Client, ridgeline: Business
) -> None:
    client.force_login(ridgeline.maya)
    save_draft(KEY, BROKEN, seen=None, by=ridgeline.maya, at=TUESDAY)
    response = client.get(f"{DRAFT}plan", follow=True)
    assert response.request["PATH_INFO"] == DRAFT
    page = unescape(response.content.decode())
    assert "It cannot be published yet. What is to be put right stands below." in page
    assert "Not yet: 1 to put right" in page
