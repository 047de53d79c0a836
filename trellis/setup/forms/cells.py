"""The forms that open over the cells of a playbook's matrix, one for each kind of rule. They speak plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from trellis.core.durations import Duration
from trellis.journeys.playbook.columns import rules_after_delivery, waited_head
from trellis.journeys.playbook.edit import add_rule, change_rule, set_limit, set_triggers
from trellis.journeys.playbook.schema import Rule, When
from trellis.journeys.playbook.sentences import CUSTOMER, TRIGGER_NOUNS, promise, triggers, upper_first
from trellis.setup.forms.cell_owner import OwnerForm
from trellis.setup.forms.cell_stage import StageForm, kept_order
from trellis.setup.forms.rule_lines import CellForm, Line, Section, present
from trellis.setup.forms.spans import SpanField

CLOCKS = {
    "first_response": "The first reply",
    "reply": f"Each reply to {CUSTOMER}",
    "stage": "How long it may stay here",
}
AT_THE_START = "enter"
# A message is one thing to people, whether it is their first or one of many.
MESSAGE = "message_received,message"


class TimingForm(CellForm):
    """What is promised here, and what happens when it is late."""

    def compose(self) -> None:
        for limit in self.document.stages[self.stage].limits:
            within, new = f"limit-{limit.id}-within", f"new-{limit.id}"
            self.fields[within] = SpanField(CLOCKS[limit.clock], initial=limit.within)
            lines = [self.line(late_head(rule), rule) for rule in limit.late]
            lines.append(self.line("And when it is still late", None, prefix=new))
            self.plan.append(Section(title=promise(limit), names=(within,), lines=lines))
        missing = [(clock, words) for clock, words in CLOCKS.items() if clock not in self.clocks]
        if missing:
            self.fields["new-clock"] = forms.ChoiceField(
                label="Promise", choices=[("", "Nothing more"), *missing], required=False
            )
            self.fields["new-within"] = SpanField("Within", required=False)
            self.plan.append(Section(title="Promise more", names=("new-clock", "new-within")))

    @property
    def clocks(self) -> set[str]:
        return {limit.clock for limit in self.document.stages[self.stage].limits}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("new-clock") and not cleaned.get("new-within") and "new-within" not in self.errors:
            self.add_error("new-within", "Say within what time, such as 4 hours.")
        return cleaned

    def edited(self, text: str) -> str:
        for limit, section in zip(self.document.stages[self.stage].limits, self.plan, strict=False):
            if (within := self.cleaned_data[section.names[0]]) != str(limit.within):
                text = change_rule(text, limit.id, within=within)
            *_, new = section.lines
            if said := self.said(new):
                text = add_rule(text, "late", present(said), limit=limit.id).text
            text = self.with_lines(text, section.lines)
        if clock := self.cleaned_data.get("new-clock"):
            text = set_limit(text, self.stage, clock, self.cleaned_data["new-within"])
        return text


class MessagingForm(CellForm):
    """What is said and done at once: when it comes here, and whenever something happens here."""

    def compose(self) -> None:
        stage = self.document.stages[self.stage]
        groups = [("At the start", AT_THE_START, stage.enter)]
        groups += [(triggers(when.on), ",".join(when.on), when.do) for when in stage.when]
        if stage.enter:
            self.plan.append(Section(title=groups[0][0], lines=[self.line("", rule) for rule in stage.enter]))
        for when in stage.when:
            name, lines = self.happening(when), [self.line("", rule) for rule in when.do]
            self.plan.append(Section(title=triggers(when.on), names=(name,), fold="When this is done", lines=lines))
        listed = {value for _, value, _ in groups}
        choices = [(value, head) for head, value, _ in groups]
        facts = {MESSAGE: "Message"} | {
            word: upper_first(noun) for word, noun in TRIGGER_NOUNS.items() if noun not in ("message", "all answers in")
        }
        choices += [(word, noun) for word, noun in facts.items() if word not in listed]
        self.fields["new-on"] = forms.ChoiceField(label="When", choices=choices, required=False)
        self.plan.append(Section(title="Say or do one more thing", lines=[self.line("", None)]))

    def happening(self, when: When) -> str:
        """The field of what a group of rules answers to; it is named after the first of them."""
        name = self.happening_name(when)
        nouns = TRIGGER_NOUNS | {"message": "first message", "message_received": "message later on"}
        self.fields[name] = forms.MultipleChoiceField(
            label="When one of these happens",
            choices=[(word, upper_first(noun)) for word, noun in nouns.items()],
            widget=forms.CheckboxSelectMultiple(),
            initial=list(when.on),
            error_messages={"required": "Say when this is done, or take out what is done then."},
        )
        return name

    def happening_name(self, when: When) -> str:
        return f"when-{when.do[0].id}"

    def edited(self, text: str) -> str:
        for when in self.document.stages[self.stage].when:
            on = kept_order(self.cleaned_data[self.happening_name(when)], list(when.on))
            text = set_triggers(text, when.do[0].id, on) if on != when.on else text
        new = self.plan[-1].lines[0]
        if said := self.said(new):
            on = self.cleaned_data["new-on"]
            place = {"part": "enter"} if on in ("", AT_THE_START) else {"part": "when", "on": on.split(",")}
            text = add_rule(text, rule=present(said), stage=self.stage, **place).text
        return self.with_lines(text, [line for section in self.plan for line in section.lines])


class WaitingForm(CellForm):
    """Rules that wait: each says after how long. The new one takes its place by its time."""

    title = ""
    part = ""
    soonest = ""

    def rules(self) -> Sequence[Rule]:
        raise NotImplementedError

    def compose(self) -> None:
        lines = [self.line(self.head(rule), rule) for rule in self.rules()]
        lines.append(self.line("One more", None))
        self.plan = [Section(title=self.title, lines=lines)]

    def head(self, rule: Rule) -> str:
        return waited_head(rule.after, "Quiet")

    def check(self, line: Line) -> None:
        super().check(line)
        after, act = f"{line.prefix}-after", self.cleaned_data.get(f"{line.prefix}-act")
        if act not in ("", None, "remove") and not self.cleaned_data.get(after) and after not in self.errors:
            self.add_error(after, "Say after how long, such as 2 days.")

    def edited(self, text: str) -> str:
        *_, new = self.plan[0].lines
        if said := self.said(new):
            where = {"stage": self.stage} if self.part == "quiet" else {}
            text = add_rule(text, self.part, present(said), to=self.place_of(said["after"]), **where).text
        return self.with_lines(text, self.plan[0].lines)

    def place_of(self, after: str) -> int:
        span = Duration.parse(after).span
        rules = self.document.after_delivery if self.part != "quiet" else self.rules()
        return sum(rule.after is not None and rule.after.span <= span for rule in rules)


class RecoveryForm(WaitingForm):
    title = "When they go quiet"
    part = "quiet"

    def rules(self) -> Sequence[Rule]:
        return self.document.stages[self.stage].quiet


class AfterForm(WaitingForm):
    title = "After the delivery"
    part = "after_delivery"

    def rules(self) -> Sequence[Rule]:
        return rules_after_delivery(self.document).get(self.stage, [])

    def head(self, rule: Rule) -> str:
        return waited_head(rule.after, "Day")


CELLS: Mapping[str, type[CellForm]] = {
    "stages": StageForm,
    "ownership": OwnerForm,
    "timing": TimingForm,
    "messaging": MessagingForm,
    "recovery": RecoveryForm,
    "after": AfterForm,
}


def late_head(rule: Rule) -> str:
    return f"{rule.after.in_words} later" if rule.after else "Late"
