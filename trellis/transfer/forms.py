"""What an import asks, and how it understands the answers."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from django import forms

from trellis.journeys.publish import active_playbook, document_of, playbook_titles
from trellis.people.custom import custom_fields
from trellis.transfer.actions import shape_of
from trellis.transfer.importing.plan import (
    CUSTOM,
    LIKELY,
    MATCHES,
    NEW,
    NEW_KINDS,
    OFFERED,
    POLICIES,
    Column,
    Plan,
)
from trellis.transfer.importing.unsaid import decimals_in, has_numbers, orders_in
from trellis.transfer.models import Import
from trellis.transfer.reading.shapes import Format, Shape
from trellis.web.forms import KitForm

DELIMITERS = {",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Bar"}
ORDERS = {"ymd": "2026-04-03: year, month, day", "dmy": "03/04/2026: 3 April", "mdy": "03/04/2026: March 4"}

DECIMALS = {"no": "1,250.50: a comma between thousands", "yes": "1.250,50: a point between thousands"}
IS_COMMA = {"no": False, "yes": True}


class FileForm(KitForm):
    file = forms.FileField(
        label="Your file",
        widget=forms.FileInput({"accept": ".csv,.tsv,.txt,.xlsx,.vcf"}),
        error_messages={"required": "Choose a file first.", "empty": "This file is empty. Choose another one."},
    )


class ShapeForm(KitForm):
    """How the file is read, where that is in doubt."""

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        self.imported, told = imported, imported.shape
        super().__init__(*args, **kwargs, initial={**told, "has_header": "yes" if told["has_header"] else "no"})
        if told["format"] != Format.XLSX:
            letters = dict.fromkeys([told["encoding"], *told["encodings"]])
            self.fields["encoding"] = choice("Letters", [(one, one.upper()) for one in letters])
        if told["format"] == Format.CSV:
            known = {told["delimiter"]: told["delimiter"], **DELIMITERS}
            self.fields["delimiter"] = choice("Between the columns", list(known.items()))
        if told["sheets"]:
            self.fields["sheet"] = choice("Sheet", [(one, one) for one in told["sheets"]])
        if told["format"] != Format.VCARD:
            self.fields["has_header"] = choice("First row", [("yes", "Names of columns"), ("no", "A person already")])
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")

    def shape(self) -> Shape:
        said = self.cleaned_data
        told = asdict(shape_of(self.imported)) | {key: value for key, value in said.items() if value != ""}
        return Shape(**told | {"format": Format(told["format"]), "has_header": told["has_header"] in ("yes", True)})


class PlanForm(KitForm):
    """Where each column goes."""

    def __init__(self, *args: Any, imported: Import, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imported, plan = imported, Plan.of(imported.plan)
        offered = targets_offered(plan)
        for place, header in enumerate(imported.headers):
            column = plan.columns[place] if place < len(plan.columns) else Column()
            self.fields[f"target_{place}"] = choice(header, offered, column.target, required=False)
            self.fields[f"policy_{place}"] = choice("Where there is a value", list(POLICIES.items()), column.policy)
        keys = [(f"{CUSTOM}{field.key}", field.label) for field in custom_fields("contact") if field.kind == "text"]
        self.fields["match"] = choice("Who is it?", [*MATCHES.items(), *keys], plan.match)
        if plan.date_order or len(orders_in(imported, plan)) > 1:
            orders = [("", "Choose"), *ORDERS.items()]
            self.fields["date_order"] = choice("Days are written", orders, plan.date_order, required=False)
        if has_numbers(plan):
            is_asked = len(decimals_in(imported, plan)) > 1
            decimals = [("", "Choose" if is_asked else "As each one shows"), *DECIMALS.items()]
            said = next((key for key, comma in IS_COMMA.items() if comma is plan.decimal_comma), "")
            self.fields["decimal_comma"] = choice("Numbers are written", decimals, said, required=False)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")

    @property
    def lines(self) -> list[tuple[Any, Any, list[str]]]:
        """For each column: where it goes, what happens to values that are there, and its first cells."""
        return [
            (self[f"target_{place}"], self[f"policy_{place}"], examples(self.imported.sample, place))
            for place in range(len(self.imported.headers))
        ]

    def plan(self) -> Plan:
        said = self.cleaned_data
        columns = [
            Column(self.target(place, said), said[f"policy_{place}"]) for place in range(len(self.imported.headers))
        ]
        return replace(
            Plan.of(self.imported.plan),
            columns=columns,
            match=said["match"],
            date_order=said.get("date_order") or "",
            decimal_comma=IS_COMMA.get(said.get("decimal_comma", "")),
        )

    def target(self, place: int, said: dict[str, Any]) -> str:
        """A field that is new is called as its column."""
        target: str = said[f"target_{place}"]
        is_bare = target.startswith(NEW) and ":" not in target
        return f"{target}:{self.imported.headers[place][:80]}" if is_bare else target


class ChoiceForm(KitForm):
    """What becomes of those who are likely here already, and whether rules run."""

    def __init__(self, *args: Any, imported: Import, may_begin: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.imported, plan = imported, Plan.of(imported.plan)
        self.fields["likely"] = choice("Who is perhaps here already", list(LIKELY.items()), plan.likely)
        if may_begin:
            offered = [("", "Hold them: nothing is sent, no rule runs"), *stages_offered()]
            self.fields["begins"] = choice("The rules of your playbooks", offered, plan.begins, required=False)
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "input")

    def plan(self) -> Plan:
        said = self.cleaned_data
        return replace(Plan.of(self.imported.plan), likely=said["likely"], begins=said.get("begins") or "")


def stages_offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """By playbook, where somebody may begin."""
    return [
        (f"Let a lead begin: {title}", [(f"{key}/{stage}", f"{title}: {told.title}") for stage, told in stages.items()])
        for key, title in playbook_titles().items()
        if (live := active_playbook(key))
        for stages in [document_of(live).stages]
    ]


def targets_offered(plan: Plan) -> list[Any]:
    ours = [(target.key, target.label) for target in OFFERED]
    custom = [(f"{CUSTOM}{field.key}", field.label) for field in custom_fields("contact")]
    new = [(f"{NEW}{kind}", f"A new field: {words}") for kind, words in NEW_KINDS.items()]
    named = [
        (target, f"A new field: {target.partition(':')[2]}")
        for target in dict.fromkeys(plan.targets)
        if target.startswith(NEW) and ":" in target
    ]
    groups = [("", "Leave it out"), ("Ours", ours)]
    return [*groups, *([("Your own fields", custom)] if custom else []), ("Make a field of it", [*named, *new])]


def choice(label: str, choices: Sequence[Any], initial: str = "", *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        initial=initial,
        required=required,
        error_messages={"invalid_choice": "Choose one that is listed."},
    )


def examples(sample: Sequence[Sequence[str]], place: int) -> list[str]:
    found = [row[place] for row in sample if place < len(row) and row[place].strip()]
    return found[:3]
