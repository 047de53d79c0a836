"""All that a rule can hold is said in the matrix by somebody who has never seen YAML: conditions, triggers, limits."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.core.condition_rows import COMPARED
from trellis.core.conditions import OPERATORS
from trellis.journeys.drafts import save_draft
from trellis.journeys.models import Draft
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.publish import pack, pack_keys
from trellis.setup.forms.cell_everywhere import EVERYWHERE
from trellis.setup.forms.cells import CELLS
from trellis.setup.tests.cell_forms import filled_in

KEY = "storm-and-repair"
TEXT = pack(KEY)
DRAFT = f"/playbooks/{KEY}/draft/"
URGENT = "rule-urgent-if-0"
NESTED = TEXT.replace(
    '{id: urgent, if: {field: answers.urgency, is: "yes"}, priority: Water is coming in}',
    """id: urgent
        if:
          all:
            # water is in
            - {field: answers.urgency, is: "yes"}
            - any:
                - field: contact.tags   # old friends
                  one_of: [vip, "roof, big"]
                - {field: answers.address, at_least: 3}
        priority: Water is coming in""",
)


@pytest.fixture
def maya(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    cache.clear()
    client.force_login(ridgeline.maya)
    return client


def edited(kind: str, stage: str = "", source: str = TEXT, **more: Any) -> str:
    form = filled_in(kind, source, stage, **more)
    assert form.is_valid(), form.errors
    return form.edited(source)


def rule(text: str, id: str) -> Any:
    return load_playbook(text).places[id].rule


def condition(text: str, id: str = "urgent") -> Any:
    found = rule(text, id).if_
    return found and found.model_dump(by_alias=True, exclude_none=True)


def text_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode())


def test_every_way_to_compare_has_words() -> None:
    assert {*COMPARED, "known"} == set(OPERATORS)


@pytest.mark.django_db
@pytest.mark.parametrize("key", pack_keys())
def test_what_is_saved_as_it_was_opened_changes_no_letter(key: str) -> None:
    source = pack(key)
    for stage in load_playbook(source).stages:
        for kind in CELLS:
            assert edited(kind, stage, source) == source, (kind, stage)
    for kind in EVERYWHERE:
        assert edited(kind, "", source) == source, kind


@pytest.mark.django_db
def test_a_condition_within_a_condition_is_kept_to_the_letter() -> None:
    assert condition(NESTED)["all"][1]["any"][1]["at_least"] == "3"
    assert edited("messaging", "new", NESTED) == NESTED


@pytest.mark.django_db
def test_a_rule_gets_a_condition() -> None:
    more = {"field": "answers.insurance", "operator": "is", "value": "yes"}
    text = edited("recovery", "new", **{f"rule-again-if-0-{name}": value for name, value in more.items()})
    assert condition(text, "again") == {"field": "answers.insurance", "is": "yes"}
    assert text.replace('if: {field: answers.insurance, is: "yes"}, ', "") == TEXT


@pytest.mark.django_db
def test_a_condition_is_asked_of_several_things_and_taken_out_again() -> None:
    second = {"rule-urgent-if-1-field": "stage", "rule-urgent-if-1-operator": "one_of"}
    second |= {"rule-urgent-if-1-value": "New, In conversation", "rule-urgent-if-joint": "any"}
    text = edited("messaging", "new", **second)
    assert condition(text) == {
        "any": [{"field": "answers.urgency", "is": "yes"}, {"field": "stage", "one_of": ["new", "in-conversation"]}]
    }
    text = edited("messaging", "new", text, **{f"{URGENT}-field": "", "rule-urgent-if-1-operator": "known:no"})
    assert condition(text) == {"field": "stage", "known": False}
    text = edited("messaging", "new", text, **{f"{URGENT}-field": ""})
    assert condition(text) is None
    assert text == TEXT.replace('if: {field: answers.urgency, is: "yes"}, ', "")


@pytest.mark.django_db
def test_a_group_in_a_condition_is_changed_and_its_comments_stay() -> None:
    text = edited("messaging", "new", NESTED, **{"rule-urgent-if-1-joint": "none"})
    assert text == NESTED.replace("            - any:", "            - none:")
    text = edited("messaging", "new", NESTED, **{"rule-urgent-if-1-0-value": 'vip, "roof, big", new'})
    assert text == NESTED.replace('[vip, "roof, big"]', '[vip, "roof, big", new]')
    text = edited("messaging", "new", NESTED, **{"rule-urgent-if-joint": "any"})
    assert text == NESTED.replace("          all:", "          any:")
    also = {"rule-urgent-if-also-0-field": "contact.source", "rule-urgent-if-also-0-value": "a, b"}
    also |= {"rule-urgent-if-also-0-operator": "none_of", "rule-urgent-if-also-joint": "none"}
    text = edited("messaging", "new", NESTED, **also)
    assert condition(text)["all"][2] == {"none": [{"field": "contact.source", "none_of": ["a", "b"]}]}


@pytest.mark.django_db
def test_a_way_on_gets_a_condition() -> None:
    more = {"field": "contact.has_email", "operator": "is", "value": "yes"}
    text = edited("stages", "new", **{f"way-spoke-if-0-{name}": value for name, value in more.items()})
    assert condition(text, "spoke") == {"field": "contact.has_email", "is": "yes"}
    assert condition(edited("stages", "in-conversation", **{"way-all-answers-if-0-value": "no"}), "all-answers") == {
        "field": "answers.owner",
        "is": "no",
    }


@pytest.mark.django_db
def test_what_sets_a_group_off_is_changed_and_everything_else_stays() -> None:
    text = edited("messaging", "new", **{"when-sorry": ["missed_call", "call_tried"]})
    assert text == TEXT.replace("on: [missed_call]", "on: [missed_call, call_tried]", 1)


@pytest.mark.django_db
def test_a_rule_belongs_to_another_step_and_begins_another_playbook(ridgeline: Business) -> None:
    text = edited("recovery", "new", **{"rule-again-step": "loyalty"})
    assert rule(text, "again").step == "loyalty"
    text = edited("recovery", "new", **{"rule-rest-act": "close:done"})
    assert rule(text, "rest").close == "done"


@pytest.mark.django_db
def test_quiet_hours_and_the_cap_are_fields() -> None:
    text = edited("writing", starts="21:30", ends="07:15", messages="3")
    playbook = load_playbook(text)
    assert (playbook.quiet_hours.start, playbook.quiet_hours.end, playbook.cap.messages) == ("21:30", "07:15", 3)
    assert len(text.splitlines()) == len(TEXT.splitlines())


@pytest.mark.django_db
def test_what_happens_after_a_rest_is_changed() -> None:
    wake = load_playbook(TEXT).parking.wake[0].id
    more = {"at_most": "3", "reason": "Gone", "new-act": "do", "new-words": "Look at the roof", "new-time": "1 day"}
    playbook = load_playbook(edited("resting", **more))
    assert (playbook.parking.at_most, playbook.parking.reason) == (3, "Gone")
    assert [one.id for one in playbook.parking.wake] == [wake, "look-at-the-roof"]


@pytest.mark.django_db
def test_a_playbook_is_started_by_something_else(ridgeline: Business) -> None:
    playbook = load_playbook(edited("starting", title="Storms", starts_on=["form", "referral"]))
    assert (playbook.title, playbook.starts_on) == ("Storms", ["form", "referral"])


@pytest.mark.django_db
def test_questions_are_asked_otherwise_added_and_dropped() -> None:
    more = {"ask-urgency-options": "yes, no, soon", "new-ask": "How old is the roof?", "new-ask-options": "new, old"}
    found = {one.key: one.options for one in load_playbook(edited("questions", **more)).questions}
    assert found["urgency"] == ["yes", "no", "soon"]
    assert found["how_old_is"] == ["new", "old"]
    assert "address" not in [one.key for one in load_playbook(edited("questions", **{"ask-address": ""})).questions]


WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("messaging", "new", {f"{URGENT}-value": "maybe"}, "is one of yes, no, not “maybe”"),
    ("messaging", "new", {f"{URGENT}-value": ""}, "Say what it is compared with: yes, no"),
    ("messaging", "new", {f"{URGENT}-operator": "like"}, "Choose one that is listed."),
    ("messaging", "new", {f"{URGENT}-field": "contact.age"}, "Choose one that is listed."),
    ("messaging", "new", {f"{URGENT}-operator": "more_than"}, "“yes” is not an amount: write"),
    ("messaging", "new", {f"{URGENT}-operator": "before"}, "“yes” is no time: write"),
    ("messaging", "new", {"rule-urgent-if-1-value": "yes"}, "Choose what is asked about."),
    (
        "messaging",
        "new",
        {f"{URGENT}-field": "priority", f"{URGENT}-operator": "contains"},
        "can be asked with is, is not, is one of, is none of, is known, is not known.",
    ),
    (
        "messaging",
        "new",
        {f"{URGENT}-field": "stage", f"{URGENT}-value": "Nowhere"},
        "The stage is one of New, In conversation,",
    ),
    ("messaging", "new", {"when-sorry": []}, "Say when this is done, or take out what is done then."),
    ("messaging", "new", {"when-sorry": ["rain"]}, "Select a valid choice"),
    ("recovery", "new", {"rule-again-step": "rain"}, "Select a valid choice"),
    ("stages", "new", {"way-spoke-if-0-field": "stage"}, "Say what it is compared with: New,"),
    ("writing", "", {"starts": "late"}, "Write a time of day, such as 20:00."),
    ("writing", "", {"messages": "0"}, "Write how many messages at most, from 1 on, such as 2."),
    ("resting", "", {"at_most": "13"}, "Write how often it may rest, from 1 to 12."),
    ("resting", "", {"reason": ""}, "Say why it is closed after the last rest"),
    ("starting", "", {"starts_on": []}, "Say what starts it: choose one at least."),
    ("starting", "", {"title": ""}, "Write a title"),
    ("questions", "", {"new-ask-options": "a, b"}, "Write the question that these answer."),
]


@pytest.mark.parametrize(("kind", "stage", "more", "sentence"), WRONG)
def test_what_is_not_understood_is_said_in_a_sentence(
    maya: Client, kind: str, stage: str, more: dict[str, Any], sentence: str
) -> None:
    form = filled_in(kind, TEXT, stage, **more)
    address = f"{DRAFT}cells/{kind}/{stage}" if stage else f"{DRAFT}everywhere/{kind}"
    assert sentence in text_of(maya.post(address, dict(form.data.lists())), 422)  # type: ignore[attr-defined]
    assert not Draft.objects.exists()


def test_the_last_thing_that_happens_after_a_rest_stays(maya: Client) -> None:
    wakes = {f"rule-{one.id}-act": "remove" for one in load_playbook(TEXT).parking.wake}
    form = filled_in("resting", TEXT, **wakes)
    page = text_of(maya.post(f"{DRAFT}everywhere/resting", dict(form.data.lists())), 422)  # type: ignore[attr-defined]
    assert "Something has to happen when it wakes." in page


def test_a_question_that_a_rule_needs_is_not_dropped(maya: Client) -> None:
    form = filled_in("questions", TEXT, **{"ask-urgency": ""})
    page = text_of(maya.post(f"{DRAFT}everywhere/questions", dict(form.data.lists())), 422)  # type: ignore[attr-defined]
    assert "answers.urgency" in page
    assert not Draft.objects.exists()


def test_what_holds_everywhere_is_changed_in_the_draft_and_taken_back(maya: Client) -> None:
    page = text_of(maya.get(DRAFT))
    assert f'href="{DRAFT}everywhere/writing"' in page
    form = filled_in("writing", TEXT, messages="4")
    page = text_of(maya.post(f"{DRAFT}everywhere/writing", dict(form.data.lists()), follow=True))  # type: ignore[attr-defined]
    assert "At most 4 automatic messages" in page
    maya.post(f"{DRAFT}undo")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("part", ["everywhere/writing", "everywhere/resting", "everywhere/starting"])
def test_ben_may_not_change_what_holds_everywhere(maya: Client, ridgeline: Business, part: str) -> None:
    assert maya.get(f"{DRAFT}everywhere/nothing").status_code == 404
    maya.force_login(ridgeline.ben)
    assert maya.get(f"{DRAFT}{part}").status_code == 403


@pytest.mark.parametrize(
    "part",
    [*(f"cells/{kind}/delivered" for kind in CELLS), *(f"everywhere/{kind}" for kind in EVERYWHERE), "stages/new"],
)
def test_a_form_costs_few_queries(
    maya: Client, ridgeline: Business, django_assert_max_num_queries: Any, part: str
) -> None:
    save_draft(KEY, TEXT, seen=None, by=ridgeline.maya, at=TUESDAY)
    with django_assert_max_num_queries(15):
        assert maya.get(f"{DRAFT}{part}").status_code == 200


def test_nothing_of_a_playbook_is_left_out() -> None:
    """A word that is added to the format gets its field here, or its reason."""
    by_text = {"playbook", "kind", "steps", "scenarios", "messages", "stages", "after_delivery"}
    on_screen = {"title", "calendar", "starts_on", "quiet_hours", "cap", "questions", "parking"}
    assert set(Playbook.model_fields) == by_text | on_screen


def test_a_check_while_somebody_types_costs_few_queries_the_first_time_too(
    maya: Client, ridgeline: Business, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A slow machine must not outlast what is kept for two seconds in the middle of a request.
    monkeypatch.setattr("trellis.core.memory.SECONDS", 600)
    ridgeline.lead()
    for within in ("7 min", "8 min"):
        form = filled_in("timing", TEXT, "new", **{"limit-first-reply-within": within})
        with django_assert_max_num_queries(15):
            page = text_of(maya.post(f"{DRAFT}cells/timing/new?check", dict(form.data.lists())))  # type: ignore[attr-defined]
        assert "Safe to publish." in page


@pytest.mark.django_db
def test_words_as_long_as_the_format_has_them_are_kept() -> None:
    long = TEXT.replace("priority: Water is coming in", f"priority: {'Water ' * 100}now").replace(
        '{field: answers.urgency, is: "yes"}',
        f"{{field: contact.tags, one_of: [{', '.join(f'tag{n}' for n in range(90))}]}}",
    )
    assert edited("messaging", "new", long) == long
