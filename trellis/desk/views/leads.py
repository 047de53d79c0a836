"""A new lead by hand: a phone call, a walk-in, a referral. It comes in by the same door as any other."""

from datetime import datetime
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse

from trellis.desk.forms import LeadForm
from trellis.desk.views.places import contact_address
from trellis.desk.views.sayings import and_next, and_undo_signal
from trellis.intake.actions import take_in
from trellis.intake.models import Signal
from trellis.journeys.models import Journey
from trellis.people.identity import normalize_email, normalize_phone
from trellis.people.linkage.traits import Traits
from trellis.people.matching import Candidate, likely_seen, suspect
from trellis.people.models import Contact
from trellis.people.names import same_name
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web.asking import adds_leads
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say

SOMEBODY_HAS_IT = "Kept. It belongs to a lead that somebody else has: they are asked to answer it."
MOST_NAMED = 3
NOT_YET = "It is kept, but could not be made a lead yet. It is tried again by itself."


@adds_leads
def add_lead(request: Request, *, at: datetime) -> HttpResponse:
    """The address may say what is known of them already: ?name=…, phone or email."""
    form = LeadForm(posted(request), initial=request.GET.dict() | {"token": uuid4().hex})
    known: list[Candidate] = []
    if request.method == "POST" and form.is_valid():
        known = [] if "anyway" in request.POST else known_already(form, request.user)
    if request.method == "POST" and form.is_valid() and not known:
        signal, is_new = take_in(source="desk", channel="phone", by=request.user, at=at, **form.as_signal())
        if "anyway" in request.POST and signal.contact and is_new:
            suspect(signal.contact, by=None, at=at)
        return answer_with(request, signal, at)
    status = 409 if known else 422 if form.is_bound else 200
    return render_page(request, "desk/new_lead.html", {"form": form, "known": known}, at=at, status=status)


def known_already(form: LeadForm, user: User) -> list[Candidate]:
    """Who of those whom they see may be this person, where they would not be recognized by themselves."""
    told = form.cleaned_data
    email, phone = normalize_email(told["email"]), normalize_phone(told["phone"], business().region)
    traits = Traits(name=told["name"], emails=frozenset({email} - {""}), phones=frozenset({phone} - {""}))
    known = likely_seen(traits, user, most=MOST_NAMED)
    return [] if any(is_recognized(told["name"], email, phone, one.contact) for one in known) else known


def is_recognized(name: str, email: str, phone: str, contact: Contact) -> bool:
    """Whether `people.identity` takes them for this contact by itself: then nothing has to be asked."""
    values = {point.value for point in contact.points.all()}
    return email in values or (phone in values and (not email or same_name(name, contact.name)))


def answer_with(request: Request, signal: Signal, at: datetime) -> HttpResponse:
    """To the lead's page; a signal that could not be understood yet is shown among the signals."""
    journey = Journey.objects.filter(pk=signal.journey_id).first() if signal.journey_id else None
    if journey and not Journey.objects.visible_to(request.user).filter(pk=journey.pk).exists():
        say(request, and_undo_signal(SOMEBODY_HAS_IT, signal, by=request.user))
        return go_to(request, reverse("desk:today"))
    if journey is None:
        waiting = and_undo_signal(NOT_YET, signal, by=request.user)
        messages.error(request, waiting, extra_tags=waiting.undo)
        return go_to(request, reverse("desk:signals"))
    said = "Lead added." if signal.state == "attached" else "We know them: it joined the lead they have."
    words = and_next(said, journey, to=request.user, at=at)
    say(request, and_undo_signal(words, signal, by=request.user))
    return go_to(request, contact_address(journey))
