"""Whatever comes to the public door gets a clear answer, the right status, and loses nothing that was accepted."""

import json
import os
import re
import xml.etree.ElementTree as ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.audit import audit
from trellis.journeys.models import Journey
from trellis.people.models import Contact, ContactPoint
from trellis.steps.capture.tests.conftest import SHARED

pytestmark = pytest.mark.usefixtures("roof_repair")

EDGES = SHARED / "edge_strings"


@pytest.fixture
def edges():
    if not EDGES.exists() and not os.environ.get("CI"):
        pytest.skip("the shared test data is not beside this checkout")
    return EDGES


@pytest.mark.parametrize(
    "body",
    [
        '{"name": "Dana"',
        "name=Dana",
        " ",
        "\xff\xfe",
        '{"a": NaN}',
        '{"a": 1e}',
        b"\xff\xff",
        "[" * 200_000,
        "{'a': 1}",
    ],
)
def test_malformed_json_is_refused_with_a_sentence(door, body):
    answer = door.post_json(body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "not JSON" in answer.json()["detail"]
    assert not Signal.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"Dana"', "7", "null", "true", '[{"email": "dana@example.com"}]'])
def test_json_that_is_no_object_is_refused(door, body):
    answer = door.post_json(body)

    assert answer.status_code == 422
    assert "one JSON object" in answer.json()["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/octet-stream", "image/png", "nonsense"])
def test_another_kind_of_content_is_refused(door, kind):
    answer = door.client.post("/f/roof-repair", b"name=Dana", content_type=kind)

    assert answer.status_code == 415
    assert "Send a form, or JSON" in answer.content.decode()


@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "text/plain"])
@pytest.mark.parametrize("size", [256_001, 10_000_000])
def test_a_body_larger_than_any_form_is_refused(door, kind, size):
    answer = door.client.post("/f/roof-repair", b"x" * size, content_type=kind)

    assert answer.status_code == 413
    assert "256 kB" in answer.content.decode()
    assert not Signal.objects.exists()


def test_a_body_in_pieces_is_refused_with_what_to_do(door):
    in_pieces = {"CONTENT_TYPE": "application/json", "HTTP_TRANSFER_ENCODING": "chunked"}

    answer = door.client.generic("POST", door.address, **in_pieces)

    assert answer.status_code == 411
    assert "in one piece" in answer.json()["detail"]


def test_a_length_that_is_no_number_is_refused(door):
    answer = door.post_json({"email": "dana@example.com"}, CONTENT_LENGTH="many")

    assert answer.status_code == 413


def test_a_long_letter_is_taken_in_whole(door):
    letter = "Water everywhere. " * 10_000

    assert door.post_json({"email": "dana@example.com", "message": letter}).status_code == 201

    assert Signal.objects.get().payload["message"] == letter
    assert Journey.objects.get().words.startswith("Water everywhere.")


def test_too_many_fields_are_refused(door):
    answer = door.post({f"f{number}": "1" for number in range(600)})

    assert answer.status_code == 400
    assert not Signal.objects.exists()


def test_a_broken_multipart_body_is_refused(door):
    answer = door.client.post("/f/roof-repair", b"--x\r\nnothing", content_type="multipart/form-data")

    assert answer.status_code == 400


def test_files_are_not_taken_and_the_visitor_is_told(door):
    photo = SimpleUploadedFile("roof.jpg", b"\xff\xd8", content_type="image/jpeg")

    answer = door.post({"email": "dana@example.com", "photo": photo})

    assert answer.status_code == 422
    assert "takes no files" in answer.content.decode()
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, ""),
        ({"name": "Dana"}, ""),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"email": "", "phone": None, "message": "   "}, ""),
        ({"message": {"html": "<b>"}}, "message"),
        ({"email": ["dana@example.com"]}, "email"),
    ],
)
def test_what_nobody_could_answer_is_refused_with_the_field_that_is_wrong(door, sent, field):
    answer = door.post_json(sent)

    problem = answer.json()
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert f"#/{field}" in {error["pointer"] for error in problem["errors"]}
    assert all(error["detail"] for error in problem["errors"])
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"email": "dana@example.com"}, {"phone": "501-555-0142"}, {"message": "Call me: 555"}]
)
def test_one_way_to_answer_is_enough(door, sent):
    assert door.post_json(sent).status_code == 201
    assert counts()["attached"] == 1


def test_an_impossible_number_is_kept_as_it_was_written_and_refuses_nobody(door):
    assert door.post({"name": "Dana", "phone": "ask for me", "email": "dana@example.com"}).status_code == 303

    journey = Journey.objects.get()
    assert journey.context["phone_as_written"] == "ask for me"
    assert Signal.objects.get().payload["phone"] == "ask for me"
    assert not journey.contact.points.filter(kind="phone").exists()


def test_a_machine_in_between_is_not_asked_to_mend_an_address(door):
    assert door.post_json({"email": "dana@", "message": "A leak"}).status_code == 201

    assert Journey.objects.get().context["email_as_written"] == "dana@"


def test_numbers_where_text_belongs_are_read_as_text(door):
    assert door.post_json({"name": 7, "phone": 5015550142, "message": 1.5}).status_code == 201

    journey = Journey.objects.get()
    assert (journey.contact.name, journey.words) == ("7", "1.5")
    assert journey.contact.points.get().value == "+15015550142"


