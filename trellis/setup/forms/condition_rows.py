"""A condition as rows of a form: what is asked, how it is compared and with what; all, any or none of them hold.

Grammar and fields are those that the linter knows. A group within a condition has rows of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from pydantic import ValidationError

from trellis.core.condition_rows import COMPARED, JOINTS, KNOWN, SEVERAL, quoted, words_in
from trellis.core.conditions import ALLOWED, AMOUNTS, GROUPS, WORDS, Condition, Known, wrong_word
from trellis.journeys.playbook.fields import fields_of_rules
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.sentences import condition_in_words, field_asked, upper_first
from trellis.journeys.playbook.tree import typed
from trellis.setup.forms.quick_select import QuickSelect

# So many empty rows stand below those that are filled in; each shows once the one above it is begun.
EMPTY_ROWS = 2


@dataclass
class Row:
    """One question about a field. `was` is what stands in the playbook, None for an empty row."""

    prefix: str
    was: Condition | None = None
    fields: list[Any] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [f"{self.prefix}-{part}" for part in ("field", "operator", "value")]


@dataclass
class Rows:
    """Rows that hold together, and groups among them. `words` say the condition as it is, empty where there is none."""

    prefix: str
    was: Condition | None = None
    words: str = ""
    parts: list["Row | Rows"] = field(default_factory=list)
    joint: Any = None

    @property
    def rows(self) -> Iterator[Row]:
        for part in self.parts:
            yield from [part] if isinstance(part, Row) else part.rows

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for row in self.rows for bound in row.fields)

    def bind(self, form: forms.Form) -> None:
        """Look up the bound fields, for the page."""
        self.joint = form[f"{self.prefix}-joint"]
        for part in self.parts:
            if isinstance(part, Rows):
                part.bind(form)
            else:
                part.fields = [form[name] for name in part.names]


class Asking:
    """What a form may ask about in one playbook, and how that is called on the screen."""

    def __init__(self, document: Playbook) -> None:
        self.document = document
        self.known = fields_of_rules(document)
        titles = {stage.title: key for key, stage in document.stages.items()}
        self.stages = titles if len(titles) == len(document.stages) else {key: key for key in document.stages}
        # Without the quotes of a question: who types its first letters finds it in the list.
        self.fields = [(name, upper_first(field_asked(document, name)).strip("“”")) for name in self.known]
        self.operators = [*COMPARED.items(), *KNOWN.items()]

    @property
    def choices(self) -> list[tuple[str, str, list[str]]]:
        """Each field with the operators that fit it and the words that it can be, for the page to offer."""
        return [(name, " ".join(self.fitting(one)), self.words(name, one)) for name, one in self.known.items()]

    def fitting(self, known: Known) -> list[str]:
        allowed = [operator for operator in ALLOWED[known.kind] if operator != "known"]
        return [*allowed, *KNOWN]

    def words(self, name: str, known: Known) -> list[str]:
        if name == "stage":
            return list(self.stages)
        return list(known.words) or (["yes", "no"] if known.kind == "yes_no" else [])

    def add(self, form: forms.Form, prefix: str, condition: Condition | None, *, inner: bool = False) -> Rows:
        """Put the fields of a condition into the form."""
        joint, parts = split(condition)
        added = Rows(prefix, condition, condition_in_words(self.document, condition) if condition else "")
        form.fields[f"{prefix}-joint"] = choice("And" if inner else "Only if", list(JOINTS.items()), joint)
        for place, part in enumerate(parts):
            below = f"{prefix}-{place}"
            added.parts.append(self.row(form, below, part) if part.field else self.add(form, below, part, inner=True))
        empty = [self.row(form, f"{prefix}-{len(parts) + place}", None) for place in range(EMPTY_ROWS)]
        added.parts += empty
        if condition and not inner:
            added.parts.append(self.add(form, f"{prefix}-also", None, inner=True))
        return added

    def row(self, form: forms.Form, prefix: str, part: Condition | None) -> Row:
        row = Row(prefix, part)
        name, operator, value = self.shown(part)
        own = [(name, name)] if name not in ["", *self.known] else []
        nothing = ("", "Take this out" if part else "Nothing more")
        form.fields[row.names[0]] = choice("What", [nothing, *self.fields, *own], name)
        form.fields[row.names[1]] = choice("How", self.operators, operator)
        form.fields[row.names[2]] = forms.CharField(
            label="Compared with",
            required=False,
            max_length=4000,
            initial=value,
            widget=forms.TextInput({"autocomplete": "off", "list": f"words-{name}"}),
        )
        return row

    def shown(self, part: Condition | None) -> tuple[str, str, str]:
        """Its field, operator and value as the form has them."""
        if part is None:
            return "", "is", ""
        (operator, operand), name = part.test, part.field or ""
        if operator == "known":
            return name, "known:yes" if operand else "known:no", ""
        if operator in SEVERAL:
            return name, operator, ", ".join(quoted(self.said(name, word)) for word in operand)
        return name, operator, self.said(name, operand)

    def said(self, name: str, word: str) -> str:
        titles = {key: title for title, key in self.stages.items()}
        return titles.get(word, word) if name == "stage" else word

    def meant(self, name: str, word: str) -> str:
        return self.stages.get(word, word) if name == "stage" else word

    def check(self, form: forms.Form, asked: Rows) -> None:
        """Put each error beside the field that mends it."""
        for row in asked.rows:
            name, operator, value = (str(form.cleaned_data.get(one) or "") for one in row.names)
            if not name and value and row.was is None and row.names[0] not in form.errors:
                form.add_error(row.names[0], "Choose what is asked about.")
            elif name and not form.errors.keys() & set(row.names) and (wrong := self.wrong(row, name, operator, value)):
                form.add_error(row.names[wrong[0]], wrong[1])

    def wrong(self, row: Row, name: str, operator: str, value: str) -> tuple[int, str] | None:
        """Which of the three fields is wrong, and what mends it."""
        if (name, operator, value) == self.shown(row.was):
            return None
        asked, known = upper_first(field_asked(self.document, name)), self.known.get(name)
        if known is None:
            return 0, f"“{name}” is not known any more. Choose something else to ask about."
        if operator not in self.fitting(known):
            fitting = ", ".join(words for key, words in self.operators if key in self.fitting(known))
            return 1, f"{asked} can be asked with {fitting}."
        if operator in KNOWN:
            return None
        return self.wrong_value(name, operator, value, asked, known)

    def wrong_value(self, name: str, operator: str, value: str, asked: str, known: Known) -> tuple[int, str] | None:
        if not value or (operator in SEVERAL and not words_in(value)):
            offered = self.words(name, known)
            return 2, f"Say what it is compared with{': ' if offered else '.'}{', '.join(offered)}"
        part = self.part(name, operator, value)
        if operator in (*WORDS, "contains"):
            operand = part[operator]
            for word in operand if isinstance(operand, list) else [operand]:
                if wrong := wrong_word(known, word):
                    return 2, self.in_titles(name, f"{asked} {wrong}.")
        try:
            Condition.model_validate(part)
        except ValidationError as error:
            return 2, upper_first(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) + "."
        return None

    def in_titles(self, name: str, sentence: str) -> str:
        for title, key in self.stages.items() if name == "stage" else ():
            sentence = sentence.replace(key, title)
        return sentence

    def condition(self, said: Mapping[str, Any], asked: Rows) -> dict[str, Any] | None:
        """What the form says of a condition, as a playbook writes it. As it was, where it says the same."""
        parts = [part for one in asked.parts if (part := self.part_said(said, one))]
        joint, (was, before) = said.get(f"{asked.prefix}-joint") or "all", split(asked.was)
        if asked.was and (joint, parts) == (was, [plain(one) for one in before]):
            return plain(asked.was)
        if len(parts) == 1 and joint != "none":
            return parts[0]
        return {joint: parts} if parts else None

    def part_said(self, said: Mapping[str, Any], one: Row | Rows) -> dict[str, Any] | None:
        if isinstance(one, Rows):
            return self.condition(said, one)
        name, operator, value = (str(said.get(each) or "") for each in one.names)
        if one.was and (name, operator, value) == self.shown(one.was):
            return plain(one.was)
        return self.part(name, operator, value) if name else None

    def part(self, name: str, operator: str, value: str) -> dict[str, Any]:
        if operator in KNOWN:
            return {"field": name, "known": operator == "known:yes"}
        if operator in SEVERAL:
            return {"field": name, operator: [self.meant(name, word) for word in words_in(value)]}
        return {"field": name, operator: number(value) if operator in AMOUNTS else self.meant(name, value)}


def choice(label: str, choices: list[tuple[str, str]], initial: str) -> forms.ChoiceField:
    listed = {"invalid_choice": "Choose one that is listed."}
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=initial,
        required=False,
        error_messages=listed,
        widget=QuickSelect(),
    )


def split(condition: Condition | None) -> tuple[str, list[Condition]]:
    """As a joint and the parts that it joins; one question alone is the only part of `all`."""
    if condition is None or condition.field is not None:
        return "all", [condition] if condition else []
    joint, parts = condition.test
    return joint, list(parts)


def plain(condition: Condition) -> dict[str, Any]:
    """As a playbook writes it: amounts that are bare numbers are numbers there."""
    (operator, operand), start = condition.test, {"field": condition.field} if condition.field is not None else {}
    if operator in GROUPS:
        return {operator: [plain(part) for part in operand]}
    return start | {operator: number(operand) if operator in AMOUNTS else operand}


def number(text: str) -> Any:
    value = typed(text)
    return value if isinstance(value, int | float) and str(value) == text else text
