"""The contact page: the story so far, what to write, and the next step."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from trellis.conversations.actions import CHANGE_OF_MIND, CannotWrite, log_call, write_message
from trellis.conversations.transports import is_connected
from trellis.desk.forms import CallForm, MessageForm, NoteForm
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.composer import COMPOSER_TABS, drafts_for
from trellis.desk.queries.contact import ContactPage, JourneySheet, decisions_of, find_contact_page
from trellis.desk.queries.timeline import timeline_of
from trellis.desk.queries.today import neighbors
from trellis.desk.views.places import contact_address, contact_path
from trellis.desk.views.sayings import and_next
from trellis.journeys.models import Journey
from trellis.journeys.queries import with_next_step
from trellis.journeys.undoing import recording
from trellis.people.actions import write_note
from trellis.people.models import Contact
from trellis.team.permissions import can_change
from trellis.team.queries import business
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.forms import KitForm
from trellis.web.pages import render_page, viewer_for
from trellis.web.sayings import say

Answer = dict[str, Any]
FORMS: dict[str, type[KitForm]] = {"sms": MessageForm, "email": MessageForm, "note": NoteForm, "call": CallForm}


def contact_named(contact_id: UUID) -> Contact:
    return get_object_or_404(Contact, pk=contact_id)


@signed_in
def contact(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    return show(request, contact_id, at=at)


def show(
    request: Request, contact_id: UUID, *, at: datetime, tab: str = "", form: KitForm | None = None
) -> HttpResponse:
    viewer = viewer_for(request.user, at, business())
    live = cursor_now(at, contact_id)
    try:
        page = find_contact_page(contact_id, region=viewer.region, journey_id=read_id(request.GET.get("journey")))
    except Contact.DoesNotExist as error:
        raise Http404 from error
    tab = tab or tab_for(request.GET.get("compose", ""), page)
    before = request.GET.get("before", "")
    context = {
        "current": "",
        "live": live,
        "page": page,
        "timeline": timeline_of(page.contact, viewer, places=page.places, before=before),
        "tab": tab,
        "tabs": COMPOSER_TABS,
        "form": form or FORMS[tab](initial=first_words(request)),
        "is_connected": tab not in ("sms", "email") or is_connected(tab),
        "can_change": can_change(request.user),
        "pane": request.GET.get("pane", "timeline"),
        "is_asked": form is not None or "compose" in request.GET,
        **around(request, page.shown),
    }
    return render_page(request, "desk/contact.html", context, at=at, status=422 if form else 200)


def around(request: Request, shown: JourneySheet | None) -> dict[str, Any]:
    """The leads before and after this one, and why it is here, once that is asked."""
    if shown is None:
        return {}
    owner = request.user if request.GET.get("who") == "mine" else None
    return {
        "neighbors": neighbors(shown.journey, owner),
        "decisions": decisions_of(shown.journey) if "why" in request.GET else None,
    }


def tab_for(wanted: str, page: ContactPage) -> str:
    """What was asked for, else the way that reaches them."""
    if wanted in FORMS:
        return wanted
    return page.best_channel or "note"


@signed_in
def drafts(request: Request, journey_id: UUID, channel: str, *, at: datetime) -> HttpResponse:
    """The playbook's messages filled in for this customer: a list in the composer, a page without script."""
    journey = get_object_or_404(with_next_step(Journey.objects.all()), pk=journey_id)
    found = drafts_for(journey, channel, at)
    page = "desk/_drafts.html" if getattr(request, "htmx", None) else "desk/drafts.html"
    context = {"journey": journey, "channel": channel, "drafts": found, "name": journey.contact.first_name or "them"}
    response = render_page(request, page, context, at=at)
    patch_vary_headers(response, ["HX-Request"])
    return response


def first_words(request: Request) -> dict[str, str]:
    """A template that was picked without script arrives in the address."""
    return {name: request.GET[name] for name in ("text", "subject") if name in request.GET}


def read_id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def journey_of(request: Request, contact: Contact) -> Journey | None:
    """The journey that the form was shown with; the composer writes within it while it is not closed."""
    journey_id = read_id(request.POST.get("journey"))
    return (
        Journey.objects.exclude(status="closed").filter(pk=journey_id, contact=contact).first() if journey_id else None
    )


@changes
@require_POST
def compose(request: Request, contact_id: UUID, tab: str, *, at: datetime) -> HttpResponse:
    """Send, note or log what was written. What cannot be sent comes back with the reason and every word in place."""
    contact = contact_named(contact_id)
    journey = journey_of(request, contact)
    form = FORMS[tab](request.POST)
    if not form.is_valid():
        return show(request, contact_id, at=at, tab=tab, form=form)
    try:
        with recording(journey, by=request.user, at=at) if journey else nullcontext():
            said = ACTS[tab](contact, journey, tab, form.cleaned_data, request.user, at)
    except CannotWrite as refused:
        form.add_error(None, refused.sentence)
        return show(request, contact_id, at=at, tab=tab, form=form)
    say(request, and_next(said, journey, to=request.user, at=at) if journey else said)
    here = contact_address(journey) if journey else contact_path(contact)
    return go_to(request, page_to_return_to(request, here))


def send(contact: Contact, journey: Journey | None, tab: str, answer: Answer, by: Any, at: datetime) -> str:
    journey_id = journey.pk if journey else None
    text, subject = answer["text"], answer.get("subject") or ""
    message = write_message(
        contact=contact,
        channel=tab,
        text=text,
        subject=subject,
        journey_id=journey_id,
        send_at=at + CHANGE_OF_MIND,
        by=by,
        at=at,
    )
    word = "Text" if tab == "sms" else "Email"
    return f"{word} kept here: nothing is connected to send it." if message.held else f"{word} on its way."


def keep_note(
    contact: Contact, journey: Journey | None, tab: str, answer: dict[str, Any], by: Any, at: datetime
) -> str:
    write_note(contact, text=answer["text"], by=by, at=at, journey_id=journey.pk if journey else None)
    return "Note kept."


def keep_call(
    contact: Contact, journey: Journey | None, tab: str, answer: dict[str, Any], by: Any, at: datetime
) -> str:
    log_call(
        contact=contact,
        direction="out",
        outcome=answer["outcome"],
        seconds=60 * (answer["minutes"] or 0),
        note=answer["note"],
        started_at=at,
        by=by,
        journey_id=journey.pk if journey else None,
        at=at,
    )
    return "Call logged."


ACTS: dict[str, Callable[..., str]] = {"sms": send, "email": send, "note": keep_note, "call": keep_call}
