"""What a stage is called and means, where it stands, how long one may stay, and what moves it on."""

from typing import Any

from django import forms

from trellis.journeys.playbook.edit import add_rule, change_rule, move_stage, remove_rule, set_stage
from trellis.journeys.playbook.schema import PHASES, Next
from trellis.journeys.playbook.sentences import TRIGGER_CLAUSES, in_words, step_in_words, upper_first, way_on
from trellis.setup.forms.condition_rows import plain as condition_of
from trellis.setup.forms.rule_lines import CellForm, Section
from trellis.setup.forms.spans import SpanField

FIRST = ":first"
# Kinds of a first signal that read like what happens later on.
ONCE_ONLY = ("message", "answer_given")
NOTHING = "Say what moves it on: something that happens, or a time."


class StageForm(CellForm):
    title = forms.CharField(
        label="Title", max_length=60, error_messages={"required": "Write a title, such as Discovery call."}
    )
    means = forms.CharField(
        label="What is true of somebody who is here",
        max_length=240,
        error_messages={"required": "Say in a sentence what is true of somebody who is here."},
    )
    phase = forms.ChoiceField(label="Counts in reports as")
    limit = SpanField("Longest stay, in working time")
    behind = forms.ChoiceField(label="Stands behind")

    def compose(self) -> None:
        fields: dict[str, Any] = self.fields
        stage, keys = self.document.stages[self.stage], list(self.document.stages)
        fields["phase"].choices = [(phase, in_words(phase.replace("_", "-"))) for phase in PHASES[self.document.kind]]
        others = [(key, self.document.stages[key].title) for key in keys if key != self.stage]
        fields["behind"].choices = [(FIRST, "Nothing: it is the first"), *others]
        fields["behind"].initial = self.stood = keys[keys.index(self.stage) - 1] if self.stage != keys[0] else FIRST
        for name in ("title", "means", "phase"):
            fields[name].initial = getattr(stage, name)
        fields["limit"].initial = next((one.within for one in stage.limits if one.clock == "stage"), None)
        fields["limit"].required = fields["limit"].initial is not None
        self.plan = [Section(names=("title", "means", "limit", "phase", "behind"))]
        for way in stage.next:
            self.plan.append(self.way(f"Moves on {way_on(self.document, self.stage, way)}", f"way-{way.id}", way))
        self.plan.append(self.way("Another way on", "way", None))

    def way(self, title: str, prefix: str, way: Next | None) -> Section:
        """The fields of a way on."""
        others = [(key, f"To {one.title}") for key, one in self.document.stages.items() if key != self.stage]
        to: list[tuple[str, str]] = [("", "Take this out" if way else "None"), *others]
        self.fields[f"{prefix}-to"] = forms.ChoiceField(
            label="Leads", choices=to, required=False, initial=way.to if way else ""
        )
        self.fields[f"{prefix}-on"] = forms.MultipleChoiceField(
            label="When",
            choices=self.happenings(way),
            required=False,
            widget=forms.CheckboxSelectMultiple(),
            initial=[*way.on, *(f"done:{id}" for id in way.done)] if way else [],
        )
        self.fields[f"{prefix}-after"] = SpanField("Or after", required=False, initial=way.after if way else None)
        asked = self.asking.add(self, f"{prefix}-if", way.if_ if way else None)
        return Section(title=title, names=(f"{prefix}-to", f"{prefix}-on", f"{prefix}-after"), asked=asked)

    def happenings(self, way: Next | None) -> list[tuple[str, str]]:
        """The steps of this stage that may be done, and all that may happen."""
        steps = {
            id: place.rule
            for id, place in self.document.places.items()
            if place.stage == self.stage or (way and id in way.done)
        }
        done = [
            (f"done:{id}", f"“{step_in_words(rule.task.title)}” is done")
            for id, rule in steps.items()
            if not isinstance(rule, Next) and rule.task
        ]
        everything = [("answers_complete", "All answers are in")] if self.document.questions else []
        today: list[str] = list(way.on) if way else []
        facts = [
            (word, upper_first(clause))
            for word, clause in TRIGGER_CLAUSES.items()
            if word not in ONCE_ONLY or word in today
        ]
        return [*done, *everything, *facts]

    @property
    def ways(self) -> list[tuple[str, Next | None]]:
        return [*((f"way-{way.id}", way) for way in self.document.stages[self.stage].next), ("way", None)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for prefix, _ in self.ways:
            if cleaned.get(f"{prefix}-to") and not (cleaned.get(f"{prefix}-on") or cleaned.get(f"{prefix}-after")):
                self.add_error(f"{prefix}-on", NOTHING)
        return cleaned

    def edited(self, text: str) -> str:
        stage, limit = self.document.stages[self.stage], self.fields["limit"].initial
        was = {"title": stage.title, "means": stage.means, "phase": stage.phase, "limit": str(limit or "")}
        if said := {name: self.cleaned_data[name] for name, word in was.items() if self.cleaned_data[name] != word}:
            text = set_stage(text, self.stage, **said)
        for (prefix, way), section in zip(self.ways, self.plan[1:], strict=True):
            text = self.with_way(text, prefix, way, section)
        behind, keys = self.cleaned_data["behind"], [key for key in self.document.stages if key != self.stage]
        if behind != self.stood:
            text = move_stage(text, self.stage, to=0 if behind == FIRST else keys.index(behind) + 1)
        return text

    def with_way(self, text: str, prefix: str, way: Next | None, section: Section) -> str:
        to, on = self.cleaned_data[f"{prefix}-to"], self.cleaned_data[f"{prefix}-on"]
        if not to:
            return remove_rule(text, way.id) if way else text
        said: dict[str, Any] = {
            "to": to,
            "on": kept_order([word for word in on if not word.startswith("done:")], [*way.on] if way else []) or None,
            "done": kept_order([word[5:] for word in on if word.startswith("done:")], way.done if way else []) or None,
            "after": self.cleaned_data[f"{prefix}-after"] or None,
            "if": self.asking.condition(self.cleaned_data, section.asked) if section.asked else None,
        }
        if way:
            was: dict[str, Any] = {"to": way.to, "on": way.on or None, "done": way.done or None}
            was |= {"after": str(way.after) if way.after else None, "if": condition_of(way.if_) if way.if_ else None}
            other = {name: value for name, value in said.items() if value != was[name]}
            return change_rule(text, way.id, **other) if other else text
        return add_rule(text, "next", {name: value for name, value in said.items() if value}, stage=self.stage).text


def kept_order(chosen: list[str], before: list[str]) -> list[str]:
    """As they stood: what is the same must not be written anew."""
    return [*(word for word in before if word in chosen), *(word for word in chosen if word not in before)]
