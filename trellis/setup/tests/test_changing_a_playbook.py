"""On the screen: write a draft, see what it changes, publish it with a reason, compare, roll back, pause, decide."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.journeys.actions import move_journey
from trellis.journeys.changes import change_under_way
from trellis.journeys.jobs import SETTLING, change_journeys
from trellis.journeys.models import Draft, Playbook, VersionChange
from trellis.journeys.playbook.whole_stage import take_out_stage
from trellis.journeys.publish import pack
from trellis.journeys.tests.sandbox import RULES

KEY = "storm-and-repair"
PAGE = f"/playbooks/{KEY}/"
TEXT = RULES
FASTER = TEXT.replace("within: 5m", "within: 4m")


@pytest.fixture
def maya(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    cache.clear()
    client.force_login(ridgeline.maya)
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode())


def publish(client: Client, **more: str) -> Any:
    client.post(f"{PAGE}draft/text", {"source": FASTER, "seen": "0"})
    form = {"in_flight": "map", "reason": "Faster", "seen": "1", "live": "1"}
    return client.post(f"{PAGE}draft/plan", form | more, follow=True)


def test_maya_writes_a_draft_reads_what_it_changes_and_publishes_it(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    assert "within: 5m" in text(maya.get(f"{PAGE}draft/text"))
    page = text(maya.post(f"{PAGE}draft/text", {"source": FASTER.replace("\n", "\r\n"), "seen": "0"}, follow=True))
    assert "New: first reply in 4 min instead of 5 min" in page
    assert "1 lead moves to the new version" in page
    assert Draft.objects.get().source == FASTER
    page = text(publish(maya))
    assert "Version 2 is live. New leads start on it." in page
    assert "“Faster”" in page
    assert "0 of 1" in page
    assert not Draft.objects.exists()


def test_a_faulty_draft_is_kept_and_says_what_is_wrong(maya: Client) -> None:
    page = text(
        maya.post(f"{PAGE}draft/text", {"source": TEXT.replace("within: 5m", "wihtin: 5m"), "seen": "0"}, follow=True)
    )
    assert "`wihtin` is not known here; did you mean `within`?" in page
    assert "wihtin: 5m" in page


def test_of_two_who_write_the_second_sees_both_texts(maya: Client, ridgeline: Business) -> None:
    maya.post(f"{PAGE}draft/text", {"source": TEXT + "# first\n", "seen": "0"})
    page = text(maya.post(f"{PAGE}draft/text", {"source": TEXT + "# second\n", "seen": "0"}), 422)
    assert "Maya Ortiz has saved this draft meanwhile" in page
    assert "# first" in page
    assert "# second" in page
    assert 'name="seen" value="1"' in page


def test_a_reason_is_asked_for(maya: Client) -> None:
    assert "Say why, in a few words" in text(publish(maya, reason=""), 422)
    assert Playbook.objects.count() == 1


def test_whoever_stands_in_a_stage_that_is_gone_is_asked_about(maya: Client, ridgeline: Business) -> None:
    move_journey(ridgeline.lead(), stage="qualified", by=ridgeline.maya, at=TUESDAY)
    shorter = take_out_stage(TEXT, "qualified")
    page = text(maya.post(f"{PAGE}draft/text", {"source": shorter, "seen": "0"}, follow=True))
    assert "1 in Qualified go to" in page
    form = {"in_flight": "map", "reason": "Shorter", "seen": "1", "live": "1", "to_qualified": ""}
    assert "Say which stage they go to" in text(maya.post(f"{PAGE}draft/plan", form), 422)
    assert "Version 2 is live" in text(maya.post(f"{PAGE}draft/plan", form | {"to_qualified": "booked"}, follow=True))
    assert VersionChange.objects.get().mapping == {"qualified": "booked"}


def test_one_press_and_a_reason_roll_it_back(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    publish(maya)
    page = text(maya.get(f"{PAGE}versions/1/roll-back"))
    assert "1 lead moves to the new version" in page
    assert "New: first reply in 5 min instead of 4 min" in page
    form = {"in_flight": "map", "reason": "Too fast", "live": "2"}
    page = text(maya.post(f"{PAGE}versions/1/roll-back", form, follow=True))
    assert "as it was in version 1" in page
    assert "Maya Ortiz rolled Storm & repair back to version 1: Too fast" in page
    assert Playbook.objects.get(version=3).source == pack(KEY)


def test_two_versions_stand_side_by_side(maya: Client) -> None:
    publish(maya)
    page = text(maya.get(f"{PAGE}compare?from=1&to=2"))
    assert "New: first reply in 4 min instead of 5 min" in page
    assert '<td class="compare__was">        within: 5m</td>' in page
    assert maya.get(f"{PAGE}compare?from=1&to=9").status_code == 404
    assert maya.get(f"{PAGE}compare?from=x&to=1").status_code == 404


def test_a_change_is_paused_and_goes_on(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    publish(maya)
    assert "Go on</button>" in text(maya.post(f"{PAGE}change/pause", follow=True))
    assert change_journeys(at=TUESDAY) == 0
    assert "Pause</button>" in text(maya.post(f"{PAGE}change/resume", follow=True))


def test_somebody_decides_about_those_that_stand_still(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    publish(maya, in_flight="hold")
    while change_under_way(KEY):
        change_journeys(at=TUESDAY + SETTLING * 2)
    assert "1 lead stands still" in text(maya.get(f"{PAGE}versions/"))
    page = text(maya.post(f"{PAGE}held", {"how": "finish", "reason": "Let them"}, follow=True))
    assert "1 lead goes on" in page


def test_ben_reads_versions_and_may_not_publish(maya: Client, ridgeline: Business) -> None:
    maya.force_login(ridgeline.ben)
    assert "Roll back" not in text(maya.get(f"{PAGE}versions/"))
    for address in (f"{PAGE}draft/text", f"{PAGE}draft/plan", f"{PAGE}versions/1/roll-back", f"{PAGE}held"):
        assert maya.get(address).status_code == 403


@pytest.mark.parametrize(
    "address", [f"{PAGE}{part}" for part in ("draft/", "draft/text", "draft/plan", "versions/1/roll-back")]
)
def test_a_page_asks_at_most_thirty_questions(
    maya: Client, ridgeline: Business, django_assert_max_num_queries: Any, address: str
) -> None:
    for number in range(5):
        ridgeline.lead(ridgeline.contact(f"Lead {number}", f"{number}@example.com"))
    publish(maya)
    maya.post(f"{PAGE}draft/text", {"source": TEXT, "seen": "0"})
    with django_assert_max_num_queries(30):
        maya.get(address)
