"""What holds in every stage: when and how much we write by ourselves, what rests, what starts it, what is asked."""

from collections.abc import Mapping
from typing import Any

from django import forms

from trellis.core.condition_rows import quoted, words_in
from trellis.journeys.playbook.edit import add_rule
from trellis.journeys.playbook.edit_everywhere import add_question, change_question, remove_question, set_everywhere
from trellis.journeys.playbook.sentences import TRIGGER_NOUNS, in_words, upper_first
from trellis.setup.forms.cell_owner import set_choices
from trellis.setup.forms.cell_stage import kept_order
from trellis.setup.forms.rule_lines import REMOVE, CellForm, Section, present
from trellis.team.models import Calendar

STARTS = ("form", "call", "missed_call", "message", "referral", "handed_on")
CLOCK = {"required": "Write a time of day, such as 20:00.", "invalid": "Write a time of day, such as 20:00."}


def clock(label: str, hint: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=hint,
        input_formats=["%H:%M"],
        error_messages=CLOCK,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
    )


def times(label: str, most: int, asks: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), asks),
    )


class WritingForm(CellForm):
    """Quiet hours and the cap: when we do not write by ourselves, and how much at most."""

    starts = clock("Quiet from")
    ends = clock("Quiet until", "In their own time. What would go out in the night waits for the morning.")
    messages = times(
        "Most messages to one person in 24 hours", 1000, "Write how many messages at most, from 1 on, such as 2."
    )

    def compose(self) -> None:
        quiet = self.document.quiet_hours
        self.fields["starts"].initial, self.fields["ends"].initial = quiet.start, quiet.end
        self.fields["messages"].initial = self.document.cap.messages
        self.fields["messages"].help_text = "Answers to what they wrote are not counted."
        self.plan = [
            Section(title="When we do not write by ourselves", names=("starts", "ends")),
            Section(title="How much we write by ourselves", names=("messages",)),
        ]

    def edited(self, text: str) -> str:
        hours = {"from": f"{self.cleaned_data['starts']:%H:%M}", "to": f"{self.cleaned_data['ends']:%H:%M}"}
        return set_everywhere(text, quiet_hours=hours, cap={"messages": self.cleaned_data["messages"]})


class RestingForm(CellForm):
    """What happens when a rest is over, how often it may rest, and why it is closed after the last one."""

    at_most = times("Rests at most", 12, "Write how often it may rest, from 1 to 12.")
    reason = forms.CharField(
        label="Closed then, because",
        max_length=1000,
        error_messages={"required": "Say why it is closed after the last rest, such as No answer."},
    )

    def compose(self) -> None:
        parking = self.document.parking
        self.fields["at_most"].initial, self.fields["reason"].initial = parking.at_most, parking.reason
        lines = [self.line("When it wakes", rule) for rule in parking.wake]
        lines.append(self.line("One more", None))
        self.plan = [
            Section(title="When a rest is over", lines=lines),
            Section(title="When they never answer", names=("at_most", "reason")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        lines = self.plan[0].lines
        if all(cleaned.get(f"{line.prefix}-act") in ("", REMOVE, None) for line in lines):
            self.add_error(f"{lines[0].prefix}-act", "Something has to happen when it wakes. Keep one of these.")
        return cleaned

    def edited(self, text: str) -> str:
        lines = self.plan[0].lines
        if said := self.said(lines[-1]):
            text = add_rule(text, "wake", present(said)).text
        parking = {name: self.cleaned_data[name] for name in ("at_most", "reason")}
        return set_everywhere(self.with_lines(text, lines), parking=parking)


class StartingForm(CellForm):
    """What the playbook is called, what starts a journey in it, and whose hours it keeps."""

    title = forms.CharField(
        label="Title", max_length=1000, error_messages={"required": "Write a title, such as Storm & repair."}
    )
    calendar = forms.ChoiceField(label="Keeps time by")
    starts_on = forms.MultipleChoiceField(
        label="Starts on",
        widget=forms.CheckboxSelectMultiple(),
        error_messages={"required": "Say what starts it: choose one at least."},
    )

    def compose(self) -> None:
        document, fields = self.document, self.fields
        calendars = dict(Calendar.objects.order_by("name").values_list("key", "name"))
        calendars.setdefault(document.calendar, f"{in_words(document.calendar)} (not there yet)")
        set_choices(fields["calendar"], [*calendars.items()])
        set_choices(fields["starts_on"], [(word, upper_first(TRIGGER_NOUNS[word])) for word in STARTS])
        for name in ("title", "calendar", "starts_on"):
            fields[name].initial = getattr(document, name)
        self.plan = [Section(names=("title", "calendar", "starts_on"))]

    def edited(self, text: str) -> str:
        said = {name: self.cleaned_data[name] for name in ("title", "calendar")}
        starts_on = kept_order(self.cleaned_data["starts_on"], [*self.document.starts_on])
        return set_everywhere(text, **said, starts_on=starts_on)


class QuestionsForm(CellForm):
    """What we want to know of everybody: each question with the answers there are."""

    def compose(self) -> None:
        for question in self.document.questions:
            options = ", ".join(quoted(one) for one in question.options)
            self.plan.append(self.question(f"ask-{question.key}", question.ask, options))
        self.plan.append(self.question("new-ask", "", "", title="One more question"))
        self.fields[f"{self.plan[0].names[1]}"].help_text = "Separated by commas. Empty: any words will do."
        if self.document.questions:
            self.fields[self.plan[0].names[0]].help_text = "Empty: it is not asked any more."

    def question(self, name: str, ask: str, options: str, title: str = "") -> Section:
        quiet = {"autocomplete": "off"}
        self.fields[name] = forms.CharField(
            label="Question", max_length=1000, required=False, initial=ask, widget=forms.TextInput(quiet)
        )
        self.fields[f"{name}-options"] = forms.CharField(
            label="Answers", max_length=4000, required=False, initial=options, widget=forms.TextInput(quiet)
        )
        return Section(title=title, names=(name, f"{name}-options"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("new-ask-options") and not cleaned.get("new-ask"):
            self.add_error("new-ask", "Write the question that these answer.")
        return cleaned

    def edited(self, text: str) -> str:
        for question in self.document.questions:
            ask, options = self.asked(f"ask-{question.key}")
            if not ask:
                text = remove_question(text, question.key)
            elif (ask, options) != (question.ask, list(question.options)):
                text = change_question(text, question.key, ask=ask, options=options)
        ask, options = self.asked("new-ask")
        return add_question(text, ask, options).text if ask else text

    def asked(self, name: str) -> tuple[str, list[str]]:
        return self.cleaned_data[name], words_in(self.cleaned_data[f"{name}-options"])


EVERYWHERE: Mapping[str, type[CellForm]] = {
    "starting": StartingForm,
    "questions": QuestionsForm,
    "writing": WritingForm,
    "resting": RestingForm,
}
