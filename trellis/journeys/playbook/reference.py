"""The reference page of the format, made of the published schema and of what shipped playbooks say. Pure."""

from collections.abc import Callable, Iterator, Mapping
from textwrap import dedent
from typing import Any

from trellis.core.conditions import ALLOWED, Kind, Path
from trellis.journeys.playbook.fields import OF_CUSTOMER
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.loose_ends import rules_with_paths
from trellis.journeys.playbook.published import ADDRESS, in_words, json_schema
from trellis.journeys.playbook.schema import ACTIONS, Playbook
from trellis.journeys.playbook.tree import MOST_CHARACTERS, MOST_LEVELS, node_at, read_tree, steps

INTRODUCTION = f"""# The format of a playbook

This page is written by `python -m trellis.config.reference`, from the schema that playbooks are checked against and
from the playbooks that ship. [Writing a playbook](new-playbook.md) is the way in; editors check and complete with the
[JSON Schema](playbook.schema.json), which every Trellis serves at `{ADDRESS}`:

```yaml
# yaml-language-server: $schema=https://your-trellis.example{ADDRESS}
```

**The text** is YAML 1.2: `yes`, `on`, `20:00` and `2026-03-01` are words; numbers, `true` and `false` need quotes where
a text is meant. Anchors, aliases, merge keys, tags and a second document are refused, so that every line says what it
means where it stands. At most {MOST_CHARACTERS:,} characters, {MOST_LEVELS} levels deep.

**Keys and ids** are lower-case words joined by hyphens. The id of a rule survives edits: what has been done under it is
never done twice.

**Durations** are a whole number and `m`, `h` or `d`. In `within`, `due` and the `after` of late rules they count
working time of the calendar; elsewhere `after` is plain time.
"""

CONDITIONS = """## Condition

`if` holds a condition: a field with one operator, or `all`, `any`, `none` of a list of conditions. A value that is
empty (not known, or no choice at all) meets only `is_not`, `none_of` and `known: false`.

```yaml
if: {all: [{field: answers.urgency, is: "yes"}, {none: [{field: contact.tags, contains: no-rush}]}]}
```

Times are seen from the moment of the decision, in the zone of the calendar: a day (`2026-03-01`), a moment
(`2026-03-01T09:00`), `today`, `now`, or so long from now (`7d ago`, `in 3d`). An answer is compared as a number or a
day where it reads as one.
"""

# Where a rule stands: the path to its list, what is said of it, and how it is found in a playbook.
PLACES: Mapping[str, str] = {
    "enter": "What is done when a journey comes into the stage.",
    "do": "What is done when something happens in the stage: the list of a `when`.",
    "quiet": "What is done when they stay quiet. Each rule waits (`after`) from the last time we spoke.",
    "late": "What is done when a promise is late. `after` is working time from then.",
    "after_delivery": "What is done after the delivery. Each rule waits (`after`).",
    "wake": "What is done when a rest is over.",
}
# For what no shipped playbook does.
FALLBACKS = {"tag": "- {id: hail, tag: hail damage}"}


def reference_page(packs: Mapping[str, str]) -> str:
    """The whole page in Markdown. `packs` are the texts of playbooks by their keys; examples are the first that fit."""
    definitions = json_schema()["$defs"]
    sections = [INTRODUCTION, part_section("Playbook", json_schema(), "## ")]
    sections += [part_section(name, definitions[name], "## ") for name in in_order(json_schema(), definitions)]
    sections += [rules_section(packs), fields_section()]
    return "\n".join(sections)


def in_order(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """The parts in the order in which the format comes to them; conditions have a section of their own."""
    found: list[str] = []
    waiting = references(schema["properties"])
    while waiting:
        name = waiting.pop(0)
        if name not in found and name != "Condition":
            found.append(name)
            waiting += references(definitions[name]["properties"])
    return found


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"].rpartition("/")[2]] if isinstance(node.get("$ref"), str) else []
        return own + [name for value in node.values() for name in references(value)]
    return [name for part in node for name in references(part)] if isinstance(node, list) else []


def part_section(name: str, part: Mapping[str, Any], mark: str) -> str:
    heading = "The playbook" if name == "Playbook" else in_words(name)
    said = " ".join(str(part.get("description", "")).split()) if name != "Playbook" else ""
    return "\n".join([f"{mark}{heading}\n", *([f"{said}\n"] if said else []), *table(part), ""])


def table(part: Mapping[str, Any]) -> Iterator[str]:
    yield "| word | is | needed | meaning |"
    yield "|---|---|---|---|"
    for word, field in part["properties"].items():
        needed = "yes" if word in part.get("required", ()) else ""
        yield f"| `{word}` | {kind_in_words(field)} | {needed} | {cell(field.get('description', ''))} |"


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def kind_in_words(field: Mapping[str, Any]) -> str:
    """`list of rules`, `duration`, `one of …`: what stands behind a word."""
    if "$ref" in field:
        name = in_words(field["$ref"].rpartition("/")[2])
        return f"[{name.lower()}](#{anchor(name)})"
    if "patternProperties" in field:
        return f"by key: {kind_in_words(next(iter(field['patternProperties'].values())))}"
    if choices := field.get("enum") or ([field["const"]] if "const" in field else []):
        return ", ".join(f"`{choice}`" for choice in choices)
    if field.get("type") == "array":
        return f"list: {kind_in_words(field['items'])}"
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(kind_in_words(kind) for kind in field["anyOf"]))
    return named_kind(field)


