"""People and hours, the playbook, the first form: each step can be taken again, and none before the one before it."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.cast import Business as Ridgeline
from trellis.journeys.models import Playbook
from trellis.setup.tests.newcomer import PASSWORD, Newcomer
from trellis.steps.capture.models import Form
from trellis.team.models import Calendar, Membership, Team, User

DAY = [["08:00", "17:00"]]
AGAIN = {"wed_again_from": "11:00", "wed_again_to": "14:00"}
BEN = {"colleague-1-name": "Ben Walker", "colleague-1-email": "ben@summit.example", "colleague-1-role": "sales"}


def test_the_steps_are_taken_in_order(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    for later in ("playbook", "form", "lead"):
        newcomer.open(f"/welcome/{later}")
        assert newcomer.here == "/welcome/people"
    newcomer.settle()
    assert newcomer.here == "/welcome/playbook"
    newcomer.open("/welcome/lead")
    assert newcomer.here == "/welcome/playbook"


def test_a_first_run_that_was_left_goes_on_where_it_stood(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.client.logout()
    newcomer.send("/log-in", email="alma@summit.example", password=PASSWORD)
    assert newcomer.here == "/welcome/playbook"


@pytest.mark.parametrize(
    ("hours", "windows"),
    [
        ("weekdays", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), tuple(DAY))),
        ("daily", dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), tuple(DAY))),
        ("always", dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), (["00:00", "24:00"],))),
    ],
)
def test_the_usual_weeks(newcomer: Newcomer, hours: str, windows: dict[str, Any]) -> None:
    newcomer.open_the_account()
    newcomer.settle(hours=hours, holidays="US-CO")
    office = Calendar.objects.get()
    assert office.windows == {day: list(pairs) for day, pairs in windows.items()}
    assert (office.key, office.time_zone, office.holidays) == ("office", "America/Denver", "US-CO")


def test_a_week_of_ones_own_with_two_windows_and_one_past_midnight(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    own = {"mon_from": "08:00", "mon_to": "12:00", "mon_again_from": "13:00", "mon_again_to": "17:30"}
    newcomer.settle(hours="own", holidays="", **own, fri_from="20:00", fri_to="02:00")
    office = Calendar.objects.get()
    assert office.windows == {"mon": [["08:00", "12:00"], ["13:00", "17:30"]], "fri": [["20:00", "02:00"]]}
    page = newcomer.open("/welcome/people")
    assert re.search(r'<input[^>]*value="own"[^>]*checked', page)
    assert 'value="17:30"' in page


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"hours": ""}, "Choose when you are there."),
        ({"hours": "sometimes"}, "Choose one of these."),
        ({"hours": "own"}, "Write the hours of at least one day"),
        ({"hours": "own", "mon_from": "08:00"}, "Monday: write both when you open and when you close, or neither."),
        ({"hours": "own", "tue_from": "8", "tue_to": "17:00"}, "Tuesday: '8' is not a time of day"),
        ({"hours": "own", "wed_from": "08:00", "wed_to": "12:00"} | AGAIN, "Wednesday: 11:00 is already open"),
        ({"holidays": "XX"}, "“XX” is not known here."),
        ({"colleague-1-name": "Ben Walker"}, "Write their email too"),
        ({"colleague-1-email": "ben@summit.example"}, "Write their name too."),
        ({**BEN, "colleague-1-email": "ben"}, "This email address is not complete."),
        ({**BEN, "colleague-1-email": "ALMA@summit.example"}, "Somebody with the email alma@summit.example is here"),
        (
            {**BEN, "colleague-4-name": "Bea Walker", "colleague-4-email": "Ben@summit.example"},
            "ben@summit.example stands here twice.",
        ),
        ({**BEN, "colleague-1-role": "king"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_added(newcomer: Newcomer, told: dict[str, str], says: str) -> None:
    newcomer.open_the_account()
    newcomer.settle(**told)
    assert newcomer.status == 422
    assert says in newcomer.page
    assert (User.objects.count(), Calendar.objects.count()) == (1, 0)


def test_colleagues_are_added_once_and_cannot_log_in_yet(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle(**BEN)
    ben = User.objects.get(email="ben@summit.example")
    assert (ben.role, ben.has_usable_password()) == ("sales", False)
    newcomer.open("/welcome/people")
    assert "Ben Walker" in newcomer.page
    newcomer.settle()
    assert User.objects.count() == 2


def test_the_playbook_brings_its_teams_and_none_is_empty(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle(**BEN, **{"colleague-2-name": "Vic", "colleague-2-email": "v@x.org", "colleague-2-role": "viewer"})
    page = newcomer.page
    for said in (
        "Storm & repair",
        "Within 5 minutes, while you are open.",
        "Front desk: Alma and Ben, by turns. Whoever is away is passed over.",
        "Hi Alma, this is Summit Roofing. We got your message.",
        "After 5 minutes it moves to the next free person and both are told.",
        "After 6 days it rests for 90 days: no answer.",
    ):
        assert said in page
    newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    assert newcomer.here == "/welcome/form"
    assert Playbook.objects.get().active_at is not None
    for team in Team.objects.all():
        members = team.memberships.order_by("position").values_list("user__name", flat=True)
        assert list(members) == ["Alma Real", "Ben Walker"]
    assert sorted(Team.objects.values_list("name", flat=True)) == ["Crew", "Estimators", "Front desk"]


def test_taking_the_playbook_again_changes_nothing_and_who_comes_later_joins_its_teams(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    for _ in range(2):
        newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    assert (Playbook.objects.count(), Team.objects.count(), Membership.objects.count()) == (1, 3, 3)
    newcomer.settle(**BEN)
    assert Membership.objects.filter(user__email="ben@summit.example", position=1).count() == 3


def test_a_playbook_that_does_not_exist_is_refused(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="../../secrets")
    assert newcomer.status == 422
    assert "There is no playbook “../../secrets”." in newcomer.page
    assert not Playbook.objects.exists()


def test_the_form_is_open_at_an_address_of_its_own_that_stays(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    page = newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    assert "A person answers you within 5 minutes while we are open." in page
    newcomer.send("/welcome/form", title="Get your roof looked at", intro="We call you.", button="Send it")
    assert newcomer.here == "/welcome/lead"
    assert Client().get("/f/get-your-roof-looked-at").status_code == 200
    newcomer.send("/welcome/form", title="Roof trouble?", intro="", button="Go")
    form = Form.objects.get()
    assert (form.key, form.title, form.button) == ("get-your-roof-looked-at", "Roof trouble?", "Go")


def test_a_title_without_latin_letters_gets_an_address_too(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    newcomer.send("/welcome/form", title="お問い合わせ", intro="", button="送信")
    assert Form.objects.get().key == "contact"


@pytest.mark.parametrize(
    ("field", "says"), [("title", "Give the form a title"), ("button", "Say what the button does")]
)
def test_a_form_without_words_is_refused(newcomer: Newcomer, field: str, says: str) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    newcomer.send("/welcome/form", **{"title": "Roof", "intro": "Hello", "button": "Send", field: ""})
    assert newcomer.status == 422
    assert says in newcomer.page
    assert "Hello" in newcomer.page
    assert not Form.objects.exists()


def test_without_script_one_can_look_at_the_form_before_it_is_open(newcomer: Newcomer) -> None:
    newcomer.open_the_account()
    newcomer.settle()
    newcomer.send("/welcome/playbook", playbook="storm-and-repair")
    page = newcomer.send("/welcome/form", title="Roof trouble?", intro="", button="Go", look="1")
    assert newcomer.status == 200
    assert '<p class="look__title" data-shows="title">Roof trouble?</p>' in page
    assert not Form.objects.exists()


def test_a_business_that_runs_is_not_set_up_anew(newcomer: Newcomer, ridgeline: Ridgeline) -> None:
    Form.objects.create(key="roof", title="Roof", playbook=ridgeline.playbook.key, created_at=newcomer.at)
    newcomer.client.force_login(ridgeline.maya)
    for address in ("/welcome", "/welcome/business", "/welcome/people", "/welcome/playbook", "/welcome/lead"):
        newcomer.open(address)
        assert newcomer.here == "/"
    newcomer.settle(hours="always")
    assert newcomer.here == "/"
    assert Calendar.objects.get().windows["mon"] == [["08:00", "12:00"], ["13:00", "17:00"]]


def test_only_an_admin_takes_the_steps(newcomer: Newcomer, ridgeline: Ridgeline) -> None:
    newcomer.client.force_login(ridgeline.ben)
    newcomer.settle(hours="always")
    assert newcomer.status == 403
    newcomer.client.logout()
    newcomer.open("/welcome/people")
    assert newcomer.here == "/log-in?next=/welcome/people"


def test_each_page_asks_little_of_the_database(newcomer: Newcomer, django_assert_max_num_queries: Any) -> None:
    newcomer.get_ready()
    for step in ("business", "people", "playbook", "form", "lead"):
        with django_assert_max_num_queries(15):
            newcomer.open(f"/welcome/{step}")
    newcomer.reach_out()
    with django_assert_max_num_queries(15):
        newcomer.open("/welcome/lead")
