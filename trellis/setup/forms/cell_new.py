"""What a playbook gets that it did not have: a stage, a message."""

from typing import Any

from django import forms

from trellis.journeys.playbook.blanks import to_blanks, to_fields
from trellis.journeys.playbook.edit import add_message, change_message, remove_message
from trellis.journeys.playbook.whole_stage import NewStage, add_whole_stage
from trellis.setup.forms.cell_owner import set_choices, teams
from trellis.setup.forms.rule_lines import STEPS, CellForm, Section
from trellis.setup.forms.spans import SpanField

PARTS = ("acknowledge", "ask", "next_step")
BLANKS = "[first name, or there], [owner’s first name], [our name] and [when we call] are filled in for each customer."
CHANNELS = [("same", "By the channel they used"), ("email", "Email"), ("sms", "Text")]


def words(label: str, *, required: bool = True, asks: str = "", hint: str = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=500,
        required=required,
        help_text=hint,
        error_messages={"required": asks},
        widget=forms.TextInput({"autocomplete": "off", **attrs}),
    )


class MessageParts(CellForm):
    """A message in its three parts. One without its question, or with two, is told so at once."""

    acknowledge = words("Confirms", asks="Confirm what they said or did: thank them, or say that you got it.")
    ask = words("Asks one question", asks="Ask one question: it is what people answer to.")
    next_step = words("Gives the next step", asks="Say what happens next, and when.", hint=BLANKS)

    def clean_ask(self) -> str:
        asked = str(self.cleaned_data["ask"])
        if asked and asked.count("?") != 1:
            raise forms.ValidationError("Ask exactly one question, with one question mark.")
        return asked

    def parts(self) -> dict[str, str]:
        return {name: to_fields(self.cleaned_data[name]) for name in PARTS}


class MessageForm(MessageParts):
    """`message` is the key of one that is there, empty for a new one."""

    title = words("Title", asks="Write a title: it is how people here call the message.", autofocus="")
    channel = forms.ChoiceField(label="How it goes out", choices=CHANNELS)
    subject = words("Subject of an email", required=False)

    def __init__(self, *args: Any, message: str = "", **kwargs: Any) -> None:
        self.message = message
        super().__init__(*args, **kwargs)

    def compose(self) -> None:
        self.plan = [Section(names=("title", *PARTS, "channel", "subject"))]
        if found := self.document.messages.get(self.message):
            for name in ("title", "channel", "subject", *PARTS):
                self.fields[name].initial = to_blanks(getattr(found, name) or "")

    def edited(self, text: str) -> str:
        said: dict[str, Any] = self.parts() | {"title": self.cleaned_data["title"]}
        said["subject"] = to_fields(self.cleaned_data["subject"]) or None
        channel, was = self.cleaned_data["channel"], self.document.messages.get(self.message)
        said["channel"] = channel if channel != "same" or (was and "channel" in was.model_fields_set) else None
        if was:
            return change_message(text, self.message, **said)
        return add_message(text, said.pop("title"), **{name: value for name, value in said.items() if value}).text


class TakeOutMessageForm(CellForm):
    def __init__(self, *args: Any, message: str, **kwargs: Any) -> None:
        self.message = message
        super().__init__(*args, **kwargs)

    def edited(self, text: str) -> str:
        return remove_message(text, self.message)


class NewStageForm(MessageParts):
    title = words("Title", asks="Write a title, such as Discovery call.", autofocus="")
    after = forms.ChoiceField(label="Comes after")
    team = forms.ChoiceField(label="Team that has it")
    limit = SpanField("Longest stay, in working time", initial="3 days")
    step = words(
        "First step",
        asks="Say what is to be done first, such as Call [first name].",
        hint="Once it is done, it moves on.",
    )
    kind = forms.ChoiceField(label="Kind of step", choices=STEPS)
    due = SpanField("Time for it", initial="1 day")
    says = words(
        "Title of the message", required=False, hint="Goes out when somebody comes here. Empty: nothing is said."
    )
    acknowledge = words("Confirms", required=False)
    ask = words("Asks one question", required=False)
    next_step = words("Gives the next step", required=False, hint=BLANKS)
    tries = forms.IntegerField(
        label="Tries when they go quiet",
        min_value=0,
        max_value=9,
        initial=3,
        error_messages={
            "required": "Say how often we try, such as 3.",
            "invalid": "Write a number from 0 to 9.",
            "min_value": "Write a number from 0 to 9.",
            "max_value": "Nine tries are enough: write a number from 0 to 9.",
        },
    )
    every = SpanField("Time between tries", initial="2 days")
    rest = SpanField("Then it rests for", initial="60 days")

    def compose(self) -> None:
        stages = [(key, one.title) for key, one in self.document.stages.items() if one.next]
        set_choices(self.fields["after"], stages)
        self.fields["after"].initial = self.stage or stages[0][0] if stages else ""
        owner = self.document.stages[str(self.fields["after"].initial) or self.document.first_stage].owner
        named = [stage.owner.team for stage in self.document.stages.values()]
        set_choices(self.fields["team"], teams(*dict.fromkeys(named)))
        self.fields["team"].initial = owner.team
        self.plan = [
            Section(names=("title", "after", "team", "limit")),
            Section(title="What we do first", names=("step", "kind", "due")),
            Section(title="What we say", names=("says", *PARTS)),
            Section(title="When they go quiet", names=("tries", "every", "rest")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if any(cleaned.get(name) for name in ("says", *PARTS)):
            asks = {"says": "Give the message a title."}
            for name in ("says", *PARTS):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, asks.get(name) or MessageParts.base_fields[name].error_messages["required"])
        return cleaned

    def edited(self, text: str) -> str:
        said = self.cleaned_data
        new = NewStage(
            title=said["title"],
            step={said["kind"]: to_fields(said["step"]), "due": said["due"]},
            message=self.parts() | {"title": said["says"]} if said["says"] else {},
            **{name: said[name] for name in ("after", "team", "limit", "tries", "every", "rest")},
        )
        return add_whole_stage(text, new).text
