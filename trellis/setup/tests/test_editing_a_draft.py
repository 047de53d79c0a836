"""In the matrix: a form over each cell writes into the draft, proves it and tells it on the past, in plain words."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client

from tests.cast import TUESDAY, Business
from trellis.journeys.drafts import save_draft
from trellis.journeys.models import Draft
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Playbook, Rule
from trellis.journeys.publish import pack
from trellis.setup.forms.cell_new import MessageForm
from trellis.setup.forms.cells import CELLS
from trellis.setup.tests.cell_forms import as_sent, filled_in

KEY = "storm-and-repair"
TEXT = pack(KEY)
DRAFT = f"/playbooks/{KEY}/draft/"
DISCOVERY = {
    "seen": "0",
    "title": "Discovery call",
    "after": "qualified",
    "team": "front-desk",
    "limit": "3 days",
    "step": "Have the discovery call with [first name]",
    "kind": "call",
    "due": "1 day",
    "says": "Shall we talk?",
    "acknowledge": "Hi [first name, or there], thanks for the answers.",
    "ask": "Is tomorrow morning good for a call?",
    "next_step": "[Owner's first name] will call you then.",
    "tries": "3",
    "every": "2 days",
    "rest": "60 days",
}


@pytest.fixture
def maya(client: Client, ridgeline: Business, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr("django.utils.timezone.now", lambda: TUESDAY)
    cache.clear()
    client.force_login(ridgeline.maya)
    return client


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:500]
    return unescape(response.content.decode())


def changed(kind: str, stage: str, **more: Any) -> Playbook:
    form = filled_in(kind, TEXT, stage, **more)
    assert form.is_valid(), form.errors
    return load_playbook(form.edited(TEXT))


def open_in(maya: Client, kind: str, stage: str, **more: Any) -> tuple[str, QueryDict]:
    return f"{DRAFT}cells/{kind}/{stage}", as_sent(CELLS[kind](document=load_playbook(TEXT), stage=stage), **more)


@pytest.mark.django_db
@pytest.mark.parametrize("key", [KEY])
def test_a_form_that_is_saved_as_it_was_opened_changes_no_letter(key: str) -> None:
    source = pack(key)
    document = load_playbook(source)
    for stage in document.stages:
        for kind in CELLS:
            form = filled_in(kind, source, stage)
            assert form.is_valid(), (kind, stage, form.errors)
            assert form.edited(source) == source, (kind, stage)
    for message in document.messages:
        sent = as_sent(MessageForm(document=document, message=message))
        form = MessageForm(sent, document=document, message=message)
        assert form.is_valid(), (message, form.errors)
        assert form.edited(source) == source, message


def test_the_draft_begins_with_the_first_edit_and_says_who_and_when(maya: Client) -> None:
    page = text(maya.get(DRAFT))
    assert "live version is 1" in page
    assert "nothing is changed yet" in page
    assert "Change timing of New" in page
    address, sent = open_in(maya, "timing", "new", **{"limit-first-reply-within": "4 min"})
    assert "First reply in 5 min" in text(maya.get(address))
    page = text(maya.post(address, dict(sent.lists()), follow=True))
    assert "Timing of New is changed in the draft." in page
    assert "First reply in 4 min" in page
    assert "Safe to publish" in page
    assert "Maya Ortiz" in page
    draft = Draft.objects.get()
    assert draft.source == TEXT.replace("within: 5m", "within: 4m")


def test_the_last_edit_is_taken_back(maya: Client) -> None:
    address, sent = open_in(maya, "timing", "new", **{"limit-first-reply-within": "4 min"})
    maya.post(address, dict(sent.lists()))
    assert "Taken back" in text(maya.post(f"{DRAFT}undo", follow=True))
    assert not Draft.objects.exists()
    assert "nothing to take back" in text(maya.post(f"{DRAFT}undo", follow=True))


def test_a_draft_that_was_thrown_away_is_brought_back(maya: Client, ridgeline: Business) -> None:
    save_draft(KEY, TEXT.replace("within: 5m", "within: 7m", 1), seen=None, by=ridgeline.maya, at=TUESDAY)
    page = text(maya.post(f"{DRAFT}discard", {"seen": "1"}, follow=True))
    assert "The draft is gone." in page
    assert f'action="{DRAFT}undo"' in page
    assert not Draft.objects.exists()
    assert "Taken back." in text(maya.post(f"{DRAFT}undo", follow=True))
    assert "within: 7m" in Draft.objects.get().source
    assert "nothing to take back any more" in text(maya.post(f"{DRAFT}undo", follow=True))


def test_of_two_who_edit_at_once_the_second_is_told_and_adds_to_it(maya: Client, ridgeline: Business) -> None:
    save_draft(KEY, TEXT.replace("within: 5m", "within: 6m"), seen=None, by=ridgeline.ben, at=TUESDAY)
    address, sent = open_in(maya, "recovery", "new", **{"rule-rest-time": "30 days"})
    page = text(maya.post(address, dict(sent.lists())), 422)
    assert "Ben Whitfield has changed this draft meanwhile. Save again" in page
    assert 'name="seen" value="1"' in page
    sent["seen"] = "1"
    maya.post(address, dict(sent.lists()))
    source = Draft.objects.get().source
    assert "park: 30d" in source
    assert "within: 6m" in source


@pytest.mark.django_db
def test_whoever_gets_it_is_said_in_words() -> None:
    more = {"team": "estimators", "by": "load", "match": "answers.insurance", "if_nobody": "manager", "accept": "2 h"}
    owner = changed("ownership", "new", **more).stages["new"].owner
    assert (owner.team, owner.by, owner.match, owner.if_nobody) == (
        "estimators",
        "load",
        "answers.insurance",
        "manager",
    )
    assert str(owner.accept) == "2h"


def test_a_stage_is_renamed_moved_and_led_on_by_a_time() -> None:
    more = {"title": "Sized up", "behind": "new", "limit": "2 weeks", "way-visit-agreed-after": "5 days"}
    playbook = changed("stages", "qualified", **more)
    stage = playbook.stages["qualified"]
    assert list(playbook.stages)[:3] == ["new", "qualified", "in-conversation"]
    assert stage.title == "Sized up"
    assert str(next(limit.within for limit in stage.limits if limit.clock == "stage")) == "14d"
    assert str(stage.next[0].after) == "5d"


def test_a_way_on_is_added_and_taken_out() -> None:
    more = {"way-to": "qualified", "way-on": ["call_answered"], "way-spoke-to": ""}
    ways = changed("stages", "new", **more).stages["new"].next
    assert [(way.to, way.on) for way in ways] == [("qualified", ["call_answered"])]


@pytest.mark.django_db
def test_a_promise_is_late_for_somebody_else_too() -> None:
    more = {"new-offer-visit-act": "reassign", "new-offer-visit-after": "4 hours"}
    limit = changed("timing", "qualified", **more).stages["qualified"].limits[0]
    assert [(rule.action, str(rule.after)) for rule in limit.late] == [("escalate", "None"), ("reassign", "4h")]


@pytest.mark.django_db
def test_a_promise_is_added() -> None:
    more = {"new-clock": "first_response", "new-within": "10 minutes"}
    limits = changed("timing", "booked", **more).stages["booked"].limits
    assert [(limit.clock, str(limit.within)) for limit in limits][-1] == ("first_response", "10m")


@pytest.mark.django_db
def test_one_more_thing_is_said_at_a_signal() -> None:
    more = {"new-on": "missed_call", "new-act": "send:still-on"}
    when = changed("messaging", "booked", **more).stages["booked"].when
    assert [rule.send for rule in next(one for one in when if one.on == ["missed_call"]).do] == [None, "still-on"]
    more = {"new-on": "no_show", "new-act": "call", "new-words": "Ask [first name] what happened", "new-time": "15 min"}
    when = changed("messaging", "booked", **more).stages["booked"].when
    assert when[-1].on == ["no_show"]
    task = when[-1].do[0].task
    assert task
    assert (task.title, str(task.due)) == ("Ask {{ contact.first_name }} what happened", "15m")


@pytest.mark.django_db
def test_a_quiet_rule_takes_its_place_by_its_time_and_another_goes() -> None:
    more = {"new-after": "2 days", "new-act": "send:two-times", "rule-again-act": "remove"}
    quiet: list[Rule] = changed("recovery", "new", **more).stages["new"].quiet
    assert [str(rule.after) for rule in quiet] == ["1d", "2d", "3d", "6d"]
    assert quiet[1].send == "two-times"


@pytest.mark.django_db
def test_one_more_thing_comes_after_the_delivery() -> None:
    more = {"new-after": "20 days", "new-act": "do", "new-words": "Send the photos", "new-time": "1 day"}
    rules = changed("after", "delivered", **more).after_delivery
    assert [str(rule.after) for rule in rules] == ["1d", "3d", "10d", "20d", "45d"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "stage", "more", "sentence"),
    [
        ("stages", "new", {"title": ""}, "Write a title, such as Discovery call."),
        ("stages", "new", {"limit": "soon"}, "“soon” is not a time. Write a time such as 30 min, 2 hours or 3 days."),
        ("stages", "new", {"way-spoke-on": [], "way-spoke-after": ""}, "Say what moves it on"),
        ("ownership", "new", {"team": "nobody"}, "Select a valid choice"),
        ("ownership", "new", {"accept": "9999999 weeks"}, "is not a time"),
        ("timing", "new", {"limit-first-reply-within": ""}, "Write a time such as"),
        ("timing", "booked", {"new-clock": "first_response"}, "Say within what time, such as 4 hours."),
        ("messaging", "new", {"new-act": "call"}, "Say what is to be done, such as Call [first name]."),
        ("recovery", "new", {"new-act": "send:two-times"}, "Say after how long, such as 2 days."),
        ("recovery", "new", {"rule-rest-words": ""}, "Say why it rests, such as No answer."),
        ("recovery", "new", {"rule-rest-time": "5000 days"}, "That is too long: at most 3660 days."),
        ("after", "delivered", {"new-act": "do", "new-words": "Go"}, "Say how long, such as 2 hours."),
    ],
)
def test_what_is_not_understood_is_said_in_a_sentence(
    maya: Client, kind: str, stage: str, more: dict[str, Any], sentence: str
) -> None:
    address, sent = open_in(maya, kind, stage, **more)
    assert sentence in text(maya.post(address, dict(sent.lists())), 422)
    assert not Draft.objects.exists()


def test_a_stage_is_added_whole_and_is_safe(maya: Client) -> None:
    assert "First step" in text(maya.get(f"{DRAFT}stages/new?after=qualified"))
    page = text(maya.post(f"{DRAFT}stages/new", DISCOVERY, follow=True))
    assert "Discovery call is in the draft." in page
    assert "Safe to publish" in page
    document = load_playbook(Draft.objects.get().source)
    stage = document.stages["discovery-call"]
    assert list(document.stages)[2:5] == ["qualified", "discovery-call", "booked"]
    assert stage.enter[1].task
    assert stage.enter[1].task.title == "Have the discovery call with {{ contact.first_name }}"
    said = document.messages["shall-we-talk"]
    assert said.acknowledge == "Hi {{ contact.first_name | default: 'there' }}, thanks for the answers."
    assert said.next_step == "{{ owner.first_name }} will call you then."


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"title": " "}, "Write a title, such as Discovery call."),
        ({"step": ""}, "Say what is to be done first"),
        ({"ask": "Shall we talk"}, "Ask exactly one question"),
        ({"ask": ""}, "Ask one question: it is what people answer to."),
        ({"says": ""}, "Give the message a title."),
        ({"tries": "12"}, "Nine tries are enough"),
        ({"tries": "many"}, "Write a number from 0 to 9."),
        ({"due": "x"}, "“x” is not a time."),
        ({"after": "loyal"}, "Select a valid choice"),
    ],
)
def test_a_stage_that_is_half_said_is_not_added(maya: Client, more: dict[str, str], sentence: str) -> None:
    assert sentence in text(maya.post(f"{DRAFT}stages/new", DISCOVERY | more), 422)
    assert not Draft.objects.exists()


def test_a_stage_without_a_message_says_nothing(maya: Client) -> None:
    silent = dict.fromkeys(("says", "acknowledge", "ask", "next_step"), "")
    maya.post(f"{DRAFT}stages/new", DISCOVERY | silent)
    assert [rule.send for rule in load_playbook(Draft.objects.get().source).stages["discovery-call"].enter] == [None]


def test_a_stage_is_taken_out_and_the_path_closes(maya: Client) -> None:
    address = f"{DRAFT}stages/qualified/remove"
    assert "Take Qualified out" in text(maya.get(address))
    assert "Qualified is out of the draft." in text(maya.post(address, {"seen": "0"}, follow=True))
    document = load_playbook(Draft.objects.get().source)
    assert document.stages["in-conversation"].next[0].to == "booked"
    assert 0 < len(document.scenarios) < len(load_playbook(TEXT).scenarios)


def test_a_message_is_added_and_changed(maya: Client) -> None:
    form = {"seen": "0", "title": "Rain tomorrow", "channel": "sms", "subject": ""}
    form |= {name: DISCOVERY[name] for name in ("acknowledge", "ask", "next_step")}
    assert "exactly one question" in text(maya.post(f"{DRAFT}messages/new", form | {"ask": "Now? Or later?"}), 422)
    maya.post(f"{DRAFT}messages/new", form)
    assert "Rain tomorrow" in text(maya.get(f"{DRAFT}messages/rain-tomorrow"))
    maya.post(f"{DRAFT}messages/rain-tomorrow", form | {"seen": "1", "title": "Rain"})
    assert load_playbook(Draft.objects.get().source).messages["rain-tomorrow"].title == "Rain"


def test_a_broken_draft_turns_ember_names_the_cell_and_cannot_be_published(maya: Client) -> None:
    address, sent = open_in(maya, "recovery", "new", **{"rule-rest-act": "remove"})
    page = text(maya.post(address, dict(sent.lists()), follow=True))
    assert "Not yet: 1 to put right" in page
    assert ">Recovery of New</a></b>" in page
    assert "matrix__cell--recovery matrix__cell--late" in page
    assert "disabled aria-describedby" in page
    assert "Off: put right what is listed below the head first." in page


def test_a_message_that_some_would_not_get_is_named_with_the_words_that_mend_it(maya: Client) -> None:
    address = f"{DRAFT}messages/sorry-we-missed-you"
    form = {"seen": "0", "title": "Sorry we missed you", "channel": "same", "subject": ""}
    form |= {"acknowledge": "Hi [first name], sorry.", "ask": "How can we help?", "next_step": "We call you back."}
    told = "names [first name]; whoever has given no name does not get it. Write [first name, or there]."
    assert told in text(maya.post(f"{address}?check", form))
    page = text(maya.post(address, form, follow=True))
    assert told in page.replace(' <span class="text-meta">', " ")
    assert f'href="{address}">The message “Sorry we missed you”</a>' in page
    assert "Write {{" not in page


def test_while_somebody_types_the_answer_is_tried_and_nothing_is_kept(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    address, sent = open_in(maya, "recovery", "new", **{"rule-rest-act": "remove"})
    page = text(maya.post(f"{address}?check", dict(sent.lists())))
    assert "Not safe to publish:" in page
    assert "1 lead of the last 90 days" in page
    address, sent = open_in(maya, "timing", "new", **{"limit-first-reply-within": "x"})
    assert "“x” is not a time." in text(maya.post(f"{address}?check", dict(sent.lists())))
    assert not Draft.objects.exists()


def test_the_past_is_told_again_with_the_draft(maya: Client, ridgeline: Business) -> None:
    ridgeline.lead()
    assert "none would have gone another way" in text(maya.get(f"{DRAFT}replay"))
    address, sent = open_in(maya, "messaging", "new", **{"rule-ack-act": "remove"})
    maya.post(address, dict(sent.lists()))
    page = text(maya.get(f"{DRAFT}replay"))
    assert "1 would have gone another way" in page
    assert "1 fewer" in page
    assert "1 would have gone another way" in text(maya.get(DRAFT))


def test_the_scenarios_of_the_draft_are_played(maya: Client) -> None:
    assert "all 14 passed" in text(maya.get(f"{DRAFT}scenarios"))
    assert "all 14 scenarios pass" in text(maya.get(DRAFT))
    address, sent = open_in(maya, "messaging", "new", **{"rule-sorry-act": "remove"})
    maya.post(address, dict(sent.lists()))
    page = text(maya.get(f"{DRAFT}scenarios"))
    assert "1 of 14 failed" in page
    assert "Then “Sorry we missed you” has gone out within 1 minute" in page
    assert "“Sorry we missed you” was not sent within 1 minute" in page
    assert "What happened instead" in page
    assert "Sat 9:40 PM: their call is missed" in page
    assert "1 of 14 scenarios fails" in text(maya.get(DRAFT))
    assert "Safe to publish, 1 to look at" in text(maya.get(DRAFT))
    told = "With it one scenario fails: A missed call on Saturday night is texted at once"
    assert told in text(maya.get(f"{DRAFT}plan"))


def test_a_scenario_that_is_not_meant_to_be_true_any_more_is_taken_out_and_brought_back(maya: Client) -> None:
    address, sent = open_in(maya, "messaging", "new", **{"rule-sorry-act": "remove"})
    maya.post(address, dict(sent.lists()))
    told = [one.scenario for one in load_playbook(TEXT).scenarios]
    failing = next(place for place, one in enumerate(told) if one.startswith("A missed call on Saturday night"))
    page = text(maya.get(f"{DRAFT}scenarios"))
    out = f"{DRAFT}scenarios/{failing}/remove"
    assert out in page
    assert f"Take “{told[failing]}” out" in text(maya.get(out))
    draft = Draft.objects.get()
    page = text(maya.post(out, {"seen": str(draft.revision)}, follow=True))
    assert "The scenario is out of the draft." in page
    assert "all 13 passed" in page
    draft.refresh_from_db()
    assert [one.strip() for one in TEXT.splitlines() if one.startswith("#")] == [
        one.strip() for one in draft.source.splitlines() if one.startswith("#")
    ]
    maya.post(f"{DRAFT}undo")
    assert "1 of 14 failed" in text(maya.get(f"{DRAFT}scenarios"))


def test_ben_sees_the_draft_and_may_not_change_it(maya: Client, ridgeline: Business) -> None:
    maya.force_login(ridgeline.ben)
    assert maya.get(DRAFT).status_code == 302
    save_draft(KEY, TEXT, seen=None, by=ridgeline.maya, at=TUESDAY)
    page = text(maya.get(DRAFT))
    assert "live version is 1" in page
    assert "Change timing of New" not in page
    assert "Publish draft" not in page
    for part in (
        "cells/timing/new",
        "stages/new",
        "stages/new/remove",
        "messages/new",
        "messages/we-got-it",
        "scenarios/0/remove",
    ):
        assert maya.get(f"{DRAFT}{part}").status_code == 403
    assert maya.post(f"{DRAFT}undo").status_code == 403


@pytest.mark.parametrize(
    "part", ["cells/timing/none", "cells/colors/new", "messages/none", "stages/none/remove", "scenarios/99/remove"]
)
def test_what_is_not_there_is_not_found(maya: Client, part: str) -> None:
    assert maya.get(f"{DRAFT}{part}").status_code == 404


def test_a_text_that_is_no_playbook_is_mended_as_a_text(maya: Client, ridgeline: Business) -> None:
    save_draft(KEY, "stages: 1", seen=None, by=ridgeline.maya, at=TUESDAY)
    assert "It cannot be published before" in text(maya.get(DRAFT, follow=True))
    assert maya.get(f"{DRAFT}cells/timing/new").status_code == 404
