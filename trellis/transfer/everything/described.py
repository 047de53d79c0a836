"""The page that describes the format of an export, made of the models, so that it is true."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from trellis.transfer.everything.lines import shape_of
from trellis.transfer.everything.manifest import FORMAT
from trellis.transfer.everything.nouns import EXCUSED, LEFT_OUT, NOUNS, Noun

HEAD = f"""# What an export holds

*Made of the tables by `python -m trellis.config.reference`.*

`trellis export everything.zip` writes all that a business has into one ZIP, of one moment, while it works. It is
the same from SQLite and from PostgreSQL; `trellis import everything.zip` fills an empty installation on either with it.
Exported again, that gives the same bytes in every part. This page is of format {FORMAT}.

| in the ZIP | is |
|---|---|
| `manifest.json` | what the archive says of itself |
| `contacts.jsonl`, … | a table: one line of JSON a row, in UTF-8, in the order of ids |
| `files/…` | uploaded files, as they are |

`manifest.json` has `kind` (`trellis-export`), `format` (a number; a Trellis reads its own and those before),
`business`, `made_at`, `migrations` (the last of each room), `left_out` (what is not in it, and why) and `parts`: for
each part its `rows` (null for a file), `bytes` and `sha256`.

| a field is | and is written as |
|---|---|
| id | a UUID; `→ contacts` says whose. Ids never change |
| instant | ISO 8601 in UTC: `2026-06-09T15:00:00Z`, with six digits after the second where it has any |
| day | `2026-06-09` |
| text, whole number, yes or no | a string, a number, `true` or `false` |
| money | whole minor units (`value_minor`) beside an ISO 4217 code (`currency`) |
| bytes | base64 |
| json | any JSON |

Every field stands in every line; what is not there is `null` where a field may be that (*or null*), else empty. Whoever
writes an archive with a program of their own may leave fields out that have a default or may be null, and parts without
rows; a field or a part that is not on this page is refused.

## What is not in it

Secrets stay behind, and so does what follows from the rest. An import makes or asks for it anew.

| left out | why |
|---|---|
"""


def format_page() -> str:
    """In Markdown."""
    return HEAD + "\n".join([*left_out_rows(), "", "## Parts", "", *(line for noun in NOUNS for line in part_of(noun))])


def left_out_rows() -> Iterator[str]:
    names = {noun.label: noun.name for noun in NOUNS}
    for (label, attname), why in LEFT_OUT.items():
        yield f"| `{attname}` of {names[label]} | {why} |"
    for label, why in EXCUSED.items():
        yield f"| the table `{label}` | {why} |"


def part_of(noun: Noun) -> Iterator[str]:
    yield f"### {noun.part}\n\n{noun.says}\n\n| field | is | |\n|---|---|---|"
    for field in noun.fields:
        yield f"| `{field.attname}` | {is_in_words(field)} | {of_field(field)} |"
    yield ""


def is_in_words(field: Any) -> str:
    target = next((noun.name for noun in NOUNS if noun.model is field.related_model), "") if field.is_relation else ""
    most = f", at most {field.max_length:,}" if isinstance(field, models.CharField) and not field.choices else ""
    return f"{shape_of(field)}{f' → {target}' if target else ''}{most}{' or null' if field.null else ''}"


def of_field(field: Any) -> str:
    """What the model says of it, and what may stand in it."""
    choices = ", ".join(f"`{value}`" for value, _ in field.flatchoices if value != "")
    return ". ".join(part for part in (str(field.help_text).replace("|", "\\|").replace("\n", " "), choices) if part)
