"""Writing somebody down who did not reach out, and changing what is known of a person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.core.turns import take_turns
from trellis.desk.views.places import contact_path
from trellis.desk.views.reach import contact_to
from trellis.desk.views.sayings import and_undo_change
from trellis.people.actions import retag
from trellis.people.changing import add_contact, change_contact, turns_of
from trellis.people.forms import PersonForm, TagsForm
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.linkage.traits import Traits
from trellis.people.matching import Candidate, likely_seen, suspect
from trellis.people.models import Contact
from trellis.people.queries import tags_to_offer
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.asking import Question, ask, only_for, show
from trellis.web.doors import Request, go_to, page_to_return_to, posted, signed_in
from trellis.web.sayings import say

MOST_NAMED = 3
ADDED_MEANWHILE = "Somebody added this person a moment ago: send it again to see who is meant."


@signed_in
def edit(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    contact = contact_to("change", "contact", request.user, contact_id)
    form = PersonForm(posted(request), contact=contact)
    question = Question(
        title=f"Edit {contact.name or 'this person'}",
        text="What is different stands on the timeline, with what was there before.",
        button="Save",
        back=contact_path(contact),
        body="desk/_person_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        change_contact(contact, form.wanted, by=request.user, at=at, seen_at=answer["seen_at"])
        return and_undo_change("Saved.", by=request.user, at=at) or "Nothing was different."

    return ask(request, question, form, act, at=at)


@signed_in
def tags(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    """Puts tags on somebody or takes one off; while one is typed, those that there are are offered."""
    contact = contact_to("change", "contact", request.user, contact_id)
    if request.method != "POST":
        offered = tags_to_offer(contact, request.GET.get("add", "").strip())
        return render(request, "desk/_tags_offered.html", {"offered": offered})
    form = TagsForm(request.POST)
    if form.is_valid():
        tag(request, contact, form.cleaned_data["add"], form.cleaned_data["remove"], at)
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return go_to(request, page_to_return_to(request, contact_path(contact)))


def tag(request: Request, contact: Contact, new: list[str], old: str, at: datetime) -> None:
    whom = contact.first_name or "This person"
    try:
        added = retag(contact, add=new, remove=[old] if old else [], by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        said = f"{whom} is tagged {', '.join(added)}." if new else f"{old} is taken off {whom}."
        say(request, and_undo_change(said, by=request.user, at=at) or "Nothing was different.")


@only_for(lambda user: may(user, "add", "contact"))
def add(request: Request, *, at: datetime) -> HttpResponse:
    """Whoever is likely to be here already is named first."""
    form = PersonForm(posted(request))
    known = known_already(form, request.user) if form.is_bound and "anyway" not in request.POST else []
    question = Question(
        title="New contact",
        text="Somebody to know, with nothing open yet. Whoever wants something is a new lead.",
        button="Add anyway" if known else "Add contact",
        back=reverse("lists:table", args=["contacts"]),
        body="desk/_person_fields.html",
        context={"known": known},
    )
    if known:
        return show(request, question, form, at=at)
    added: list[Contact] = []

    @transaction.atomic
    def act(answer: dict[str, Any]) -> str:
        take_turns(turns_of(form.wanted))
        if "anyway" not in request.POST and known_already(form, request.user):
            raise Refused("added_meanwhile", ADDED_MEANWHILE)
        added.append(add_contact(form.wanted, by=request.user, at=at))
        if "anyway" in request.POST:
            suspect(added[0], by=request.user, at=at)
        return and_undo_change(f"{added[0].name or 'The contact'} is added.", by=request.user, at=at)

    answer = ask(request, question, form, act, at=at)
    return go_to(request, contact_path(added[0])) if added else answer


def known_already(form: PersonForm, user: User) -> list[Candidate]:
    """Of those whom they see, who may be this person."""
    if not form.is_valid():
        return []
    region = business().region
    emails = frozenset(filter(None, map(normalize_email, form.wanted["emails"])))
    phones = frozenset(value for text in form.wanted["phones"] if (value := normalize_phone(text, region)))
    place = form.wanted["place"]
    return likely_seen(
        Traits(name=form.wanted["name"], emails=emails, phones=phones, place=place), user, most=MOST_NAMED
    )
