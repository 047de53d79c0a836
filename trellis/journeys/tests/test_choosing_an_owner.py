"""Who gets it: every way that a playbook can say it, with people who are there, away, off duty or gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from trellis.events import catalogue as facts
from trellis.journeys.engine.owners import choose_owner, next_free, next_to_ask, parts_used, wanted_by
from trellis.journeys.engine.state import Customer, Person, State, World
from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.schema import OwnerRule
from trellis.journeys.tests.sandbox import OFFICE, PACK, RENEE, STAFF, TUESDAY, Walk, person, replied, spoke

MAYA, BEN, PRIYA, TOM = STAFF
MORNING = TUESDAY + timedelta(hours=1)


def rule(by: str = "round_robin", team: str = "front-desk", **more: str) -> OwnerRule:
    return OwnerRule.model_validate({"team": team, "by": by, **more})


def here(*people: Person, **known: Any) -> World:
    return World(people=people or STAFF, hours=OFFICE, customer=replace(RENEE, **known))


def off(someone: Person, hours: int = 20, *, away: bool = False) -> Person:
    back = TUESDAY + timedelta(hours=hours)
    return replace(someone, on_duty=False, next_on_duty_at=back, away_until=back if away else None)


def chosen(rule: OwnerRule, world: World, **how: Any) -> tuple[str, str]:
    someone, why = choose_owner(rule, world, **how)
    return someone.id, why


def test_by_load_it_goes_to_whoever_has_the_fewest_open() -> None:
    world = here(replace(MAYA, load=3), replace(BEN, load=2))
    assert chosen(rule("load"), world) == ("ben", "Ben has the fewest open")


def test_of_two_with_as_few_it_goes_to_whoever_waited_longest() -> None:
    world = here(replace(MAYA, load=2, last_assigned_at=TUESDAY), replace(BEN, load=2, last_assigned_at=MORNING))
    assert chosen(rule("load"), world)[0] == "maya"


def test_the_one_that_is_being_dealt_does_not_count_as_load() -> None:
    world = here(replace(MAYA, load=2), replace(BEN, load=3))
    assert chosen(rule("load"), world, current="ben")[0] == "maya"
    assert chosen(rule("load"), here(replace(MAYA, load=3), replace(BEN, load=3)), current="ben")[0] == "ben"


def test_whoever_had_this_customer_last_gets_them_again() -> None:
    world = here(had_by=("tom", "ben", "maya"))
    assert chosen(rule("last_owner"), world) == ("ben", "Ben had them before")


def test_who_had_them_in_another_team_does_not_count() -> None:
    assert chosen(rule("last_owner"), here(had_by=("tom",))) == ("maya", "Maya is next in turn")


def test_when_it_comes_back_to_a_team_its_last_owner_there_is_found() -> None:
    assert chosen(rule("last_owner"), here(had_by=("tom", "ben")), current="tom")[0] == "ben"


def test_whoever_has_just_spoken_with_them_keeps_them() -> None:
    world = here(spoke_with="ben")
    assert chosen(rule("who_replied"), world) == ("ben", "Ben spoke with them last")
    assert chosen(rule("who_replied"), world, spoke="priya") == ("priya", "Priya spoke with them last")


def test_when_nobody_has_spoken_with_them_it_goes_by_turn() -> None:
    assert chosen(rule("who_replied"), here()) == ("maya", "Maya is next in turn")


def test_who_knows_them_but_has_left_is_passed_over() -> None:
    world = here(MAYA, PRIYA, had_by=("ben",), spoke_with="ben")
    assert chosen(rule("last_owner"), world)[0] == "maya"
    assert chosen(rule("who_replied"), world)[0] == "maya"


def test_a_viewer_never_gets_it() -> None:
    looks_on = replace(BEN, role="viewer")
    assert chosen(rule("who_replied"), here(MAYA, looks_on, spoke_with="ben"))[0] == "maya"
    assert chosen(rule("load"), here(replace(MAYA, load=9), looks_on))[0] == "maya"


def test_who_covers_their_area_comes_first() -> None:
    world = here(MAYA, replace(BEN, covers=frozenset({"north side"})))
    assert chosen(rule(match="answers.area"), world, wanted="north side") == (
        "ben",
        "Ben covers north side and is next in turn",
    )


def test_an_area_that_nobody_covers_goes_by_turn_and_says_so() -> None:
    why = "nobody covers the moon, Maya is next in turn"
    assert chosen(rule(match="answers.area"), here(), wanted="the moon") == ("maya", why)


def test_when_who_covers_it_is_off_duty_the_next_free_gets_it() -> None:
    world = here(MAYA, off(replace(BEN, covers=frozenset({"hail"}))))
    assert chosen(rule(match="answers.area"), world, wanted="hail") == ("maya", "Ben is off duty, Maya is next free")


def test_an_answer_is_matched_whatever_its_case_and_spaces() -> None:
    state = State(answers={"area": "  North   Side "})
    assert wanted_by(rule(match="answers.area"), state) == "north side"
    assert wanted_by(rule(), state) == ""


def test_a_rule_that_waits_gives_it_to_whose_turn_it_is_even_while_they_are_away() -> None:
    world = here(off(MAYA, away=True), BEN)
    assert chosen(rule(if_away="wait"), world) == ("maya", "Maya is next in turn, and it waits for Maya")
    assert chosen(rule("keep", if_away="wait"), world, current="maya") == ("maya", "Maya keeps it")


def test_nobody_there_goes_to_whoever_is_back_first() -> None:
    world = here(off(MAYA, 20), off(BEN, 10))
    assert chosen(rule(), world) == ("ben", "nobody is on duty now, Ben is back first")


def test_nobody_there_goes_to_the_manager_where_the_rule_says_so() -> None:
    world = here(off(BEN, 3), off(TOM, 1), MAYA)
    crew = rule(team="crew", if_nobody="manager")
    assert chosen(crew, world) == ("maya", "nobody else is on duty now, so Maya gets it")
    assert chosen(crew, here(off(TOM), off(MAYA, 30))) == ("maya", "nobody else is on duty now, so Maya gets it")


def test_who_leaves_is_not_the_manager_who_gets_it() -> None:
    world = here(off(MAYA, 1), off(TOM, 9))
    assert chosen(rule(team="crew", if_nobody="manager"), world, without="maya")[0] == "tom"


def test_passing_on_asks_whoever_has_not_been_asked() -> None:
    assert next_free(rule(), here(), current="maya") == BEN
    assert next_to_ask(rule(), here(), current="priya", asked=["maya"]) == BEN
    assert next_to_ask(rule(), here(), current="priya", asked=["maya", "ben"]) is None


def test_when_nobody_is_there_whoever_is_back_first_is_asked_but_nobody_who_is_away() -> None:
    world = here(off(MAYA, 3), off(BEN, 2), off(PRIYA, 1, away=True))
    assert next_to_ask(rule(), world, current="tom") == off(BEN, 2)
    assert next_free(rule(), world, current="tom") is None


@pytest.mark.parametrize(
    ("by", "more", "parts"),
    [
        ("round_robin", {}, ("people",)),
        ("load", {"match": "answers.area"}, ("people", "load", "covers")),
        ("last_owner", {}, ("people", "customer")),
    ],
)
def test_a_decision_keeps_what_the_choice_depended_on(by: str, more: dict[str, str], parts: tuple[str, ...]) -> None:
    assert parts_used(rule(by, **more)) == parts


def test_whoever_replies_to_a_lead_of_somebody_else_has_it_from_then_on() -> None:
    source = PACK.read_text().replace("owner: {team: front-desk, by: keep", "owner: {team: front-desk, by: who_replied")
    walk = Walk(load_playbook(source))
    walk.tell(facts.SignalCaptured(signal_id="s", kind="form", channel="web"))
    assert walk.state.owner == "maya"
    walk.tell(replied("ben"))
    assert (walk.state.stage, walk.state.owner) == ("in-conversation", "ben")


def test_a_call_by_nobody_that_we_know_leaves_it_to_the_turn() -> None:
    source = PACK.read_text().replace("owner: {team: front-desk, by: keep", "owner: {team: front-desk, by: who_replied")
    walk = Walk(load_playbook(source))
    walk.tell(facts.SignalCaptured(signal_id="s", kind="form", channel="web"))
    walk.tell(spoke())
    assert walk.state.owner in ("maya", "ben")


def test_a_match_with_a_question_that_is_never_asked_is_a_fault() -> None:
    source = PACK.read_text().replace("by: keep, if_away", "by: keep, match: answers.adress, if_away", 1)
    with pytest.raises(PlaybookFaulty, match=r"there is no field `answers.adress`; did you mean `answers.address`\?"):
        load_playbook(source)


def test_nothing_of_the_customer_is_needed_to_choose() -> None:
    world = World(people=STAFF, hours=OFFICE, customer=Customer())
    for by in ("round_robin", "load", "keep", "last_owner", "who_replied"):
        assert choose_owner(rule(by), world)[0] is MAYA


def test_a_team_of_nobody_goes_to_the_leaders() -> None:
    world = here(person("Nia", "manager", [], 0), MAYA)
    assert chosen(rule(team="nobody"), world)[0] == "maya"
