"""Contacts that may be one person: looking at the pairs, telling them apart, merging, and taking either back."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.desk.queries.duplicates import merge_sheet, others_to_merge, pair_list
from trellis.desk.queries.names import called
from trellis.desk.views.contact import read_id
from trellis.desk.views.finding import LONGEST
from trellis.desk.views.places import contact_path
from trellis.desk.views.reach import contact_to
from trellis.people.actions import reconsider, tell_apart
from trellis.people.merging import FIELDS, OTHER, SURVIVOR, ChangedSince, merge_contacts, require_mergeable
from trellis.people.models import Contact, Merge, PossibleDuplicate
from trellis.people.unmerging import unmerge
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.asking import only_for, sees
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import Said, say


@sees("contact")
def duplicates(request: Request, *, at: datetime) -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "contacts",
        "list": pair_list(user=request.user, after=request.GET.get("after", ""), viewer=viewer),
        "can_change": may(request.user, "change", "contact"),
    }
    return render_page(request, "desk/duplicates.html", context, at=at)


def pair_to_change(request: Request, pair_id: UUID) -> PossibleDuplicate:
    """Two whom they see and may both change."""
    seen: QuerySet[PossibleDuplicate] = PossibleDuplicate.objects.seen_by(request.user)
    pair = get_object_or_404(seen, pk=pair_id)
    for contact_id in (pair.contact_id, pair.other_id):
        contact_to("change", "contact", request.user, contact_id)
    return pair


@signed_in
@require_POST
def apart(request: Request, pair_id: UUID, *, at: datetime) -> HttpResponse:
    pair = pair_to_change(request, pair_id)
    try:
        tell_apart(pair, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        words = "Two people, then. They are not suggested again."
        say(request, Said(words, undo=reverse("desk:undo_apart", args=[pair.pk])))
    return go_to(request, page_to_return_to(request, reverse("desk:duplicates")))


@signed_in
@require_POST
def undo_apart(request: Request, pair_id: UUID, *, at: datetime) -> HttpResponse:
    try:
        reconsider(pair_to_change(request, pair_id))
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, "Taken back. They may be one person again.")
    return go_to(request, page_to_return_to(request, reverse("desk:duplicates")))


@signed_in
def merge_with(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    """Who else they are is looked for, first by their own name; nobody is merged before both are compared."""
    contact = contact_to("change", "contact", request.user, contact_id)
    if contact.taken_back_at:
        return go_to(request, contact_path(contact.merged_into or contact))
    viewer = viewer_for(request.user, at, business())
    text = request.GET.get("q", contact.name)[:LONGEST]
    context = {
        "current": "contacts",
        "contact": contact,
        "name": called(contact, viewer.region),
        "text": text,
        "people": others_to_merge(contact, text, request.user, viewer),
    }
    return render_page(request, "desk/merge_with.html", context, at=at)


@only_for(lambda user: may(user, "change", "contact"))
@require_POST
def merge_picked(request: Request, *, at: datetime) -> HttpResponse:
    """Two who were selected in a list."""
    picked = [pk for text in request.POST.getlist("pick") if (pk := read_id(text))]
    back = page_to_return_to(request, reverse("desk:contacts"))
    if len(picked) != 2:
        messages.error(request, "Select the two people who are one.")
        return go_to(request, back)
    return go_to(request, f"{reverse('desk:merge', args=picked)}?{urlencode({'next': back})}")


@signed_in
def merge(request: Request, contact_id: UUID, other_id: UUID, *, at: datetime) -> HttpResponse:
    """Side by side. Who stays, and each field, is picked here; what changed meanwhile is shown before it counts."""
    whole = Contact.objects.select_related("company", "merged_into").prefetch_related("points")
    for pk in (contact_id, other_id):
        contact_to("change", "contact", request.user, pk)
    one, other = (get_object_or_404(whole, pk=pk) for pk in (contact_id, other_id))
    try:
        require_mergeable(one, other)
        if request.method == "POST":
            return merge_as_asked(request, one, other, at)
    except ChangedSince as changed:
        one.refresh_from_db()
        other.refresh_from_db()
        return show(request, one, other, at, changed.sentence)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, contact_path(one.merged_into or other.merged_into or one))
    return show(request, one, other, at)


def merge_as_asked(request: Request, one: Contact, other: Contact, at: datetime) -> HttpResponse:
    asked = request.POST
    survivor, gone = (other, one) if asked.get("keep") == str(other.pk) else (one, other)
    names = [name for name in asked if name in FIELDS or name.startswith("custom.")]
    picked = {name: OTHER if asked[name] == str(gone.pk) else SURVIVOR for name in names}
    made = merge_contacts(survivor, gone, fields=picked, seen=read_seen(asked.get("seen", "")), by=request.user, at=at)
    words = f"Merged. Everything of {gone.name or 'the other'} is here now."
    say(request, Said(words, undo=reverse("desk:undo_merge", args=[made.pk])))
    return go_to(request, contact_path(survivor))


def read_seen(text: str) -> dict[str, Any]:
    """What the page said of both, as it came back; what cannot be read was not seen."""
    try:
        seen = json.loads(text)
    except ValueError:
        return {}
    return {pk: told for pk, told in seen.items() if isinstance(told, dict)} if isinstance(seen, dict) else {}


def show(request: Request, one: Contact, other: Contact, at: datetime, wrong: str = "") -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    context = {
        "current": "contacts",
        "sheet": merge_sheet(one, other, user=request.user, asked=request.POST.dict(), viewer=viewer),
        "wrong": wrong,
        "back": page_to_return_to(request, reverse("desk:duplicates")),
    }
    return render_page(request, "desk/merge.html", context, at=at, status=409 if wrong else 200)


@signed_in
@require_POST
def undo_merge(request: Request, merge_id: UUID, *, at: datetime) -> HttpResponse:
    """Whoever may merge may part them again, as long as nothing newer stands against it."""
    made = get_object_or_404(Merge.objects.select_related("survivor", "other"), pk=merge_id)
    contact_to("change", "contact", request.user, made.survivor_id)
    back = page_to_return_to(request, contact_path(made.survivor))
    try:
        there_again = unmerge(made, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, f"Taken back. {there_again.name or 'The other one'} has a page of their own again.")
    return go_to(request, back)
