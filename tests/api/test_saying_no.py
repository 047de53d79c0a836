"""Every way to call wrongly is answered with the right status and a sentence that says what to do."""

import base64
import json

import pytest
from django.http import HttpResponse

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.api.problems import as_problem
from trellis.core.ids import new_id
from trellis.intake.models import Signal


def cursor_at(time: str) -> str:
    """One that somebody made up, in the form of ours."""
    return base64.urlsafe_b64encode(json.dumps([time, str(new_id())]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "path", ["", "/", "/nothing", "/contacts/", "/contacts/42", "/contacts/%00", "/journeys/42", "/tasks/x/complete"]
)
def test_an_address_that_does_not_exist(api: Caller, path: str) -> None:
    answer = api.get(path)
    problem(answer, 404, "not_found")
    assert answer.get("Content-Length", str(len(answer.content))) == str(len(answer.content))


def test_a_page_of_django_gives_way_together_with_its_length() -> None:
    page = HttpResponse("<h1>Server Error (500)</h1>", status=500, headers={"Content-Length": "27"})
    as_problem(page)
    assert page["Content-Type"] == "application/problem+json"
    assert page["Content-Length"] == str(len(page.content))


@pytest.mark.parametrize("path", ["/contacts/{}", "/contacts/{}/timeline", "/journeys/{}"])
def test_a_record_that_does_not_exist(api: Caller, path: str) -> None:
    problem(api.get(path.format(new_id())), 404, "not_found")


def test_a_method_that_an_address_does_not_answer(api: Caller) -> None:
    response = api.get("/signals")
    problem(response, 405, "method_not_allowed")
    assert response["Allow"] == "POST"


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": "Renee"',
        b"{'name': 'Renee'}",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b"\xff\xfe{",
        b"\x00",
        b"name=Renee",
    ],
)
def test_a_body_that_is_no_json(api: Caller, body: bytes) -> None:
    problem(api.post("/signals", body), 400, "bad_json")


@pytest.mark.parametrize("body", [b"[]", b'"Renee"', b"1", b"null", b'[{"name": "Renee"}]'])
def test_json_that_is_no_object(api: Caller, body: bytes) -> None:
    problem(api.post("/signals", body), 422, "bad_fields")


def test_no_body_at_all(api: Caller) -> None:
    problem(api.post("/signals", b""), 422, "bad_fields")


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""]
)
def test_a_body_in_another_notation(api: Caller, kind: str) -> None:
    problem(api.post("/signals", b"name=Renee", content_type=kind), 415, "not_json")


@pytest.mark.parametrize("size", [1_000_001, 10_000_000, 27_000_000])
def test_a_body_that_is_too_large(api: Caller, size: int) -> None:
    body = json.dumps({"message": "x" * size}).encode()
    assert "1,000,000" in problem(api.post("/signals", body), 413, "body_too_large")["detail"]
    assert not Signal.objects.exists()


def test_a_body_without_a_length(api: Caller) -> None:
    problem(api.post("/signals", Transfer_Encoding="chunked"), 411, "length_required")


@pytest.mark.parametrize(
    ("body", "pointer", "sentence"),
    [
        ({"name": 5}, "#/name", "Write text"),
        ({"name": None}, "#/name", "Write text"),
        ({"name": "x" * 201}, "#/name", "At most 200 characters fit here; this has 201."),
        ({"message": "x" * 20_001}, "#/message", "At most 20,000"),
        ({"name": "Renee", "kind": "fax"}, "#/kind", "'form'"),
        ({"name": "Renee", "source": ""}, "#/source", "at least 1"),
        ({"name": "Renee", "external_id": "x" * 251}, "#/external_id", "at most 250"),
        ({"name": "Renee", "answers": ["yes"]}, "#/answers", "JSON object"),
        ({"name": "Renee", "answers": {"a/b": 1}}, "#/answers/a~1b", "Write text"),
        ({"name": "Renee"}, "#", "so that we can answer"),
        ({"email": "renee at example", "phone": "call me"}, "#", "so that we can answer"),
        ({"kind": "message", "phone": "5015550123"}, "#", "needs its text"),
        ({"kind": "message", "message": "Hi"}, "#", "of whoever wrote it"),
    ],
)
def test_a_field_that_is_wrong_is_pointed_at(api: Caller, body: object, pointer: str, sentence: str) -> None:
    said = problem(api.post("/signals", body), 422, "bad_fields")
    assert [error["pointer"] for error in said["errors"]] == [pointer]
    assert sentence in said["errors"][0]["detail"]
    assert said["errors"][0]["detail"] in said["detail"]
    assert not Signal.objects.exists()


def test_all_wrong_fields_are_named_at_once(api: Caller) -> None:
    said = problem(api.post("/signals", {"name": 1, "phone": 2, "answers": 3}), 422)
    assert {error["pointer"] for error in said["errors"]} == {"#/name", "#/phone", "#/answers"}


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("/contacts", {"limit": 0}, "limit"),
        ("/contacts", {"limit": 201}, "limit"),
        ("/contacts", {"limit": "many"}, "limit"),
        ("/contacts", {"cursor": "nonsense"}, "cursor"),
        ("/contacts", {"cursor": "WyIyMDI2LTAxLTAxIiwgIjQyIl0"}, "cursor"),
        ("/contacts", {"cursor": "é"}, "cursor"),
        ("/contacts", {"cursor": cursor_at("9999-12-31T23:59:59-14:00")}, "cursor"),
        ("/contacts", {"cursor": cursor_at("0001-01-01T00:00:00+14:00")}, "cursor"),
        ("/companies", {"cursor": cursor_at("9999-12-31T23:59:59-14:00")}, "cursor"),
        ("/contacts", {"email": ""}, "email"),
        ("/contacts", {"email": "renee at example"}, "email"),
        ("/contacts", {"phone": "call me"}, "phone"),
        ("/contacts", {"emial": "renee@example.com"}, "emial"),
        ("/journeys", {"status": "lost"}, "status"),
        ("/journeys", {"contact": "42"}, "contact"),
        ("/journeys", {"stage": "nowhere"}, "stage"),
        ("/tasks", {"status": "todo"}, "status"),
        ("/tasks", {"assignee": "ben"}, "assignee"),
        ("/messages", {"contact": "42"}, "contact"),
    ],
)
def test_a_query_that_is_wrong_is_pointed_at(api: Caller, path: str, query: dict[str, object], parameter: str) -> None:
    said = problem(api.get(path, query), 422)
    assert [error["parameter"] for error in said["errors"]] == [parameter]


def test_a_fault_of_ours_is_told_in_the_same_form_and_without_its_inside(
    api: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **named: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("trellis.people.api.read_page", fail)
    response = api.get("/contacts")
    problem(response, 500, "internal_server_error")
    assert b"secret" not in response.content


def test_the_unknown_stage_names_those_there_are(api: Caller, ridgeline: Business) -> None:
    assert "in-conversation" in problem(api.get("/journeys", {"stage": "nowhere"}), 422)["detail"]
