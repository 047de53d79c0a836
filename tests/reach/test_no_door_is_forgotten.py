"""A new page or operation says which right it asks for, or this fails."""

from django.urls import path

from tests.reach.conftest import ROOMS
from tests.reach.doors import (
    ACTS,
    ANSWERS_OFFERS,
    API_ACTS,
    API_ANSWERS_OFFERS,
    API_PAGES,
    API_SHOWS,
    OPEN,
    PAGES,
    SHOWS,
)
from tests.undo.doors import doors
from trellis.config.api import api

SAID = [*SHOWS, *{name for name, _ in ACTS}, *ANSWERS_OFFERS, *PAGES, *OPEN]
SAID_BY_MACHINES = [*API_SHOWS, *(name for name, _ in API_ACTS), *API_ANSWERS_OFFERS, *API_PAGES]


def operations() -> dict[str, object]:
    """Every operation of the machine door, by its name, with the right that it says it asks for."""
    found = {}
    for _, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                found[operation.view_func.__name__] = getattr(operation.view_func, "needs", None)
    return found


def test_every_page_says_what_it_asks_for() -> None:
    there = {name: view for room, patterns in ROOMS.items() for name, view in doors(room, patterns).items()}
    assert sorted(there.keys() - set(SAID)) == [], "say in tests/reach/doors.py which right it asks for"
    assert sorted(set(SAID) - there.keys()) == [], "no such page"
    assert len(SAID) == len(set(SAID)), "said twice"


def test_every_operation_of_the_machine_door_says_what_it_asks_for() -> None:
    assert sorted(operations().keys() - set(SAID_BY_MACHINES)) == [], "say in tests/reach/doors.py"
    assert sorted(set(SAID_BY_MACHINES) - operations().keys()) == [], "no such operation"
    assert [name for name, needs in operations().items() if needs is None] == [], "decorate it with @needs"


def test_a_new_door_is_noticed() -> None:
    planted = doors("desk", [path("burn", lambda request: None, name="burn")])
    assert planted.keys() - set(SAID) == {"desk:burn"}
