"""Pages for what goes wrong say what to do, in the look of the rest."""

import pytest
from django.template.loader import render_to_string

from trellis.desk.tests.conftest import Desk


def test_an_address_that_leads_nowhere(desk: Desk) -> None:
    assert "There is nothing here" in desk.open("/boards/")
    assert desk.status == 404


def test_an_address_without_its_last_stroke_finds_the_page(desk: Desk) -> None:
    assert "Signals" in desk.open("/signals")
    assert desk.status == 200


def test_a_browser_finds_the_icon_where_it_looks_for_one(desk: Desk) -> None:
    assert desk.client.get("/favicon.ico").headers["Location"].endswith(".svg")


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_each_names_the_next_step_and_needs_nothing_to_be_drawn(page: str) -> None:
    assert "Go to the first page" in render_to_string(page)
