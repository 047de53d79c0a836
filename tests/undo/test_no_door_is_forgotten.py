"""Every door of the desk and the set-up pages is known: it is taken back, it says why not, or it changes nothing."""

import inspect
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_POST

from tests.undo.doors import ELSEWHERE, FINAL, READS, UNDONE, doors
from trellis.desk import urls as desk
from trellis.lists import urls as lists
from trellis.setup import urls as setup
from trellis.transfer import urls as transfer
from trellis.web.asking import changes

DOORS = {
    name: view
    for room, urls in (("desk", desk), ("lists", lists), ("setup", setup), ("transfer", transfer))
    for name, view in doors(room, urls.urlpatterns).items()
}
# What a view is written with that takes more than a question: its decorator, the form, the dialog that asks.
TAKES_MORE = ("POST", "posted(", " ask(")


def takes_more(view: Any) -> bool:
    text = inspect.getsource(inspect.unwrap(view))
    return any(word in text for word in TAKES_MORE)


def test_every_door_is_taken_back_or_says_why_not() -> None:
    known = {*UNDONE, *ELSEWHERE, *FINAL, *READS}
    assert sorted(DOORS.keys() - known) == [], "say in tests/undo/doors.py how what is done there is taken back"
    assert sorted(known - DOORS.keys()) == [], "no such door"


def test_no_door_is_both() -> None:
    assert len(UNDONE) + len(ELSEWHERE) + len(FINAL) + len(READS) == len({*UNDONE, *ELSEWHERE, *FINAL, *READS})


def test_a_door_that_only_reads_takes_nothing_in() -> None:
    assert [name for name in READS if takes_more(DOORS[name])] == []


def test_what_cannot_be_taken_back_says_why_in_a_sentence() -> None:
    assert [name for name, why in (FINAL | ELSEWHERE).items() if not why.endswith(".")] == []


def test_a_new_door_is_noticed() -> None:
    @changes
    @require_POST
    def burn(request: HttpRequest, *, at: Any) -> HttpResponse:
        return HttpResponse()

    planted = doors("desk", [path("burn", burn, name="burn")])
    assert planted.keys() - {*UNDONE, *ELSEWHERE, *FINAL, *READS} == {"desk:burn"}
    assert takes_more(planted["desk:burn"])
