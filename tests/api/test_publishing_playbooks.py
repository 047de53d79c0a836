"""A program reads playbooks, plans a version, publishes it and rolls it back."""

from typing import Any

import pytest

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.journeys.publish import pack

KEY = "storm-and-repair"
TEXT = pack(KEY)
FASTER = TEXT.replace("within: 5m", "within: 4m")


@pytest.fixture
def manager(ridgeline: Business) -> Caller:
    return Caller("manager", by=ridgeline.maya)


def test_a_program_reads_what_is_live_and_what_was(manager: Caller) -> None:
    [listed] = manager.get("/playbooks").json()
    assert (listed["key"], listed["version"], listed["title"]) == (KEY, 1, "Storm & repair")
    whole = manager.get(f"/playbooks/{KEY}").json()
    assert (whole["source"], whole["change"]) == (TEXT, None)
    [version] = manager.get(f"/playbooks/{KEY}/versions").json()["items"]
    assert (version["version"], version["live"], version["published_by"]["name"]) == (1, True, "Maya Ortiz")
    problem(manager.get("/playbooks/nothing"), 404)
    problem(manager.get("/playbooks/nothing/versions"), 404)


def test_a_plan_says_what_would_change_and_changes_nothing(manager: Caller, ridgeline: Business) -> None:
    ridgeline.lead()
    plan = manager.post(f"/playbooks/{KEY}/plan", {"source": FASTER}).json()
    assert [change["sentence"] for change in plan["changes"]] == ["New: first reply in 4 min instead of 5 min"]
    assert plan["effects"]["journeys"] == 1
    assert plan["effects"]["is_exact"]
    assert manager.get(f"/playbooks/{KEY}").json()["version"] == 1


def test_a_program_publishes_once_under_a_key_and_rolls_back(manager: Caller, ridgeline: Business) -> None:
    ridgeline.lead()
    wanted = {"source": FASTER, "in_flight": "map", "reason": "Faster", "expecting": 1}
    first, again = (manager.post(f"/playbooks/{KEY}/publish", wanted, Idempotency_Key="k1") for _ in range(2))
    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["change"]["total"]) == (2, 1)
    back = manager.post(f"/playbooks/{KEY}/roll-back", {"to": 1, "reason": "Too fast"}).json()
    assert (back["version"], back["change"]["to"]) == (3, 3)
    newest = manager.get(f"/playbooks/{KEY}/versions").json()["items"][0]
    assert (newest["restores"], newest["reason"]) == (1, "Too fast")


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("publish", {"source": "stages: ["}, 422, "playbook_faulty"),
        ("publish", {"source": TEXT.replace(KEY, "other", 1)}, 422, "other_key"),
        ("publish", {"source": FASTER, "expecting": 7}, 409, "published_meanwhile"),
        ("publish", {"source": FASTER, "in_flight": "map", "mapping": {"new": "nowhere"}}, 422, "unknown_stage"),
        ("publish", {"source": FASTER, "in_flight": "never"}, 422, "bad_fields"),
        ("plan", {"source": "playbook: [}"}, 422, "playbook_faulty"),
        ("roll-back", {"to": 9}, 422, "unknown_version"),
        ("roll-back", {"to": 1}, 409, "already_live"),
    ],
)
def test_whatever_is_wrong_is_said(manager: Caller, path: str, body: dict[str, Any], status: int, code: str) -> None:
    problem(manager.post(f"/playbooks/{KEY}/{path}", body), status, code)


def test_only_admins_and_managers_publish(api: Caller) -> None:
    for path, body in (("publish", {"source": FASTER}), ("roll-back", {"to": 1})):
        said = problem(api.post(f"/playbooks/{KEY}/{path}", body), 403, "not_allowed")
        assert said["detail"] == "A token with the role sales may not change playbooks."
