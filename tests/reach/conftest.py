"""The world, and ways to ask all of its doors."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from pytest_django import Settings

from tests.cast import Business
from tests.reach.doors import API_SHOWS, PAGES, SHOWS, page_address, parts
from tests.reach.world import NOW, World, open_world
from trellis.desk import urls as desk
from trellis.lists import urls as lists
from trellis.setup import urls as setup
from trellis.team.actions.absences import put_on_leave
from trellis.transfer import urls as transfer

SAID = dict[str, str]
ROOMS = {
    "desk": desk.urlpatterns,
    "lists": lists.urlpatterns,
    "setup": setup.urlpatterns,
    "transfer": transfer.urlpatterns,
}


@pytest.fixture
def world(ridgeline: Business, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> World:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    away = {"starts_at": NOW + timedelta(days=9), "ends_at": NOW + timedelta(days=10)}
    put_on_leave(ridgeline.tom, **away, by=ridgeline.maya, at=NOW)
    return open_world(ridgeline)


@pytest.fixture
def person(world: World) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(world.asker)
    return client


class Machine:
    """Calls with Priya's token."""

    def __init__(self, world: World) -> None:
        self.client, self.secret = Client(raise_request_exception=False), world.secret

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.secret}"}
        if method == "GET":
            return self.client.get(f"/api/v1{path}", headers=headers)
        if method == "FORM":
            return self.client.post(f"/api/v1{path}", headers=headers)
        sent = json.dumps(body or {})
        return self.client.generic(method, f"/api/v1{path}", sent, "application/json", headers=headers)


@pytest.fixture
def machine(world: World) -> Machine:
    return Machine(world)


def page_addresses(world: World) -> Iterator[tuple[str, str]]:
    """Every page of what belongs to nobody, with its address."""
    known = parts(world)
    for room, patterns in ROOMS.items():
        for pattern in patterns:
            assert isinstance(pattern, URLPattern)
            name = f"{room}:{pattern.name}"
            if name in PAGES:
                yield name, page_address(name, pattern, known)


def all_that_is_told(world: World, person: Client, machine: Machine, *, pages: bool = True) -> SAID:
    """What every door that only reads answers, by its address; with `pages` those too that are about no row."""
    told = {path: person.get(path) for show in SHOWS.values() for path in show(world)}
    if pages:
        told |= {path: person.get(path) for _, path in page_addresses(world)}
    told |= {f"api {path}": machine.ask("GET", path) for show in API_SHOWS.values() for path in show(world)}
    for path, response in told.items():
        assert response.status_code in (200, 204, 302, 403, 404, 405), (path, response.status_code)
    return {path: words_of(path, response) if response.status_code == 200 else "" for path, response in told.items()}


def words_of(path: str, response: Any) -> str:
    """What can be read in an answer; of a workbook what stands in its cells."""
    whole = b"".join(response.streaming_content) if response.streaming else response.content
    if "export.xlsx" not in path:
        return str(whole.decode())
    sheet = openpyxl.load_workbook(io.BytesIO(whole)).active
    return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
