"""For every verb, role, reach and door that changes something: only what is in reach is changed, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.reach.conftest import Machine, page_addresses
from tests.reach.doors import (
    ACTS,
    ADD_LEAD,
    ADMIN,
    ANSWERS_OFFERS,
    API_ACTS,
    API_ANSWERS_OFFERS,
    API_PAGES,
    OWN,
    PAGES,
    SEES_ALL,
    Act,
    Right,
    address,
)
from tests.reach.world import ALL, NONE, ROLES, ROW_NOUNS, Theirs, World, word
from trellis.conversations.models import Call, Message
from trellis.events.models import Event
from trellis.intake.models import Signal
from trellis.journeys.models import Journey, Task
from trellis.people.models import Company, Contact, ContactTag
from trellis.team.models import Grant
from trellis.team.roles import RIGHTS, by_default, reaches_of

pytestmark = pytest.mark.slow
REFUSED = (403, 404)
# A door that is only sent to may say so before it asks who one is.
ONLY_POST = {"get": (405,), "post": ()}


def standing() -> list[Any]:
    """All that an act could change, as it stands."""
    tables = (Journey, Task, Message, Call, Event, Signal, Contact, ContactTag, Company, Grant)
    return [sorted(map(str, table.objects.values_list())) for table in tables]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def is_given(world: World, act: Act, theirs: Theirs) -> bool:
    """Whether the tables let Priya do it: the record is seen, and the verb reaches it."""
    verb, noun = act.right
    sees = "signal" if noun == "signal" else "journey" if noun == "journey" else "contact"
    return world.covers("see", sees, theirs.whose) and world.covers(verb, noun, theirs.whose)


def faults(world: World, send: Any, acts: list[tuple[str, Act]], before: list[Any]) -> Iterator[tuple[str, str, int]]:
    """What was answered otherwise than the tables say, or changed something although it was refused."""
    for name, act in acts:
        for theirs in world.records.values():
            path = address(act.path, theirs)
            asker = str(world.asker.pk)
            body = {key: asker if value == "{asker}" else value for key, value in act.body.items()}
            for method in (act.method,) if act.only_post or act.method != "POST" else ("GET", "POST"):
                with taken_back():
                    answer = send(method, path, body)
                    if is_given(world, act, theirs) == (answer.status_code in REFUSED) or answer.status_code >= 500:
                        yield name, f"{method} {theirs.whose}", answer.status_code
                    if answer.status_code in REFUSED:
                        if method != "GET" and standing() != before:
                            yield name, f"changed {theirs.whose}", answer.status_code
                        if any(leaks(world, answer, noun, theirs) for noun in ROW_NOUNS):
                            yield name, f"leaked {theirs.whose}", answer.status_code


def leaks(world: World, answer: Any, noun: str, theirs: Theirs) -> bool:
    return not world.covers("see", noun, theirs.whose) and word(noun, theirs.whose) in answer.content.decode()


def rights_of(acts: list[tuple[str, Act]]) -> list[Right]:
    return list(dict.fromkeys(act.right for _, act in acts))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", rights_of(ACTS), ids=" ".join)
def test_who_reaches_so_far_changes_just_that(
    world: World, person: Client, machine: Machine, right: Right, role: str
) -> None:
    """Both where they see everything and may change some, and where they see no more than that."""
    before = standing()

    def by_hand(method: str, path: str, body: dict[str, str]) -> Any:
        return person.get(path) if method == "GET" else person.post(path, body)

    acts = [(name, act) for name, act in ACTS if act.right == right]
    for reach in reaches_of(*right):
        for seen in ({}, {("see", right[1]): reach}):
            if seen and reach == by_default(role, "see", right[1]):
                continue  # As it is without saying so.
            world.let(role, {right: reach} | seen)
            before = standing()
            assert list(faults(world, by_hand, acts, before)) == [], (role, right, reach, seen)
            by_machine = [(name, act) for name, act in API_ACTS if act.right == right]
            assert list(faults(world, machine.ask, by_machine, before)) == [], (role, right, reach, seen)


@pytest.mark.parametrize("role", ROLES)
def test_an_offer_that_is_not_there_is_answered_by_nobody(
    world: World, person: Client, machine: Machine, role: str
) -> None:
    for reach in reaches_of("see", "journey"):
        world.let(role, {("see", "journey"): reach})
        before = standing()
        for theirs in world.records.values():
            for path in ANSWERS_OFFERS.values():
                answer = person.post(address(path, theirs), {"reason": "Busy"})
                if not world.covers("see", "journey", theirs.whose):
                    assert answer.status_code in REFUSED, (path, theirs.whose)
            for path in API_ANSWERS_OFFERS.values():
                assert machine.ask("POST", address(path, theirs), {"reason": "Busy"}).status_code in (*REFUSED, 409)
        assert standing() == before


def every_page_right() -> list[Right]:
    asked = [right for pair in PAGES.values() for right in pair] + [right for right, _, _ in API_PAGES.values()]
    return [right for right in dict.fromkeys(asked) if right not in (ADMIN, OWN, SEES_ALL)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("right", every_page_right(), ids=" ".join)
def test_a_page_is_for_whoever_has_its_right(
    world: World, person: Client, machine: Machine, right: Right, role: str
) -> None:
    for reach in (NONE, ALL):
        # A machine that may change nothing at all is refused before it is asked what.
        world.let(role, {ADD_LEAD: ALL, ("see", right[1]): ALL, right: reach})
        for name, path in page_addresses(world):
            for method, asked in zip(("get", "post"), PAGES[name], strict=True):
                if asked == right:
                    with taken_back():
                        answer = getattr(person, method)(path)
                        refused = answer.status_code in (403, *ONLY_POST[method])
                        assert refused >= (reach == NONE), (name, method, reach, answer.status_code)
                        assert reach == NONE or answer.status_code != 403, (name, method, reach)
        for name, (asked, method, path) in API_PAGES.items():
            if asked == right:
                status = machine.ask(method, path).status_code
                assert (status == 403) == (reach == NONE), (name, reach, status)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_for_admins_alone_is_nobodys_else_whatever_they_were_given(
    world: World, person: Client, machine: Machine, role: str
) -> None:
    everything = {(verb, noun): ALL for noun, verbs in RIGHTS.items() for verb in verbs}
    world.let(role, everything)
    before = standing()
    for name, path in page_addresses(world):
        for method, asked in zip(("get", "post"), PAGES[name], strict=True):
            if asked == ADMIN:
                assert getattr(person, method)(path).status_code in (403, *ONLY_POST[method]), (name, method)
    for name, (asked, method, path) in API_PAGES.items():
        assert asked != ADMIN or machine.ask(method, path).status_code == 403, name
    assert standing() == before


@pytest.mark.parametrize("role", ROLES)
def test_what_tells_of_every_lead_is_for_whoever_sees_all(world: World, person: Client, role: str) -> None:
    for reach in reaches_of("see", "journey"):
        world.let(role, {("see", "journey"): reach, ("change", "playbook"): ALL})
        for name, path in page_addresses(world):
            if PAGES[name][0] in (SEES_ALL, ("change", "playbook")):
                with taken_back():
                    answer = person.get(path)
                    assert (answer.status_code == 403) == (reach != ALL), (name, reach, answer.status_code)


def test_a_page_about_oneself_is_for_everybody(world: World, person: Client) -> None:
    nothing = {(verb, noun): NONE for noun, verbs in RIGHTS.items() for verb in verbs}
    world.let("viewer", nothing)
    for path in ("/", "/preferences", "/people/away/new"):
        assert person.get(path).status_code == 200
    assert person.post("/preferences/theme", {"theme": "dark"}).status_code in (302, 204)