def test_control_characters_and_overrides_are_kept_with_the_signal_but_never_shown(door):
    name, message = "Dana \u202ekcoltihW\x07", "Leak\x00 in the \x1b[31mkitchen\r\n\tsince \u2066Sunday"

    assert door.post_json({"name": name, "email": "dana@example.com", "message": message}).status_code == 201

    journey = Journey.objects.get()
    assert journey.contact.name == "Dana kcoltihW"
    assert journey.words == "Leak in the [31mkitchen\n\tsince Sunday"
    assert Signal.objects.get().payload["name"] == name
    assert Signal.objects.get().payload["message"] == message.replace("\x00", "")


def test_a_name_longer_than_any_name_is_cut_and_kept_whole_with_the_signal(door):
    name = "Wolfeschlegelsteinhausenbergerdorff " * 60

    assert door.post({"name": name, "email": "dana@example.com"}).status_code == 303

    assert len(Contact.objects.get().name) <= 200
    assert Signal.objects.get().payload["name"].strip() == name.strip()


def test_half_a_character_breaks_nothing(door):
    assert (
        door.post_json('{"name": "Dana \\ud83d", "email": "dana@example.com", "x\\u0000": "\\udc00"}').status_code
        == 201
    )
    assert counts()["attached"] == 1


def test_numbers_that_no_database_holds_are_kept_as_text(door):
    assert (
        door.post_json('{"email": "dana@example.com", "area": 1e999, "n": 123456789012345678901234567890}').status_code
        == 201
    )

    assert Signal.objects.get().payload["extra"]["area"] == "inf"


def test_a_number_longer_than_any_is_not_json_that_we_read(door):
    assert door.post_json('{"email": "dana@example.com", "n": ' + "9" * 5000 + "}").status_code == 400


def test_bytes_that_are_no_text_are_taken_as_near_as_can_be(door):
    body, kind = b"name=%FF%FE&email=dana%40example.com&message=%E2%82%AC%20caf%E9", "application/x-www-form-urlencoded"

    assert door.client.generic("POST", door.address, body, content_type=kind).status_code == 303
    assert Journey.objects.get().words == "€ caf\ufffd"


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16"])
def test_a_form_in_another_encoding_is_refused(door, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"

    answer = door.client.generic("POST", door.address, b"email=dana%40example.com", content_type=kind)

    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


FIELDS = ("name", "message", "phone", "urgency", "roof_age", "page", "utm_source", "token", "opened")


@pytest.mark.slow
def test_strings_that_broke_other_software_pass_the_json_door(door, edges):
    strings = json.loads((edges / "blns.json").read_text())
    for number, text in enumerate(strings):
        answer = door.post_json(dict.fromkeys(FIELDS, text) | {"email": f"n{number}@example.com", text or "x": text})
        assert answer.status_code == 201, text
    assert counts()["attached"] + counts()["joined"] == counts()["received"] == len(strings)
    assert audit()["violations"] == 0


@pytest.mark.slow
def test_strings_that_broke_other_software_pass_the_html_door(door, edges):
    strings = json.loads((edges / "blns.json").read_text())
    for number, text in enumerate(strings):
        answer = door.post(dict.fromkeys(FIELDS, text) | {"email": f"n{number}@example.com"})
        assert answer.status_code == 303, text
    assert counts()["attached"] + counts()["joined"] == counts()["received"] == len(strings)


def test_strings_that_broke_other_software_are_shown_back_harmless(door, edges):
    for text in json.loads((edges / "blns.json").read_text()):
        answer = door.post({"name": text, "email": "no address"})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert page.count("<script") == 0
        assert not re.search(r"<(img|svg on|iframe|a href=.javascript)", page)


def test_every_address_of_the_isemail_suite_is_taken_or_refused_with_a_sentence(door, edges):
    for test in ElementTree.parse(edges / "isemail_tests.xml").getroot().iter("test"):
        address = re.sub("[\u2400-\u241f]", lambda mark: chr(ord(mark[0]) - 0x2400), test.findtext("address") or "")
        answer = door.post_json({"email": address})
        is_valid = test.findtext("category") in ("ISEMAIL_VALID_CATEGORY", "ISEMAIL_DNSWARN")
        # Nobody has an address right under a top-level domain; space around an address is not part of it.
        if is_valid and "." in address.partition("@")[2]:
            assert answer.status_code == 201, address
        elif test.findtext("category") == "ISEMAIL_ERR" and address == address.strip():
            assert answer.status_code == 422, address
        assert answer.status_code == 201 or answer.json()["errors"][0]["detail"]
    assert counts()["attached"] + counts()["joined"] + counts()["set_aside"] == counts()["received"]


def test_the_phone_falsehoods_are_no_falsehoods_here(door, edges):
    numbers = re.findall(r"`([^`]*\d[^`]*)`|(\+\d[\d ()-]+\d)", (edges / "phone_falsehoods.md").read_text())
    assert len(numbers) > 10
    for number, found in enumerate(numbers):
        answer = door.post_json({"email": f"n{number}@example.com", "phone": found[0] or found[1]})
        assert answer.status_code == 201
    assert counts()["attached"] == len(numbers)
    assert all(point.value.startswith("+") for point in ContactPoint.objects.filter(kind="phone"))
