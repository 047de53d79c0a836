"""A page is compressed as its reader takes it, and its length tells nothing."""

import gzip

import brotli
import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from trellis.web.compressing import compressed

WORDS = "A limb came down on the carport. " * 50


@compressed
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(WORDS)


@compressed
def short(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Yes")


def ask(accepted: str, view: object = page) -> HttpResponse:
    assert callable(view)
    answer = view(RequestFactory().get("/", headers={"Accept-Encoding": accepted}))
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.parametrize("accepted", ["br", "gzip, deflate, br, zstd", "br;q=1.0, gzip;q=0.8"])
def test_a_browser_that_knows_brotli_gets_it(accepted: str) -> None:
    answer = ask(accepted)
    assert brotli.decompress(answer.content).decode() == WORDS
    assert answer["Content-Encoding"] == "br"
    assert answer["Content-Length"] == str(len(answer.content))
    assert "Accept-Encoding" in answer["Vary"]


@pytest.mark.parametrize("accepted", ["gzip", "gzip, br;q=0", "br;q=0.0, gzip"])
def test_any_other_gets_gzip(accepted: str) -> None:
    answer = ask(accepted)
    assert answer["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.content).decode() == WORDS


def test_who_takes_neither_gets_it_plain() -> None:
    assert ask("").content.decode() == WORDS
    assert ask("br", short).content == b"Yes"


def test_two_answers_of_one_page_differ_in_length() -> None:
    assert len({len(ask("br")["X-Padding"]) for _ in range(40)}) > 1
