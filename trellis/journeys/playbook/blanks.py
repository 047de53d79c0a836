"""What is filled in for each customer, as people write it: “[first name]” for “{{ contact.first_name }}”. Pure."""

import re

from trellis.journeys.playbook.sentences import FIELDS

_FIELD = re.compile(r"{{\s*([\w.]+)\s*(?:\|\s*default:\s*'([^']*)'\s*)?}}")
_BLANK = re.compile(r"\[([\w.’' ]+?)(?:, or ([^\]]*))?\]")
_NAMES = {words.replace("’", "'"): name for name, words in FIELDS.items()}


def to_blanks(text: str) -> str:
    """A template for people: `[first name, or there]` where something stands in for what is not known."""
    return _FIELD.sub(lambda found: f"[{words_of(found[1])}{f', or {found[2]}' if found[2] else ''}]", text)


def to_fields(text: str) -> str:
    """The same the other way round. Brackets around anything else stay as they are."""
    return _BLANK.sub(lambda found: field_of(found[0], found[1], found[2] or ""), text)


def words_of(name: str) -> str:
    return FIELDS.get(name, name)


def field_of(all_of_it: str, words: str, instead: str) -> str:
    name = _NAMES.get(words.strip().lower().replace("’", "'"), words.strip() if "." in words.strip(" .") else "")
    if not name or " " in name:
        return all_of_it
    stand_in = instead.replace("'", "’")
    return f"{{{{ {name} | default: '{stand_in}' }}}}" if instead else f"{{{{ {name} }}}}"
