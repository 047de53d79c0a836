"""Where somebody is logged in, and ending it there."""

from allauth.usersessions.models import UserSession
from django.test import Client

from tests.cast import Business
from tests.screen import Screen
from trellis.entrance.queries import device_of
from trellis.entrance.tests.conftest import PASSWORD

HERE = "/preferences/security"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"


def another(agent: str, email: str = "maya@ridgeline.example") -> Screen:
    screen = Screen(Client(HTTP_USER_AGENT=agent))
    screen.send("/log-in", email=email, password=PASSWORD)
    return screen


def is_in(screen: Screen) -> bool:
    return bool(screen.client.get("/board/").status_code == 200)


def test_everybody_sees_where_they_are_logged_in(maya: Screen) -> None:
    another(FIREFOX)
    another(SAFARI, "ben@ridgeline.example")
    maya.open(HERE)
    assert "Firefox on Windows" in maya.words
    assert "iPhone" not in maya.words
    assert maya.words.count("Here") == 1


def test_one_session_is_ended_and_the_others_stay(maya: Screen, ridgeline: Business) -> None:
    laptop, phone = another(FIREFOX), another(SAFARI)
    number = UserSession.objects.get(user_agent=SAFARI).pk
    maya.send(f"{HERE}/sessions/{number}/end")
    assert "You are logged out there." in maya.words
    assert (is_in(phone), is_in(laptop), is_in(maya)) == (False, True, True)


def test_all_others_are_ended_and_this_one_stays(maya: Screen) -> None:
    laptop, phone = another(FIREFOX), another(SAFARI)
    bens = another(FIREFOX, "ben@ridgeline.example")
    maya.send(f"{HERE}/sessions/end")
    assert "You are logged out everywhere but here." in maya.words
    assert [is_in(one) for one in (laptop, phone, bens, maya)] == [False, False, True, True]


def test_nobody_ends_the_session_of_somebody_else(maya: Screen) -> None:
    bens = another(FIREFOX, "ben@ridgeline.example")
    number = UserSession.objects.get(user_agent=FIREFOX).pk
    maya.send(f"{HERE}/sessions/{number}/end")
    assert maya.status == 404
    assert is_in(bens)


def test_a_new_password_ends_every_other_session(maya: Screen, ridgeline: Business) -> None:
    laptop = another(FIREFOX)
    new = "quiet-river-stone"
    maya.send(f"{HERE}/password", oldpassword=PASSWORD, password1=new, password2=new)
    assert "Your password is changed." in maya.words
    assert (is_in(maya), is_in(laptop)) == (True, False)
    ridgeline.maya.refresh_from_db()
    assert ridgeline.maya.check_password(new)
    assert maya.open(HERE).count('class="security-item"') == 1


def test_a_password_that_cannot_be_changed_says_why(maya: Screen, ridgeline: Business) -> None:
    for old, new, again, says in (
        ("wrong", "quiet-river-stone", "quiet-river-stone", "That is not your password."),
        (PASSWORD, "short", "short", "at least 10 characters"),
        (PASSWORD, "quiet-river-stone", "another", "That is not the same."),
    ):
        maya.send(f"{HERE}/password", oldpassword=old, password1=new, password2=again)
        assert maya.status == 422
        assert says in maya.words
    ridgeline.maya.refresh_from_db()
    assert ridgeline.maya.check_password(PASSWORD)


def test_nobody_guesses_a_password_at_an_open_screen(maya: Screen, ridgeline: Business) -> None:
    new = "quiet-river-stone"
    for number in range(10):
        maya.send(f"{HERE}/password", oldpassword=f"guess {number}", password1=new, password2=new)
    maya.send(f"{HERE}/password", oldpassword=PASSWORD, password1=new, password2=new)
    assert maya.status == 429
    ridgeline.maya.refresh_from_db()
    assert ridgeline.maya.check_password(PASSWORD)


def test_a_browser_is_named_as_people_call_it() -> None:
    assert device_of(FIREFOX) == "Firefox on Windows"
    assert device_of(SAFARI) == "Safari on iPhone"
    assert device_of("Mozilla/5.0 (Macintosh) AppleWebKit/537 Chrome/140.0 Safari/537.36 Edg/140.0") == "Edge on Mac"
    assert device_of("") == "A browser"
