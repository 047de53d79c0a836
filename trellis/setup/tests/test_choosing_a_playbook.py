"""One of the seven at set-up, with three steps or all; another one beside it later."""

from html import unescape

import pytest
from django.test import Client

from tests.cast import Business
from trellis.journeys.models import Journey, Playbook, Stage
from trellis.journeys.playbook.schema import STEPS
from trellis.journeys.playbook.steps import FIRST_STEPS
from trellis.journeys.publish import document_of, pack, pack_keys
from trellis.journeys.queries import audit
from trellis.setup.tests.newcomer import Newcomer
from trellis.steps.capture.models import Form
from trellis.team.models import Team


def test_alma_sees_for_whom_each_is_and_its_path(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    page = newcomer.settle()
    assert page.count('type="radio" name="playbook"') == len(pack_keys())
    for said in (
        "For dentists, physiotherapists, vets, salons: whoever lives by appointments.",
        "For shops with a counter, a website, or both.",
        "For advisers, agencies, architects, lawyers",
        "Discovery call",
        "Start with three steps and grow",
    ):
        assert said in page
    assert 'value="storm-and-repair" checked' in page


@pytest.mark.parametrize("key", pack_keys())
def test_whichever_she_chooses_the_first_lead_is_looked_after(newcomer: Newcomer, key: str) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook=key)
    assert newcomer.here == "/welcome/form"
    live = Playbook.objects.get()
    assert (live.key, document_of(live).steps) == (key, FIRST_STEPS)
    assert live.source.replace("steps: [capture, follow_up, service]\n", "") == pack(key)
    newcomer.send("/welcome/form", title="Tell us what you need", intro="", button="Send")
    newcomer.reach_out()
    assert newcomer.status == 200
    assert Journey.objects.get().playbook == live
    assert audit()["violations"] == 0


def test_everything_at_once_is_the_text_as_it_ships(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="clinic", start="all")
    live = Playbook.objects.get()
    assert (live.source, document_of(live).steps) == (pack("clinic"), STEPS)


def test_whoever_chooses_again_has_only_the_last_one(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="clinic")
    newcomer.send("/welcome/playbook", playbook="retail")
    assert 'value="retail" checked' in newcomer.open("/welcome/playbook")
    assert list(Playbook.objects.values_list("key", flat=True)) == ["retail"]
    assert set(Stage.objects.values_list("playbook_key", flat=True)) == {"retail"}
    newcomer.send("/welcome/form", title="Ask us", intro="", button="Ask")
    assert Form.objects.get().playbook == "retail"


def test_the_support_desk_comes_beside_what_is_there(client: Client, ridgeline: Business) -> None:
    client.force_login(ridgeline.maya)
    assert "Add a playbook" in unescape(client.get("/playbooks/").content.decode())
    page = unescape(client.get("/playbooks/add").content.decode())
    assert 'value="support-desk"' in page
    assert 'value="storm-and-repair"' not in page
    added = unescape(
        client.post("/playbooks/add", {"playbook": "support-desk", "start": "first"}, follow=True).content.decode()
    )
    assert "Support desk is live." in added
    assert set(Playbook.objects.exclude(active_at=None).values_list("key", flat=True)) == {
        "storm-and-repair",
        "support-desk",
    }
    assert Team.objects.get(key="support").memberships.exists()
    again = client.post("/playbooks/add", {"playbook": "support-desk"})
    assert again.status_code == 422
    assert "You have that one already." in unescape(again.content.decode())


def test_ben_cannot_add_one(client: Client, ridgeline: Business) -> None:
    client.force_login(ridgeline.ben)
    assert "Add a playbook" not in client.get("/playbooks/").content.decode()
    assert client.post("/playbooks/add", {"playbook": "support-desk"}).status_code == 403
    assert Playbook.objects.count() == 1
