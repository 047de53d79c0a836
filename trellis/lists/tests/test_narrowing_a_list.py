"""A list shows what its filter finds, in the order that was asked for, page by page, without losing anybody."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.ids import new_id
from trellis.journeys.actions import close_journey, move_journey
from trellis.journeys.models import Journey, Task
from trellis.lists.models import SavedView
from trellis.lists.queries import counting, matching
from trellis.lists.queries import page as paging
from trellis.lists.tests.conftest import Lists, look_over
from trellis.people.actions import add_tags
from trellis.people.changing import change_contact
from trellis.people.custom import define_field
from trellis.people.models import Contact

CONTACTS = "/lists/contacts/"


def asking(*rows: tuple[str, str, str], match: str = "all", **more: str) -> str:
    told = [("match", match), *(pair for row in rows for pair in zip("fov", row, strict=True)), *more.items()]
    return f"{CONTACTS}?{urlencode(told)}"


@pytest.fixture
def people(ridgeline: Business) -> list[Contact]:
    found = []
    for number, (name, place) in enumerate(
        [("Ana", "Conway"), ("Bo", "Cabot"), ("Cleo", ""), ("Dee", "Conway"), ("Eli", "")]
    ):
        one = ridgeline.contact(name, f"{name.lower()}@example.com")
        Contact.objects.filter(pk=one.pk).update(place=place, created_at=TUESDAY - timedelta(days=number))
        found.append(one)
    return found


@pytest.mark.parametrize(
    ("key", "button"),
    [("contacts", "New contact"), ("companies", "New company"), ("leads", "New lead"), ("steps", "New lead")],
)
def test_an_empty_list_names_the_next_step(lists: Lists, key: str, button: str) -> None:
    lists.open(f"/lists/{key}/?view=&match=all")
    empty = lists.page.partition("Nothing is here yet.")[2].partition("</div>")[0]
    assert f"{button}</a>" in empty


def test_everybody_is_listed_the_last_heard_of_first(lists: Lists, people: list[Contact]) -> None:
    lists.open(CONTACTS)
    assert lists.names == ["Ana", "Bo", "Cleo", "Dee", "Eli"]
    assert "Contacts 5" in lists.words


@pytest.mark.parametrize("few", [matching.FEW, 0])
@pytest.mark.parametrize(
    ("rows", "match", "names"),
    [
        ([("place", "is", "Conway")], "all", ["Ana", "Dee"]),
        ([("place", "known:no", "")], "all", ["Cleo", "Eli"]),
        ([("place", "is", "Conway"), ("name", "contains", "DE")], "all", ["Dee"]),
        ([("place", "is", "Cabot"), ("name", "is", "Eli")], "any", ["Bo", "Eli"]),
        ([("place", "is", "Cabot"), ("name", "is", "Eli")], "none", ["Ana", "Cleo", "Dee"]),
        ([("created_at", "after", "2d ago")], "all", ["Ana", "Bo"]),
        ([("created_at", "after", "2 days ago")], "all", ["Ana", "Bo"]),
        ([("created_at", "is", "this week")], "all", ["Ana", "Bo", "Cleo"]),
        ([("created_at", "is", "last week")], "all", ["Dee", "Eli"]),
        ([("created_at", "is_not", "This Week")], "all", ["Dee", "Eli"]),
        ([("created_at", "before", "monday")], "all", ["Cleo", "Dee", "Eli"]),
        ([("created_at", "after", "last 3 days")], "all", []),
        ([("created_at", "is", "last 3 days")], "all", ["Ana", "Bo", "Cleo"]),
        ([("created_at", "is", "6/8/2026")], "all", ["Bo"]),
        ([("created_at", "is", "Jun 8, 2026")], "all", ["Bo"]),
        ([("created_at", "one_of", "June 8, 9 June")], "all", ["Ana", "Bo"]),
        ([("email", "is", "bo@example.com")], "all", ["Bo"]),
        ([("email", "contains", "O@Exam")], "all", ["Bo", "Cleo"]),
        ([("email", "contains", "@example"), ("place", "known:no", "")], "all", ["Cleo", "Eli"]),
        ([("email", "contains", "nobody")], "all", []),
        ([("name", "one_of", 'Ana, "Bo"')], "all", ["Ana", "Bo"]),
    ],
)
def test_a_filter_shows_those_of_whom_it_holds(
    lists: Lists,
    people: list[Contact],
    monkeypatch: pytest.MonkeyPatch,
    rows: list[tuple[str, str, str]],
    match: str,
    names: list[str],
    few: int,
) -> None:
    """Whether they are few enough to be gathered by an index or not."""
    monkeypatch.setattr(matching, "FEW", few)
    lists.open(asking(*rows, match=match, sort="name"))
    assert lists.names == names


@pytest.mark.parametrize("asked", ["group=stage", "sort=stage", "sort=-stage", "sort=owner&group=stage", "group=owner"])
def test_leads_stand_by_their_stages_in_the_order_of_the_path(lists: Lists, ridgeline: Business, asked: str) -> None:
    for name, stage in (("Ana", "qualified"), ("Bo", ""), ("Cy", "in-conversation")):
        lead = ridgeline.lead(ridgeline.contact(name, f"{name}@example.com"))
        if stage:
            move_journey(lead, stage=stage, by=ridgeline.maya, at=TUESDAY)
    lists.open(f"/lists/leads/?{asked}")
    assert lists.status == 200
    wanted = {"sort=-stage": ["Ana", "Cy", "Bo"], "group=owner": None}.get(asked, ["Bo", "Cy", "Ana"])
    assert wanted is None or lists.names == wanted


@pytest.mark.parametrize("sort", ["stage", "-stage"])
def test_steps_stand_by_the_stages_of_their_leads_page_by_page(
    lists: Lists, ridgeline: Business, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    _, late = (ridgeline.lead(ridgeline.contact(name, f"{name}@example.com")) for name in ("Ana", "Bo"))
    move_journey(late, stage="qualified", by=ridgeline.maya, at=TUESDAY)
    monkeypatch.setattr(paging, "PAGE", 2)
    address, stages = f"/lists/steps/?view=&match=all&columns=stage&sort={sort}", []
    while address:
        lists.open(address)
        stages += re.findall(r'data-label="Stage">([^<]+)<', lists.page)
        address = f"/lists/steps/{lists.next_page}" if lists.next_page else ""
    assert stages == sorted(stages, reverse=sort == "-stage")
    assert len(stages) == Task.objects.count()


def test_a_tag_a_stage_and_a_colleague_are_known_by_what_they_are_called_in_any_letters(
    lists: Lists, ridgeline: Business
) -> None:
    lead: Journey = ridgeline.lead()
    add_tags(lead.contact, ["Storm"], at=TUESDAY)
    ridgeline.contact("Lin Zhao", "lin@example.com")
    for address in (
        asking(("tags", "is", "storm")),
        asking(("tags", "one_of", "gutters, STORM")),
        asking(("owner", "is", lead.owner.name.upper())),
    ):
        assert lists.open(address)
        assert lists.names == ["Renee Castillo"], address
    lists.open(f"/lists/leads/?match=all&f=stage&o=is&v={lead.stage.title.lower()}")
    assert lists.names == ["Renee Castillo"]
    assert lists.open(f"/board/?f=owner&o=is&v={lead.owner.name.lower()}").count("Renee Castillo") > 0


@pytest.mark.parametrize("part", ["501-555", "(501) 555", "5550", "+1501"])
def test_a_part_of_a_phone_number_is_found_however_it_is_written(
    lists: Lists, ridgeline: Business, people: list[Contact], part: str
) -> None:
    ridgeline.contact("Fay", phone="+15015550123")
    lists.open(asking(("phone", "contains", part)))
    assert lists.names == ["Fay"]


def test_of_very_many_those_who_match_are_counted_after_the_page_is_there(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    monkeypatch.setattr(counting, "QUICK", 3)
    look_over()
    wanted = [("heard_at", "known:no", ""), ("email", "known:yes", "")]
    lists.open(asking(*wanted))
    assert "Contacts more than 2" in lists.words
    lists.open(asking(*wanted).replace("/?", "/count?"))
    assert lists.words.strip() == "5"


def test_who_owns_what_is_open_with_them_can_be_asked(lists: Lists, ridgeline: Business, people: list[Contact]) -> None:
    journey = ridgeline.lead(people[1])
    lists.open(asking(("owner", "is", journey.owner.email)))
    assert lists.names == ["Bo"]
    assert f"Owner is {journey.owner.name}" in lists.words


def test_a_field_of_the_business_is_asked_shown_and_sorted_by(
    lists: Lists, ridgeline: Business, people: list[Contact]
) -> None:
    define_field(noun="contact", label="Roof age", kind="number", by=ridgeline.maya, at=TUESDAY)
    for one, age in zip(people, ("9", "20", "100", None, "3"), strict=True):
        change_contact(one, {"custom.roof_age": age}, by=ridgeline.maya, at=TUESDAY)
    lists.open(asking(("custom.roof_age", "at_least", "4"), sort="-custom.roof_age", columns="custom.roof_age"))
    assert lists.names == ["Cleo", "Bo", "Ana"]
    assert "Cleo 100" in lists.words


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        (("0.1", "0.2"), "0.3"),
        (("1000000000000", "0.25", "-0.05"), "1000000000000.2"),
        (("900", "100", "250"), "1250"),
        (("1", "-1"), "0"),
        (("0.1",) * 3 + ("0.7",), "1"),
    ],
)
def test_numbers_add_up_as_they_are_written(
    lists: Lists, ridgeline: Business, people: list[Contact], numbers: tuple[str, ...], told: str
) -> None:
    define_field(noun="contact", label="Squares", kind="number", by=ridgeline.maya, at=TUESDAY)
    for one, number in zip(people, numbers, strict=False):
        change_contact(one, {"custom.squares": number}, by=ridgeline.maya, at=TUESDAY)
    lists.open(asking(columns="custom.squares"))
    assert f"Squares, all together: <b>{told}</b>" in lists.page


@pytest.mark.parametrize(
    "sort", ["name", "-name", "heard_at", "-heard_at", "created_at", "place", "-place", "company", "-source"]
)
@pytest.mark.parametrize("group", ["", "place"])
def test_the_pages_of_a_list_show_everybody_once(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch, sort: str, group: str
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    seen: list[str] = []
    lists.open(asking(sort=sort, group=group))
    whole = [*lists.names]
    while lists.next_page:
        lists.open(CONTACTS + lists.next_page)
        whole += lists.names
    monkeypatch.undo()
    seen = whole
    assert sorted(seen) == ["Ana", "Bo", "Cleo", "Dee", "Eli"]
    if sort == "place":
        assert [name for name in seen if name in ("Cleo", "Eli")] == seen[3:], "Empty places come last."


ANEW = "The list begins anew."


def test_a_page_begins_where_the_one_before_ended_though_its_last_row_moved(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    lists.open(asking(sort="name"))
    Contact.objects.filter(name="Bo").update(name="Zoe")
    lists.open(CONTACTS + lists.next_page)
    assert lists.names == ["Cleo", "Dee"]
    assert ANEW not in lists.words


def test_a_link_that_was_kept_with_an_id_alone_still_leads_there(lists: Lists, people: list[Contact]) -> None:
    lists.open(f"{asking(sort='name')}&after={people[2].pk}")
    assert lists.names == ["Dee", "Eli"]
    assert ANEW not in lists.words
    lists.open(f"{asking(sort='name')}&after={new_id()}")
    assert ANEW in lists.words


def test_a_place_in_another_order_begins_the_list_anew_and_says_so(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    lists.open(asking(sort="name"))
    lists.open(CONTACTS + lists.next_page.replace("sort=name", "sort=-name"))
    assert lists.names == ["Eli", "Dee"]
    assert ANEW in lists.words


def test_what_cannot_be_asked_says_what_can_and_hides_nobody(lists: Lists, people: list[Contact]) -> None:
    for row, told in (
        (("created_at", "is", "whenever"), "write a day"),
        (("place", "is", ""), "Say what it is compared with"),
        (("shoe_size", "is", "44"), "not there any more"),
        (("tags", "before", "today"), "can be asked with"),
    ):
        lists.open(asking(row))
        assert lists.status == 200
        assert told in lists.words
        assert len(lists.names) == 5


@pytest.mark.parametrize(
    "address",
    [
        f"{CONTACTS}?sort=shoe_size&columns=a,b&group=tags&after=nobody",
        f"{CONTACTS}?match=most&f=&o=&v=",
        f"{CONTACTS}?view=not-a-view",
        f"{CONTACTS}?match=all&f=name&o=is&v=%00",
        f"{CONTACTS}?match=all&f=name&o=contains&v=%27%25_%5C",
    ],
)
def test_an_address_that_was_made_up_is_no_error(lists: Lists, people: list[Contact], address: str) -> None:
    lists.open(address)
    assert lists.status == 200


def test_too_many_to_sort_are_shown_in_the_usual_order_and_told_so(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "SORTABLE", 3)
    lists.open(asking(sort="place"))
    assert "too many to sort" in lists.words
    assert len(lists.names) == 5


@pytest.mark.parametrize("sort", ["place", "-place"])
def test_the_head_says_what_too_many_are_sorted_by_indeed(
    lists: Lists, people: list[Contact], monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    columns = "place,heard_at"
    lists.open(asking(sort=sort, columns=columns))
    assert lists.sorted_by == {"Place": "descending" if sort == "-place" else "ascending"}
    monkeypatch.setattr(paging, "SORTABLE", 3)
    lists.open(asking(sort=sort, columns=columns))
    assert lists.sorted_by == {"Last heard from": "descending"}
    assert lists.names == ["Ana", "Bo", "Cleo", "Dee", "Eli"]


@pytest.mark.parametrize("sortable", [paging.SORTABLE, 1])
def test_where_an_index_sorts_only_open_leads_all_others_are_sorted_or_stand_by_age(
    lists: Lists, people: list[Contact], ridgeline: Business, monkeypatch: pytest.MonkeyPatch, sortable: int
) -> None:
    """Who came first is due first, and a lead that is closed is due no more."""
    monkeypatch.setattr(paging, "SORTABLE", sortable)
    leads = [ridgeline.lead(one, at=TUESDAY - timedelta(hours=5 - number)) for number, one in enumerate(people[:3])]
    close_journey(leads[0], outcome="lost", reason="No answer", by=ridgeline.maya, at=TUESDAY)
    lists.open("/lists/leads/?view=&match=all&f=status&o=is&v=open")
    assert lists.names == ["Bo", "Cleo"]
    lists.open("/lists/leads/?view=&match=all&sort=due_at")
    assert lists.names == (["Bo", "Cleo", "Ana"] if sortable > 1 else ["Cleo", "Bo", "Ana"])
    assert ("They stand with the newest first" in lists.words) == (sortable == 1)
    assert lists.sorted_by == ({"Due": "ascending"} if sortable > 1 else {})


def test_each_list_opens_and_leads_to_its_records(lists: Lists, ridgeline: Business) -> None:
    journey = ridgeline.lead()
    change_contact(journey.contact, {"company": "Castillo Bakery"}, by=ridgeline.maya, at=TUESDAY)
    for key, name in (("companies", "Castillo Bakery"), ("leads", "Renee Castillo"), ("contacts", "Renee Castillo")):
        lists.open(f"/lists/{key}/")
        assert name in lists.names
    lists.open("/lists/steps/")
    assert journey.next_task.title in lists.names
    assert lists.open("/lists/nothing/")
    assert lists.status == 404


def test_a_list_asks_little_of_the_database(
    lists: Lists, ridgeline: Business, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        ridgeline.lead(ridgeline.contact(f"Lead {number}", f"lead{number}@example.com"))
    for key in ("contacts", "leads", "steps", "companies"):
        with django_assert_max_num_queries(15):
            lists.open(f"/lists/{key}/")


def test_weeks_and_numbers_are_those_of_whoever_types_them(lists: Lists, ridgeline: Business, people: None) -> None:
    """Ana is of Tuesday, June 9, and Cleo of the Sunday before."""
    lists.open(asking(("created_at", "is", "this week"), sort="name"))
    assert 'is this week">' in lists.page
    for locale in ("en-GB", "en-DE"):
        type(ridgeline.maya).objects.filter(pk=ridgeline.maya.pk).update(locale=locale)
        lists.open(asking(("created_at", "is", "this week"), sort="name"))
        assert lists.names == ["Ana", "Bo"]
        lists.open(asking(("created_at", "is", "8/6/2026"), sort="name"))
        assert lists.names == ["Bo"]


def test_a_view_of_this_week_moves_on_and_means_the_week_of_whoever_saved_it(
    lists: Lists, ridgeline: Business, people: None
) -> None:
    lists.send("/lists/contacts/save?match=all&f=created_at&o=is&v=this+week&sort=name", name="New", is_shared="on")
    address = f"/lists/contacts/?view={SavedView.objects.get().pk}"
    type(ridgeline.maya).objects.filter(pk=ridgeline.maya.pk).update(week_starts_on="mon")
    lists.open(address)
    assert lists.names == ["Ana", "Bo", "Cleo"]
    assert 'is this week (from sunday)">' in lists.page
    lists.at += timedelta(days=7)
    lists.open(address)
    assert lists.names == []


def test_the_fields_of_the_filter_offer_days_by_what_they_are_called(lists: Lists, ridgeline: Business) -> None:
    lists.open("/lists/contacts/words")
    offered = lists.page.partition('id="words-created_at"')[2].partition("</datalist>")[0]
    assert 'value="last week"' in offered


def test_a_time_that_is_none_is_told_what_times_are(lists: Lists, people: None) -> None:
    lists.open(asking(("created_at", "is", "soonish")))
    assert "This is a time: write a day (2026-03-01)" in lists.words
    assert "this week, last month" in lists.words
