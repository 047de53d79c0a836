"""How a public form is shaped: its words, what it asks, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from trellis.core.text import clean_line
from trellis.journeys.models import Playbook
from trellis.setup.forms.welcome import line
from trellis.steps.capture.actions.shape_form import LONGEST_KEY, UNANSWERABLE, Draft
from trellis.steps.capture.models import ASKED, Ask, Form
from trellis.steps.capture.queries import askable_of
from trellis.web.forms import KitForm

LABELS = {"name": "Name", "email": "Email", "phone": "Mobile", "message": "Message"}
BAD_KEY = "An address has letters, digits and hyphens only, such as roof-repair."


@dataclass(frozen=True, kw_only=True)
class Row:
    """A question of the playbook, as the form may ask it."""

    key: str
    ask: str
    answers: str
    is_asked: bool


class ShapeForm(KitForm):
    """A form as it stands (`of`) or as somebody is about to make it, with the questions of the chosen playbook."""

    title = line(120, "Give the form a title: it is the first thing that people read.")
    intro = forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    button = line(60, "Say what the button does, such as “Send”.")
    thanks = forms.CharField(max_length=300, required=False, widget=forms.Textarea({"rows": 2}))
    key = forms.RegexField(r"^[-\w]+\Z", max_length=LONGEST_KEY, required=False, error_messages={"invalid": BAD_KEY})
    playbook = forms.ChoiceField(error_messages={"invalid_choice": "This playbook is not published. Choose another."})
    tags = line(300)

    def __init__(self, sent: QueryDict | None = None, *, of: Form, playbooks: Sequence[Playbook]) -> None:
        self.of = of
        super().__init__(sent, initial=as_initial(of))
        for name in ASKED:
            self.fields[f"ask_{name}"] = forms.ChoiceField(
                label=LABELS[name], choices=Ask.choices, widget=forms.RadioSelect, initial=getattr(of, f"ask_{name}")
            )
        self.fields["playbook"].choices = [(playbook.key, playbook.title) for playbook in playbooks]  # type: ignore[attr-defined]
        labels = {
            "title": ("Title", ""),
            "intro": ("Introduction", "What happened, what you do, how soon somebody answers."),
            "button": ("Button", ""),
            "thanks": ("After sending", "Stands under “Thank you, we have it”."),
            "key": ("Address", "Empty: it follows from the title."),
            "playbook": ("Playbook", "What a lead from this form starts."),
            "tags": ("Tags", "Given to everyone who uses the form, with commas between them."),
        }
        for name, (label, hint) in labels.items():
            self.fields[name].label, self.fields[name].help_text = label, hint

    @property
    def rows(self) -> list[Row]:
        """The questions in the order of the form, those it does not ask where they were."""
        told = {question.key: question for question in askable_of(Form(playbook=self._playbook))}
        order, asked = self._order(list(told))
        return [
            Row(key=key, ask=told[key].ask, answers=", ".join(told[key].options), is_asked=key in asked)
            for key in order
        ]

    @property
    def asks(self) -> list[forms.BoundField]:
        return [self[f"ask_{name}"] for name in ASKED]

    @property
    def _playbook(self) -> str:
        return str(self.data.get("playbook") or self.of.playbook) if self.is_bound else self.of.playbook

    def _order(self, known: list[str]) -> tuple[list[str], set[str]]:
        """Every known question in order, and those that are asked."""
        if isinstance(self.data, QueryDict) and "order" in self.data and set(self.data.getlist("order")) == set(known):
            return self.data.getlist("order"), set(self.data.getlist("questions"))
        chosen = known if self.of.questions is None or self._playbook != self.of.playbook else self.of.questions
        asked = [key for key in chosen if key in known]
        return [*asked, *(key for key in known if key not in asked)], set(asked)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if all(cleaned.get(f"ask_{name}") == Ask.NO for name in ("email", "phone", "message")):
            self.add_error(None, UNANSWERABLE)
        return cleaned

    @property
    def rough(self) -> Form:
        """As far as it is typed: what is still missing or wrong is as in any new form."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "tags"}
        asked = [row.key for row in self.rows if row.is_asked]
        usual = Form(title=self.of.title, button=self.of.button, playbook=self._playbook, questions=asked)
        for name, value in said.items():
            setattr(usual, name, value or getattr(usual, name))
        return usual

    @property
    def draft(self) -> Draft:
        """As it was sent; only once it is valid."""
        said = {name: self.cleaned_data[name] for name in self.fields}
        rows = self.rows
        asked = [row.key for row in rows if row.is_asked]
        as_the_playbook = asked == [question.key for question in askable_of(Form(playbook=said["playbook"]))]
        tags = [clean_line(tag, 40) for tag in said.pop("tags").split(",")]
        return Draft(
            **said, tags=[tag for tag in dict.fromkeys(tags) if tag], questions=None if as_the_playbook else asked
        )


def as_initial(form: Form) -> dict[str, Any]:
    names = ("title", "intro", "button", "thanks", "key", "playbook")
    return {name: getattr(form, name) for name in names} | {"tags": ", ".join(form.tags)}


def moved(sent: QueryDict) -> QueryDict:
    """What was sent, with the question that was moved up or down in its new place."""
    order = sent.getlist("order")
    for name, step in (("up", -1), ("down", 1)):
        key = sent.get(name)
        if key in order and 0 <= (place := order.index(key) + step) < len(order):
            order.remove(key)
            order.insert(place, key)
    changed = sent.copy()
    changed.setlist("order", order)
    return changed


def wants_another_look(sent: Mapping[str, Any]) -> bool:
    """The page was sent to move a question or to show those of another playbook, not to be saved."""
    return any(name in sent for name in ("up", "down", "look"))
