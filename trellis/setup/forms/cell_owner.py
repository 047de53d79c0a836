"""Who has it while it is in a stage."""

from typing import Any

from django import forms

from trellis.journeys.playbook.edit import set_stage
from trellis.journeys.playbook.sentences import OWNED, in_words
from trellis.setup.forms.rule_lines import CellForm, Section
from trellis.setup.forms.spans import SpanField
from trellis.team.models import Team

BY = [(key, words) for key, words in OWNED.items()]
AWAY = [("next_free", "The next free person gets it"), ("wait", "It waits for them")]
NOBODY = [("back_first", "Whoever is back first"), ("manager", "A manager")]

USUAL = {"by": "round_robin", "match": "", "if_away": "next_free", "if_nobody": "back_first"}


def teams(*more: str) -> list[tuple[str, str]]:
    """Every team there is, and those that the playbook names and nobody formed."""
    named = dict(Team.objects.order_by("name").values_list("key", "name"))
    return [*named.items(), *((key, f"{in_words(key)} (not formed yet)") for key in more if key not in named)]


class OwnerForm(CellForm):
    team = forms.ChoiceField(label="Team")
    by = forms.ChoiceField(label="Who of the team", choices=BY)
    match = forms.ChoiceField(label="First those who cover", required=False)
    if_away = forms.ChoiceField(label="When that person is away", choices=AWAY)
    if_nobody = forms.ChoiceField(label="When nobody of the team is on duty", choices=NOBODY)
    accept = SpanField(
        "Handed over, to be accepted within", required=False, help_text="Such as 2 hours. Empty: it is theirs at once."
    )

    def compose(self) -> None:
        owner, fields = self.document.stages[self.stage].owner, self.fields
        named = [stage.owner.team for stage in self.document.stages.values()]
        set_choices(fields["team"], teams(*dict.fromkeys(named)))
        asked = [(f"answers.{one.key}", f"The answer to “{one.ask}”") for one in self.document.questions]
        own = [(owner.match, owner.match)] if owner.match and owner.match not in dict(asked) else []
        set_choices(fields["match"], [("", "Nothing in particular"), *own, *asked])
        for name in ("team", "by", "match", "if_away", "if_nobody", "accept"):
            fields[name].initial = getattr(owner, name) or ""
        self.plan = [Section(names=("team", "by", "match", "if_away", "if_nobody", "accept"))]

    def edited(self, text: str) -> str:
        """Words that say what is so anyway are written only where they stand already."""
        before = self.document.stages[self.stage].owner
        said = {"team": self.cleaned_data["team"]}
        for name, usual in (
            ("by", "round_robin"),
            ("match", ""),
            ("if_away", "next_free"),
            ("if_nobody", "back_first"),
        ):
            if self.cleaned_data[name] != usual or name in before.model_fields_set:
                said[name] = self.cleaned_data[name]
        if self.cleaned_data["accept"]:
            said["accept"] = self.cleaned_data["accept"]
        owner = {name: value for name, value in said.items() if value}
        is_new = owner != before.model_dump(mode="json", include=before.model_fields_set)
        return set_stage(text, self.stage, owner=owner) if is_new else text


def set_choices(field: Any, choices: list[tuple[str, str]]) -> None:
    field.choices = choices