def named_kind(field: Mapping[str, Any]) -> str:
    pattern = str(field.get("pattern", ""))
    if pattern.endswith("[mhd]$"):
        return "duration"
    if "[0-5]" in pattern:
        return "time of day"
    if pattern.startswith("^[a-z"):
        return "key"
    return {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}[field["type"]]


def anchor(heading: str) -> str:
    return heading.lower().replace(" ", "-")


def rules_section(packs: Mapping[str, str]) -> str:
    """Each place of a rule and each thing that it does, with a line of a playbook that ships."""
    lines = ["## Rules by example\n", "### Where a rule stands\n"]
    for place, says in PLACES.items():
        lines += entry(place, says, example(packs, lambda path, rule, place=place: path[-2] == place))
    lines += ["### What a rule does\n"]
    words = json_schema()["$defs"]["Rule"]["properties"]
    for action in ACTIONS:
        found = example(packs, lambda path, rule, action=action: rule.action == action) or FALLBACKS.get(action, "")
        lines += entry(action, words[action]["description"], found)
    lines += ["### On condition\n", *entry("if", words["if"]["description"], example(packs, lambda _, rule: rule.if_))]
    lines += ["### The way on\n", *entry("next", "What leads to another stage.", way_on(packs))]
    return "\n".join(lines)


def entry(word: str, says: str, shown: str) -> list[str]:
    return [f"**`{word}`** {says}\n", *([f"```yaml\n{shown}\n```\n"] if shown else [])]


def example(packs: Mapping[str, str], fits: Callable[..., Any]) -> str:
    for text in packs.values():
        for path, rule in rules_with_paths(load_playbook(text)):
            if fits(path, rule):
                return excerpt(text, path)
    return ""


def way_on(packs: Mapping[str, str]) -> str:
    for text in packs.values():
        playbook: Playbook = load_playbook(text)
        for key, stage in playbook.stages.items():
            if stage.next:
                return excerpt(text, ("stages", key, "next", 0))
    return ""


def excerpt(text: str, path: Path) -> str:
    """The lines of the text in which the thing at the path stands, moved to the left."""
    tree = read_tree(text)
    *_, (_, start) = steps(tree, path)
    node = node_at(tree, path)
    last = node.end.line if node else start.line
    return dedent("\n".join(text.splitlines()[start.line - 1 : last]))


def fields_section() -> str:
    """The fields that a rule may ask about, and the operators of each kind."""
    operators = json_schema()["$defs"]["Condition"]["properties"]
    lines = [CONDITIONS, "| operator | holds when |", "|---|---|"]
    lines += [f"| `{word}` | {cell(said['description'])} |" for word, said in operators.items() if word != "field"]
    lines += ["", "A rule may ask about:\n", "| field | is | operators |", "|---|---|---|"]
    lines += [field_row(*row) for row in JOURNEY_FIELDS]
    lines += [
        field_row(name, SAID_OF_CUSTOMER[name], known.kind, ", ".join(f"`{word}`" for word in known.words))
        for name, known in OF_CUSTOMER.items()
    ]
    return "\n".join([*lines, ""])


def field_row(name: str, says: str, kind: Kind, words: str = "") -> str:
    operators = ", ".join(f"`{operator}`" for operator in ALLOWED[kind])
    return f"| `{name}` | {says}{f': {words}' if words else ''} | {operators} |"


JOURNEY_FIELDS = (
    ("stage", "the stage's key", Kind.CHOICE),
    ("status", "`open`, `parked` or `closed`", Kind.CHOICE),
    ("priority", "whether it is urgent: `yes` or `no`", Kind.YES_NO),
    ("answers.<question>", "their answer; one of the options where there are any", Kind.TEXT),
)
SAID_OF_CUSTOMER = {
    "contact.first_name": "their first name",
    "contact.channel": "how they last reached us",
    "contact.source": "the `utm_source` that first brought them",
    "contact.has_email": "whether we can email them: `yes` or `no`",
    "contact.has_phone": "whether we can text them: `yes` or `no`",
    "contact.opted_out": "the channels that they asked us to stop using",
    "contact.tags": "their tags, in large or small letters",
}
