"""What pydantic finds wrong with a playbook, said to whoever wrote it, with the words that are valid at that place."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from trellis.core.conditions import Path
from trellis.core.guessing import guess
from trellis.journeys.playbook.parts import homes, part_at, words_of
from trellis.journeys.playbook.scenario import MOMENT_PATTERN
from trellis.journeys.playbook.values import KEY_PATTERN, NAME_PATTERN, TIME_PATTERN

# What a text must look like, by the pattern that it has to match.
PATTERNS = {
    KEY_PATTERN: "lower-case words joined by hyphens",
    NAME_PATTERN: "a lower-case word",
    TIME_PATTERN: "a time such as 08:00",
    MOMENT_PATTERN: "a day and a time such as sat 21:40",
}


def complaint(detail: ErrorDetails) -> tuple[Path, str]:
    """Where the fault is, and what to do about it."""
    path = tuple(part for part in detail["loc"] if part != "[key]")
    word = next((part for part in reversed(path) if isinstance(part, str)), "playbook")
    told = SENTENCES.get(detail["type"])
    said = told(word, path, detail) if told else f"`{word}`: {lower_first(detail['msg'])}"
    return path, said


def unknown_word(word: str, path: Path, detail: ErrorDetails) -> str:
    """Where this word belongs, or the one that they meant, or all that may stand here."""
    part = part_at(path[:-1])
    known = list(words_of(part)) if part else []
    here = f"`{word}` is not known here"
    if places := [f"`{place}`" if place else "the top of the playbook" for place in homes().get(word, ())]:
        return f"{here}; it belongs under {either(places)}"
    if meant := guess(word, known):
        return f"{here}{meant}"
    return f"{here}; here may stand {', '.join(known)}"


def missing(word: str, path: Path, detail: ErrorDetails) -> str:
    part = part_at(path[:-1])
    field = words_of(part).get(word) if part else None
    what = (field.description or "").split(". ")[0].rstrip(".") if field else ""
    return f"`{word}` is missing{f': {lower_first(what)}' if what else ''}"


def wants_text(word: str, path: Path, detail: ErrorDetails) -> str:
    given = detail["input"]
    if given is None:
        return f"`{word}` is empty: write a text behind it"
    if isinstance(given, list | dict):
        return f"`{word}` is one text, not {'a list' if isinstance(given, list) else 'a group of words'}"
    return f"`{word}` is text: put it in quotes"


def wants_group(word: str, path: Path, detail: ErrorDetails) -> str:
    part = part_at(path)
    words = f", such as {', '.join(list(words_of(part))[:4])}" if part else ""
    if isinstance(path[-1] if path else "", int):
        return f"an entry of `{word}` is a group of words{words}"
    return f"`{word}` needs a group of words below it{words}"


def wants_list(word: str, path: Path, detail: ErrorDetails) -> str:
    return f"`{word}` is a list: write [one, two], or each entry on a line of its own after `- `"


def wants_choice(word: str, path: Path, detail: ErrorDetails) -> str:
    choices = [part.strip("'") for part in detail["ctx"]["expected"].replace(" or ", ", ").split(", ")]
    given = detail["input"]
    if isinstance(given, list | dict):
        return f"`{word}` is one of {', '.join(choices)}"
    said = "nothing" if given is None else f"“{given}”"
    return f"{said} is not one of {', '.join(choices)}{guess(str(given), choices)}"


def wants_pattern(word: str, path: Path, detail: ErrorDetails) -> str:
    return f"`{word}` is {PATTERNS[detail['ctx']['pattern']]}"


def wants_yes_or_no(word: str, path: Path, detail: ErrorDetails) -> str:
    return f"`{word}` is true or false"


def wants_number(word: str, path: Path, detail: ErrorDetails) -> str:
    return f"`{word}` is a whole number"


def own_words(word: str, path: Path, detail: ErrorDetails) -> str:
    """What a check of ours says is fit to be read as it is."""
    return detail["msg"].removeprefix("Value error, ")


SENTENCES: Mapping[str, Callable[[str, Path, ErrorDetails], str]] = {
    "extra_forbidden": unknown_word,
    "missing": missing,
    "value_error": own_words,
    "string_type": wants_text,
    "string_pattern_mismatch": wants_pattern,
    "string_too_short": lambda word, path, detail: f"`{word}` is empty: write a text behind it",
    "string_too_long": lambda word, path, detail: f"`{word}` has at most {detail['ctx']['max_length']} characters",
    "too_short": lambda word, path, detail: f"`{word}` needs at least one",
    "literal_error": wants_choice,
    "list_type": wants_list,
    "dict_type": wants_group,
    "model_type": wants_group,
    "model_attributes_type": wants_group,
    "bool_type": wants_yes_or_no,
    "bool_parsing": wants_yes_or_no,
    "int_type": wants_number,
    "int_parsing": wants_number,
    "int_parsing_size": wants_number,
    "int_from_float": wants_number,
    "finite_number": wants_number,
    "greater_than_equal": lambda word, path, detail: f"`{word}` is {detail['ctx']['ge']} or more",
    "less_than_equal": lambda word, path, detail: f"`{word}` is {detail['ctx']['le']} or less",
}


def either(words: Iterable[str]) -> str:
    return " or ".join(words)


def lower_first(text: Any) -> str:
    return str(text)[:1].lower() + str(text)[1:]
