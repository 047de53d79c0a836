"""A file through the machine door: looked at, answered, previewed, brought in by a worker, and taken back."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.api.conftest import Caller, problem
from tests.cast import TUESDAY, Business
from trellis.core.memory import forget
from trellis.people.models import Contact
from trellis.team.models import Grant, User
from trellis.team.runs import work_runs
from trellis.transfer.models import Import

PEOPLE = "Name,Email,City\nAna Ruiz,ana@example.com,Conway\nBo Lind,nope,\n"


@pytest.fixture
def hers(ridgeline: Business, settings: Settings, tmp_path: Path) -> Caller:
    settings.MEDIA_ROOT = tmp_path
    return Caller(by=ridgeline.maya)


def bring(api: Caller, text: str | bytes, name: str = "people.csv", **headers: str) -> Any:
    told = text.encode() if isinstance(text, str) else text
    return api.upload("/imports", SimpleUploadedFile(name, told), **headers)


def work() -> None:
    while work_runs(at=TUESDAY):
        pass


def test_a_file_goes_from_the_first_look_to_people_and_back(hers: Caller) -> None:
    brought = bring(hers, PEOPLE)
    assert brought.status_code == 201
    told = brought.json()
    assert (told["shape"]["format"], told["headers"], told["rows"]) == ("csv", ["Name", "Email", "City"], 2)
    assert [column["target"] for column in told["plan"]["columns"]] == ["name", "email", "place"]
    assert (told["questions"], told["run"]) == ([], None)
    path = f"/imports/{told['id']}"
    seen = hers.get(f"{path}/preview").json()
    assert (seen["counts"], seen["whole"]) == ({"added": 1, "failed": 1}, True)
    assert not Contact.objects.exists()
    run = hers.post(f"{path}/start").json()["run"]
    assert (run["state"], run["total"]) == ("waiting", 2)
    work()
    now = hers.get(path).json()
    assert (now["counts"], now["run"]["state"], now["run"]["done"]) == ({"added": 1, "failed": 1}, "ended", 2)
    mend = hers.get(f"{path}/failed.csv")
    assert mend["Content-Type"].startswith("text/csv")
    assert "Bo Lind,nope" in b"".join(mend.streaming_content).decode()
    problem(hers.post(f"{path}/start"), 409, "started_already")
    back = hers.post(f"/runs/{run['id']}/undo").json()
    work()
    assert hers.get(f"/runs/{back['id']}").json()["said"].startswith("Taken back")
    assert hers.get(f"/runs/{run['id']}").json()["undone_by"] == back["id"]
    assert hers.get("/contacts").json()["items"] == []
    problem(hers.post(f"/runs/{run['id']}/undo"), 409, "undone_already")


def test_work_is_paused_and_goes_on(hers: Caller) -> None:
    path = f"/imports/{bring(hers, PEOPLE).json()['id']}"
    run = f"/runs/{hers.post(f'{path}/start').json()['run']['id']}"
    assert hers.post(f"{run}/pause").json()["state"] == "paused"
    work()
    assert not Contact.objects.exists()
    assert hers.post(f"{run}/resume").json()["state"] == "waiting"
    work()
    assert [one["state"] for one in hers.get("/runs").json()["items"]] == ["ended"]
    assert Contact.objects.get().name == "Ana Ruiz"


def test_what_is_in_doubt_is_asked_and_nothing_starts_before_it_is_answered(hers: Caller) -> None:
    told = bring(hers, "Name;Email;Born\nZoë Müller;zoe@example.com;03/04/1980\n".encode("cp1252")).json()
    path, doubt = f"/imports/{told['id']}", told["questions"][0]
    assert (doubt["code"], doubt["answer_with"]) == ("in_doubt", "shape")
    problem(hers.post(f"{path}/start"), 409, "in_doubt")
    problem(hers.send("PUT", f"{path}/shape", {"encoding": "klingon"}), 422, "bad_fields")
    said = hers.send("PUT", f"{path}/shape", {"encoding": told["shape"]["encodings"][0]}).json()
    assert said["sample"][0][0] == "Zoë Müller"
    plan = {"columns": [{"target": "name"}, {"target": "email"}, {"target": "new.date:Birthday"}]}
    asked = hers.send("PUT", f"{path}/plan", plan).json()
    assert [one["code"] for one in asked["questions"]] == ["no_order"]
    problem(hers.post(f"{path}/start"), 409, "no_order")
    assert hers.send("PUT", f"{path}/plan", plan | {"date_order": "dmy"}).json()["questions"] == []
    assert hers.post(f"{path}/start").status_code == 200
    work()
    assert Contact.objects.get().custom == {"birthday": "1980-04-03"}


@pytest.mark.parametrize(
    ("plan", "pointer"),
    [
        ({"columns": [{"target": "name"}]}, "#/columns"),
        ({"columns": [{"target": "fax"}, {}, {}]}, "#/columns/0/target"),
        ({"columns": [{}, {"target": "new.fax"}, {}]}, "#/columns/1/target"),
        ({"columns": [{}, {}, {"policy": "maybe"}]}, "#/columns/2/policy"),
        ({"columns": [{}, {}, {}], "match": "custom.unheard"}, "#/match"),
    ],
)
def test_a_plan_that_does_not_fit_is_pointed_at(hers: Caller, plan: dict[str, Any], pointer: str) -> None:
    path = f"/imports/{bring(hers, PEOPLE).json()['id']}/plan"
    said = problem(hers.send("PUT", path, plan), 422, "bad_fields")
    assert said["errors"][0]["pointer"] == pointer


def test_what_cannot_be_read_is_told_and_nothing_is_kept(hers: Caller) -> None:
    said = problem(bring(hers, b"\x89PNG\r\n\x1a\n" + bytes(300), "photo.csv"), 422)
    assert said["errors"][0]["pointer"] == "#/file"
    problem(hers.post("/imports", {"file": "x"}), 415, "no_form")
    problem(hers.upload("/imports", None), 422, "bad_fields")
    assert not Import.objects.exists()


def test_a_file_that_is_sent_twice_is_brought_once(hers: Caller) -> None:
    first, again = (bring(hers, PEOPLE, Idempotency_Key="k").json() for _ in range(2))
    assert first == again
    problem(bring(hers, PEOPLE.upper(), Idempotency_Key="k"), 422, "idempotency_key_reused")
    assert Import.objects.count() == 1


def test_a_file_is_brought_as_whoever_made_the_token_who_must_be_allowed_to_still(
    hers: Caller, ridgeline: Business
) -> None:
    path = f"/imports/{bring(hers, PEOPLE).json()['id']}"
    User.objects.filter(pk=ridgeline.maya.pk).update(role="viewer")
    problem(bring(hers, PEOPLE), 403, "not_allowed")
    problem(hers.post(f"{path}/start"), 403, "not_allowed")


def test_who_does_not_see_everybody_or_is_nobody_brings_nothing(hers: Caller, ridgeline: Business) -> None:
    path = f"/imports/{bring(hers, PEOPLE).json()['id']}"
    problem(bring(Caller("viewer", by=ridgeline.ben), PEOPLE), 403, "not_allowed")
    problem(bring(Caller(), PEOPLE), 409, "not_a_persons")
    hers.post(f"{path}/start")
    run = Import.objects.get().run
    assert run is not None
    problem(Caller(by=ridgeline.ben).get(f"/runs/{run.pk}"), 404)
    problem(Caller("viewer", by=ridgeline.maya).post(f"/runs/{run.pk}/undo"), 403)
    Grant.objects.create(role="sales", noun="contact", verb="see", reach=2)
    forget()
    for closed in ("/imports", path, f"{path}/preview", f"{path}/failed.csv"):
        problem(hers.get(closed), 403, "not_allowed")
