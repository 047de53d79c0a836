"""Guessing what somebody meant who wrote a word that is not known. Pure."""

import difflib
from collections.abc import Iterable


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    return f"there is no {what} `{word}`{guess(word, known)}"


def guess(word: str, known: Iterable[str]) -> str:
    """The known word that they may have meant, as the end of a sentence."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
