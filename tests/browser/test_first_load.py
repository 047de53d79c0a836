"""The first visit is light: at most 120 kB on the wire and 15 requests, all from here."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import brotli
import pytest
from django.contrib.staticfiles import finders

from tests.browser.conftest import Visit, one_module, one_sheet
from tests.cast import Business
from trellis.desk.queries.today import PAGE

# What the headers of one answer weigh, about.
HEADERS = 400
BUDGET = 120_000


@pytest.mark.parametrize("address", ["/?who=team", "/signals/"])
def test_the_first_load_of_a_full_page_is_light(visit: Callable[..., Visit], office: Business, address: str) -> None:
    for number in range(PAGE):
        office.lead(office.contact(f"Lead Number {number}", f"lead{number}@example.com"))
    window = visit()
    window.log_in()
    asked: dict[str, int] = {}
    window.page.on("response", lambda response: asked.setdefault(response.url, 0))
    answer = window.page.goto(window.address + address)
    window.page.wait_for_load_state("networkidle")
    assert answer
    asked[answer.url] = int(answer.header_value("content-length") or 0)
    paths = [urlsplit(url).path for url in asked if url != answer.url]
    weight = asked[answer.url] + sum(compressed(path) + HEADERS for path in paths) + HEADERS
    assert len(asked) <= 15, sorted(paths)
    assert weight <= BUDGET, weight


def compressed(path: str) -> int:
    """How much a static file weighs as it is served in earnest: sheets in one piece, Brotli where it helps."""
    name = path.removeprefix("/static/")
    if name.endswith(".css"):
        body = one_sheet(name).encode()
    else:
        body = one_module(name).encode() if name == "web/main.js" else Path(str(finders.find(name))).read_bytes()
    return len(body) if name.endswith(".woff2") else len(brotli.compress(body))
