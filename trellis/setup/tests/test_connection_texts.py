"""An admin connects texts and calls on screen; Twilio itself is asked."""

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from threading import Thread

import pytest
from pytest_django import Settings

from tests.cast import Business
from tests.screen import Screen
from trellis.conversations.models import Connection
from trellis.integrations.twilio.tests.conftest import ACCOUNT, Handler, Twilio

TEXTS = "/settings/connect/twilio"


@pytest.fixture
def twilio(settings: Settings) -> Iterator[Twilio]:
    """A stand-in for Twilio, which the environment does not connect us to."""
    twilio = Twilio()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"twilio": twilio}))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    settings.TWILIO = {"api_url": f"http://127.0.0.1:{server.server_port}"}
    settings.PUBLIC_URL = "https://crm.ridge.example"
    yield twilio
    server.shutdown()
    server.server_close()
    thread.join()


def test_texts_are_connected_once_twilio_says_yes(screen: Screen, twilio: Twilio) -> None:
    page = screen.send(TEXTS, **ACCOUNT | {"number": "(501) 555-0100"})
    assert "Connected. Twilio answered as “Ridge & Co”" in page
    assert "Messages leave through (501) 555-0100 at Twilio" in page
    assert ACCOUNT["auth_token"] not in screen.words
    assert twilio.taken == []


def test_a_test_text_goes_to_the_phone_of_whoever_asks(screen: Screen, twilio: Twilio, ridgeline: Business) -> None:
    assert 'name="text_me"' not in screen.open(TEXTS)
    ridgeline.maya.phone = "(501) 555-0190"
    ridgeline.maya.save()
    assert "Text a test to my phone, (501) 555-0190" in screen.open(TEXTS)
    assert "took a test text to (501) 555-0190" in screen.send(TEXTS, **ACCOUNT, text_me="yes")
    assert twilio.taken[0]["to"] == "+15015550190"


def test_a_wrong_token_connects_nothing_and_does_not_come_back(screen: Screen, twilio: Twilio) -> None:
    page = screen.send(TEXTS, **ACCOUNT | {"auth_token": "wrong-token"})
    assert screen.status == 422
    assert "Twilio does not know this Account SID with this auth token." in page
    assert ACCOUNT["account_sid"] in page
    assert "wrong-token" not in page
    assert not Connection.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"account_sid": ""}, "Fill this in"),
        ({"account_sid": "AC12"}, "An Account SID is AC followed by 32 letters and digits"),
        ({"auth_token": ""}, "Fill this in"),
        ({"number": "us"}, "This is no phone number."),
    ],
)
def test_each_thing_that_is_wrong_is_said_beside_its_field(
    screen: Screen, twilio: Twilio, changes: dict[str, str], says: str
) -> None:
    assert says in screen.send(TEXTS, **ACCOUNT | changes)
    assert screen.status == 422
    assert twilio.asked == []


def test_the_addresses_for_twilio_stand_on_the_page(screen: Screen, twilio: Twilio) -> None:
    page = screen.open(TEXTS)
    assert "https://crm.ridge.example/hooks/twilio/sms" in page
    assert "https://crm.ridge.example/hooks/twilio/voice" in page
