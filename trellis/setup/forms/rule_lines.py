"""Rules as lines of a form: how long after, what is done, in which words, within what time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django import forms

from trellis.journeys.playbook.blanks import to_blanks, to_fields
from trellis.journeys.playbook.edit import change_rule, remove_rule
from trellis.journeys.playbook.schema import Playbook, Rule
from trellis.journeys.playbook.sentences import in_words
from trellis.journeys.playbook.steps import ALL_STEPS
from trellis.journeys.publish import playbook_titles
from trellis.setup.forms.condition_rows import Asking, Rows
from trellis.setup.forms.condition_rows import plain as condition_of
from trellis.setup.forms.quick_select import QuickSelect
from trellis.setup.forms.spans import SpanField
from trellis.web.forms import KitForm

REMOVE = "remove"
STEPS = (
    ("call", "Call them"),
    ("reply", "Write to them"),
    ("meet", "See them, or agree a time"),
    ("do", "Another step"),
)
STOPS = (
    ("park", "Let it rest"),
    ("close:lost", "Close it as lost"),
    ("close:won", "Close it as won"),
    ("close:done", "Close it as done"),
)
TELLS = (("reassign", "Give it to the next free person"), ("escalate", "Tell the owner and the manager"))
MARKS = (("priority", "Mark it as urgent"), ("tag", "Give them a tag"))
# What each act needs to be told: words, a time, or both.
NEEDS_WORDS = {
    "call": "Say what is to be done, such as Call [first name].",
    "reply": "Say what is to be done, such as Answer [first name].",
    "meet": "Say what is to be done, such as Agree a time with [first name].",
    "do": "Say what is to be done.",
    "park": "Say why it rests, such as No answer.",
    "close": "Say why it is closed.",
    "priority": "Say why it is urgent.",
    "tag": "Write the tag.",
}
NEEDS_TIME = {"call", "reply", "meet", "do", "park"}


@dataclass
class Line:
    """One rule in a form, or the empty one below them: its condition, and the field of the step that it is part of."""

    prefix: str
    head: str
    asked: Rows
    rule: Rule | None = None
    fields: list[Any] = field(default_factory=list)
    step: Any = None


@dataclass
class Section:
    """A part of a form: what it is about, its fields, its condition, and its lines. `fold` is what hides its fields."""

    title: str = ""
    names: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    fold: str = ""
    asked: Rows | None = None
    fields: list[Any] = field(default_factory=list)


class CellForm(KitForm):
    """A form over one cell. `seen` is the revision of the draft that it was opened on, 0 for the live version."""

    seen = forms.IntegerField(widget=forms.HiddenInput(), min_value=0)
    # What a rule without a wait reads like.
    soonest = "at once"

    def __init__(self, *args: Any, document: Playbook, stage: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.document, self.stage = document, stage
        self.plan: list[Section] = []
        self.compose()
        for one in self.fields.values():
            if not isinstance(one.widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.HiddenInput):
                one.widget.attrs.setdefault("class", "input")

    @cached_property
    def asking(self) -> Asking:
        return Asking(self.document)

    @cached_property
    def acts(self) -> list[Any]:
        """All that a rule can do, as the choices of a line."""
        return acts_of(self.document)

    def compose(self) -> None:
        """Add the fields that depend on the playbook, and say in `plan` how they are laid out."""

    def edited(self, text: str) -> str:
        """The text with what the form says. Only after `is_valid`."""
        raise NotImplementedError

    def renew(self, *, seen: int) -> None:
        """Say the same about the newer draft next time."""
        data: Any = self.data
        sent = data.copy()
        sent["seen"] = str(seen)
        self.data = sent

    @property
    def sections(self) -> list[Section]:
        """The plan with the bound fields filled in."""
        for section in self.plan:
            section.fields = [self[name] for name in section.names]
            for line in section.lines:
                line.fields = [self[name] for part in PARTS if (name := f"{line.prefix}-{part}") in self.fields]
                line.step = self[f"{line.prefix}-step"]
            for asked in conditions(section):
                asked.bind(self)
        return self.plan

    def line(self, head: str, rule: Rule | None, *, prefix: str = "new") -> Line:
        """Add the fields of one line."""
        prefix = f"rule-{rule.id}" if rule else prefix
        choices = [("", "Nothing more")] if rule is None else []
        choices += with_own(self.acts, rule)
        choices += [(REMOVE, "Take this out")] if rule else []
        soon = forms.TextInput({"autocomplete": "off", "placeholder": self.soonest})
        after = rule.after if rule else None
        self.fields[f"{prefix}-after"] = SpanField("After", required=False, initial=after, widget=soon)
        self.fields[f"{prefix}-act"] = forms.ChoiceField(
            label="Do",
            choices=choices,
            required=False,
            initial=act_of(rule) if rule else "",
            widget=QuickSelect(),
        )
        self.fields[f"{prefix}-words"] = forms.CharField(
            label="In words", max_length=1000, required=False, initial=to_blanks(words_of(rule)) if rule else ""
        )
        self.fields[f"{prefix}-time"] = SpanField("Time for it", required=False, initial=time_of(rule))
        self.fields[f"{prefix}-step"] = forms.ChoiceField(
            label="Part of",
            choices=PART_OF,
            required=False,
            initial=(rule.step if rule else "") or "",
            widget=QuickSelect(),
        )
        return Line(prefix, head, self.asking.add(self, f"{prefix}-if", rule.if_ if rule else None), rule)

    def clean(self) -> dict[str, Any]:
        for section in self.plan:
            for line in section.lines:
                self.check(line)
            for asked in conditions(section):
                self.asking.check(self, asked)
        return self.cleaned_data

    def check(self, line: Line) -> None:
        act = str(self.cleaned_data.get(f"{line.prefix}-act") or "")
        kind = act.partition(":")[0]
        if kind in NEEDS_WORDS and not self.cleaned_data.get(f"{line.prefix}-words"):
            self.add_error(f"{line.prefix}-words", NEEDS_WORDS[kind])
        time = f"{line.prefix}-time"
        if kind in NEEDS_TIME and not self.cleaned_data.get(time) and time not in self.errors:
            self.add_error(time, "Say how long, such as 2 hours.")

    def said(self, line: Line) -> dict[str, Any] | None:
        """What a line says as the words of a rule; None for nothing, or to be taken out."""
        act, words, time = (self.cleaned_data.get(f"{line.prefix}-{part}") or "" for part in ("act", "words", "time"))
        if act in ("", REMOVE):
            return None
        found = {name: self.cleaned_data[f"{line.prefix}-{name}"] or None for name in ("after", "step")}
        found["if"] = self.asking.condition(self.cleaned_data, line.asked)
        return found | fields_of(act, to_fields(words), time)

    def with_lines(self, text: str, lines: Iterable[Line]) -> str:
        """Those that are there already: changed, or taken out. What is as it was costs nothing."""
        for line in lines:
            if line.rule and (said := self.said(line)) is not None:
                was = words_of_rule(line.rule)
                other = {word: said.get(word) for word in {**was, **said} if said.get(word) != was.get(word)}
                text = change_rule(text, line.rule.id, **other) if other else text
            elif line.rule:
                text = remove_rule(text, line.rule.id)
        return text


PARTS = ("on", "after", "act", "words", "time")
PART_OF = [("", "What its place says"), *((step.key, step.title) for step in ALL_STEPS)]


def conditions(section: Section) -> list[Rows]:
    return [*([section.asked] if section.asked else []), *(line.asked for line in section.lines)]


def words_of_rule(rule: Rule) -> dict[str, Any]:
    """What a line says of the rule as long as nobody changes it."""
    time = time_of(rule)
    acts = fields_of(act_of(rule), words_of(rule), str(time) if time else "")
    asked = condition_of(rule.if_) if rule.if_ else None
    return {"after": str(rule.after) if rule.after else None, "step": rule.step, "if": asked} | acts


def acts_of(document: Playbook) -> list[Any]:
    """In groups: the messages of the playbook, steps, marks, whom it goes to, how it ends, and what begins."""
    sends = [(f"send:{key}", f"Send “{message.title}”") for key, message in document.messages.items()]
    others = [(f"start:{key}", begin(title)) for key, title in playbook_titles().items() if key != document.key]
    groups = [("A message", sends), ("A step", STEPS), ("A mark", MARKS), ("Pass it on", TELLS), ("The end", STOPS)]
    return [(title, acts) for title, acts in [*groups, ("Another playbook", others)] if acts]


def with_own(acts: Sequence[Any], rule: Rule | None) -> list[Any]:
    """The choices, and the playbook that the rule begins where there is none of that key yet."""
    flat = {value for _, some in acts for value, _ in some}
    if rule is None or act_of(rule) in flat:
        return list(acts)
    return [(act_of(rule), begin(in_words(rule.start or ""))), *acts]


def begin(title: str) -> str:
    return f"Begin “{title}” with them"


def act_of(rule: Rule) -> str:
    if rule.task:
        return rule.task.kind
    return f"{rule.action}:{getattr(rule, rule.action)}" if rule.action in ("send", "close", "start") else rule.action


def words_of(rule: Rule) -> str:
    return (rule.task.title if rule.task else "") or rule.reason or rule.priority or rule.tag or ""


def time_of(rule: Rule | None) -> Any:
    return ((rule.task.due if rule.task else None) or rule.park) if rule else None


def fields_of(act: str, words: str, time: str) -> dict[str, Any]:
    """The words of a rule that does this."""
    kind, _, what = act.partition(":")
    if kind in ("call", "reply", "meet", "do"):
        return {"task": {kind: words, "due": time}}
    match kind:
        case "park":
            return {"park": time, "reason": words}
        case "close":
            return {"close": what, "reason": words}
        case "tag" | "priority":
            return {kind: words}
        case _:
            return {kind: what or {"reassign": "next_free", "escalate": "manager"}[kind]}


def present(said: Mapping[str, Any]) -> dict[str, Any]:
    """Without the words that say nothing."""
    return {word: value for word, value in said.items() if value is not None}
