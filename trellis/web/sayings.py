"""What a toast says, and how to take back what it tells of."""

from typing import Self

from django.contrib import messages
from django.http import HttpRequest


class Said(str):
    """Words for a toast; those of `format_html` may hold a link.

    `undo` is the address that takes it back; empty when nothing does.
    """

    undo: str
    words: str

    def __new__(cls, words: str, undo: str = "") -> Self:
        said = super().__new__(cls, words)
        said.undo = undo
        said.words = words
        return said


def say(request: HttpRequest, said: str) -> None:
    """Let the next page say it. The address of the undo travels as the message's tag."""
    messages.success(request, getattr(said, "words", said), extra_tags=getattr(said, "undo", ""))
