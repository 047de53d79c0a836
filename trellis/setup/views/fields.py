"""Fields that a business adds to its contacts, companies and leads."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.people.custom import change_field, custom_fields, define_field, place_fields, retire_field
from trellis.people.models import CustomField
from trellis.setup.forms.fields import NOUNS, FieldForm
from trellis.setup.views.sayings import and_undo
from trellis.team.permissions import can_administer
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


@sees("settings")
def fields(request: Request, *, at: datetime) -> HttpResponse:
    context = {
        "current": "settings",
        "nouns": [(noun, label, custom_fields(noun)) for noun, label in NOUNS.items()],
        "may_administer": can_administer(request.user),
    }
    return render_page(request, "setup/fields.html", context, at=at)


@administers
def add_field(request: Request, noun: str, *, at: datetime) -> HttpResponse:
    if noun not in NOUNS:
        raise Http404
    form = FieldForm(posted(request))
    question = Question(
        title=f"Add a field to {NOUNS[noun].lower()}",
        text="It stands on their pages, in lists and filters, in imports and exports at once.",
        button="Add field",
        back=reverse("setup:fields"),
    )

    def act(answer: dict[str, Any]) -> str:
        field = define_field(
            noun=noun, label=answer["label"], kind=answer["kind"], choices=form.choices, by=request.user, at=at
        )
        return and_undo(f"{field.label} is there.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@administers
def edit_field(request: Request, field_id: UUID, *, at: datetime) -> HttpResponse:
    field = get_object_or_404(CustomField, pk=field_id)
    form = FieldForm(posted(request), field=field)
    question = Question(
        title=f"Edit {field.label}",
        text="What it holds stays: values are there already. A choice that is taken out stays where it was chosen.",
        button="Save",
        back=reverse("setup:fields"),
    )

    def act(answer: dict[str, Any]) -> str:
        changed = change_field(field, label=answer["label"], choices=form.choices, by=request.user, at=at)
        return and_undo(f"{changed.label} is saved.", by=request.user, at=at)

    return ask(request, question, form, act, at=at)


@administers
@require_POST
def move_field(request: Request, field_id: UUID, *, at: datetime) -> HttpResponse:
    """One place up among the fields of its noun, or out of use: what stands in it stays."""
    field = get_object_or_404(CustomField, pk=field_id)
    if request.POST.get("move") == "out":
        retire_field(field, by=request.user, at=at)
        say(request, and_undo(f"{field.label} is shown no more. Its values are kept.", by=request.user, at=at))
        return go_to(request, reverse("setup:fields"))
    others = [one for one in custom_fields(field.noun) if one.pk != field.pk]
    place = max(0, [one.pk for one in custom_fields(field.noun)].index(field.pk) - 1)
    place_fields([*others[:place], field, *others[place:]], by=request.user, at=at)
    say(request, and_undo(f"{field.label} is number {place + 1} now.", by=request.user, at=at))
    return go_to(request, reverse("setup:fields"))
