"""The coverage calendar: who answers a lead at any minute of two weeks, by the playbook's own rule."""

import re
from datetime import timedelta

import pytest

from tests.cast import TUESDAY, Business, chicago
from tests.screen import Screen
from trellis.core.memory import forget
from trellis.journeys.models import Playbook
from trellis.journeys.publish import pack, publish_playbook
from trellis.setup.queries.coverage import Coverage, coverage_of, kinds
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.hours import create_calendar, set_day
from trellis.team.actions.people import update_user
from trellis.team.models import Calendar, User
from trellis.team.queries import business
from trellis.web.pages import viewer_for

PAGE = "/people/coverage"
NIGHTS = {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def look(ridgeline: Business, moment: str, kind: str = "storm-and-repair/new", **more: str) -> Coverage:
    forget()
    found = next(one for one in kinds() if one.value == kind)
    return coverage_of(found, viewer_for(ridgeline.maya, TUESDAY, business()), moment=chicago(moment), **more)


def change(user: User, **more: object) -> None:
    known = {"name": user.name, "email": user.email, "role": user.role, "phone": "", "calendar": None}
    update_user(user, **known | more, by=None, at=TUESDAY)  # type: ignore[arg-type]


def away(*users: User) -> None:
    for user in users:
        ends = chicago("2026-06-11 10:00")
        put_on_leave(user, starts_at=chicago("2026-06-10 09:00"), ends_at=ends, by=None, at=TUESDAY)


def test_on_a_saturday_night_it_says_who_is_back_first_and_when_the_promise_is_due(ridgeline: Business) -> None:
    moment = look(ridgeline, "2026-06-13 21:40").moment
    assert moment.says == "Sat, Jun 13, 9:40 PM: nobody is on duty; Maya is back first, Mon, Jun 15, 8:00 AM."
    assert moment.due == "A first reply would be due Mon, Jun 15, 8:05 AM."
    assert moment.state == "waits"


def test_while_somebody_is_there_it_says_who_and_who_then(ridgeline: Business) -> None:
    moment = look(ridgeline, "2026-06-09 10:00").moment
    assert moment.says == "Tue, Jun 9, 10:00 AM: Maya answers, then Ben."
    assert moment.why == "Maya is next in turn."


def test_it_is_the_engines_own_choice_so_the_next_turn_is_shown(ridgeline: Business) -> None:
    ridgeline.lead()
    assert look(ridgeline, "2026-06-09 14:00").moment.owner == ridgeline.ben


def test_a_team_on_leave_is_a_gap_in_which_the_promise_breaks(ridgeline: Business) -> None:
    away(ridgeline.maya, ridgeline.ben)
    shown = look(ridgeline, "2026-06-10 11:00")
    assert [words for words, _ in shown.broken] == ["Tomorrow, 9:00 AM to Thu, Jun 11, 9:55 AM"]
    assert "the promise would break" in shown.moment.due
    assert (shown.moment.state, shown.moment.away) == ("broken", True)


def test_a_manager_at_night_covers_for_a_team_that_is_away(ridgeline: Business) -> None:
    hours = create_calendar(name="Nights", time_zone="America/Chicago", windows=NIGHTS, by=None, at=TUESDAY)
    change(ridgeline.priya, role="manager", calendar=hours)
    away(ridgeline.maya, ridgeline.ben)
    moment = look(ridgeline, "2026-06-10 23:00").moment
    assert (moment.owner, moment.state) == (ridgeline.priya, "there")


def test_a_holiday_is_marked_and_nobody_answers_on_it(ridgeline: Business) -> None:
    office = Calendar.objects.get(key="office")
    set_day(office, chicago("2026-06-12").date(), windows=[], label="Summer party", by=None, at=TUESDAY)
    shown = look(ridgeline, "2026-06-12 10:00")
    assert shown.moment.state == "waits"
    assert [day.holiday for day in shown.days].count("Summer party") == 1


def test_each_stage_has_its_own_answer(ridgeline: Business) -> None:
    assert look(ridgeline, "2026-06-09 10:00", "storm-and-repair/qualified").moment.owner == ridgeline.ben
    assert look(ridgeline, "2026-06-09 10:00", "storm-and-repair/booked").moment.owner == ridgeline.tom


def test_who_covers_an_area_answers_for_it(ridgeline: Business) -> None:
    source = pack("storm-and-repair").replace("by: round_robin,", "by: round_robin, match: answers.address,")
    publish_playbook(source, by=None, at=TUESDAY)
    change(ridgeline.ben, covers=["north side"])
    shown = look(ridgeline, "2026-06-09 10:00", wanted="north side")
    assert (shown.words, shown.moment.owner) == (["north side"], ridgeline.ben)
    assert look(ridgeline, "2026-06-09 10:00").moment.owner == ridgeline.maya


def test_two_weeks_stand_on_the_page_without_a_hole(ridgeline: Business) -> None:
    days = look(ridgeline, "2026-06-09 10:00").days
    assert len(days) == 14
    for day in days[1:]:
        assert round(sum(part.length for part in day.stretches)) == 100
    assert days[0].stretches[0].start == pytest.approx(100 * 10 / 24, abs=0.01)


def test_the_page_links_every_stretch_and_says_what_to_do(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.maya, ridgeline.ben)
    page = screen.open(PAGE)
    assert "Storm & repair: New promises an answer while nobody is there" in screen.words
    links = re.findall(r'class="coverage-part [^"]*"[^>]*href="([^"]+)"', page)
    assert len(links) > 20
    screen.open(PAGE + links[-1].replace("&amp;", "&"))
    assert "nobody is on duty; Maya is back first" in screen.words
    assert "/people/hours/office" in screen.page
    screen.open(f"{PAGE}?moment=2026-06-10T11:00")
    assert "Change who is away" in screen.words


def test_who_does_not_manage_reads_it_and_changes_nothing(screen: Screen, ridgeline: Business) -> None:
    away(ridgeline.maya, ridgeline.ben)
    screen.log_in(ridgeline.tom).open(PAGE)
    assert "A manager can add hours or change absences." in screen.words


@pytest.mark.parametrize("asked", ["?moment=nonsense", "?moment=1999-01-01", "?kind=no/such", "?covers=%00"])
def test_an_address_that_was_cut_shows_now(screen: Screen, asked: str) -> None:
    screen.open(PAGE + asked)
    assert (screen.status, "Maya answers, then Ben" in screen.words) == (200, True)


def test_without_a_playbook_nothing_decides(screen: Screen, ridgeline: Business) -> None:
    Playbook.objects.update(active_at=None)
    screen.open(PAGE)
    assert "No playbook is in use yet, so nothing decides who answers." in screen.words


def test_a_playbook_that_keeps_time_by_hours_that_are_gone_is_told(screen: Screen) -> None:
    source = pack("storm-and-repair").replace("calendar: office", "calendar: nowhere")
    publish_playbook(source, by=None, at=TUESDAY + timedelta(seconds=1))
    screen.open(PAGE)
    assert "There is no calendar “nowhere”." in screen.words
