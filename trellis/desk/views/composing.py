"""Composing: what is written, noted and logged with a contact, from their page or from the Inbox."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from trellis.conversations.actions import CHANGE_OF_MIND, CannotWrite, log_call, write_message
from trellis.desk.forms import COMPOSER_FORMS
from trellis.desk.queries.composer import GOOD_MESSAGE, drafts_for
from trellis.desk.views import contact as contact_page
from trellis.desk.views import inbox
from trellis.desk.views.contact import read_id
from trellis.desk.views.places import contact_address, contact_path
from trellis.desk.views.reach import contact_to, find_journey
from trellis.desk.views.sayings import and_next, and_undo
from trellis.journeys.models import Journey
from trellis.journeys.undoing import recording, recording_talk, talk_at
from trellis.people.actions import write_note
from trellis.people.models import Contact
from trellis.people.permissions import reaches
from trellis.team.models import User
from trellis.web.asking import changes
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.forms import KitForm
from trellis.web.pages import render_page
from trellis.web.sayings import say

Answer = dict[str, Any]


@signed_in
def drafts(request: Request, journey_id: UUID, channel: str, *, at: datetime) -> HttpResponse:
    """The playbook's messages filled in for this customer: a list in the composer, a page without script."""
    journey = find_journey(request.user, journey_id)
    if not reaches(request.user, "send", "conversation", journey.contact_id):
        raise PermissionDenied
    found = drafts_for(journey, channel, at)
    page = "desk/_draft_panel.html" if getattr(request, "htmx", None) else "desk/drafts.html"
    context = {
        "channel": channel,
        "drafts": found,
        "checks": GOOD_MESSAGE,
        "name": journey.contact.first_name or "them",
        "back": page_to_return_to(request, contact_address(journey)),
    }
    response = render_page(request, page, context, at=at)
    patch_vary_headers(response, ["HX-Request"])
    return response


def journey_of(request: Request, contact: Contact) -> Journey | None:
    """The journey that the form was shown with; the composer writes within it while it is not closed."""
    journey_id = read_id(request.POST.get("journey"))
    seen = Journey.objects.visible_to(request.user, offered=True).exclude(status="closed")
    return seen.filter(pk=journey_id, contact=contact).first() if journey_id else None


@changes
@require_POST
def compose(request: Request, contact_id: UUID, tab: str, *, at: datetime) -> HttpResponse:
    """Send, note or log what was written. What cannot be sent comes back with the reason and every word in place."""
    contact = contact_to(*WRITES[tab], request.user, contact_id)
    journey = journey_of(request, contact)
    form = COMPOSER_FORMS[tab](request.POST)
    if not form.is_valid():
        return show_again(request, contact_id, at=at, tab=tab, form=form)
    try:
        with kept(contact, journey, request.user, at):
            said = ACTS[tab](contact, journey, tab, form.cleaned_data, request.user, at)
    except CannotWrite as refused:
        form.add_error(None, refused.sentence)
        return show_again(request, contact_id, at=at, tab=tab, form=form)
    if journey:
        say(request, and_next(said, journey, to=request.user, at=at))
    else:
        say(request, and_undo(said, talk_at(contact.pk, at)))
    here = contact_address(journey) if journey else contact_path(contact)
    return go_to(request, page_to_return_to(request, here))


def kept(contact: Contact, journey: Journey | None, by: User, at: datetime) -> AbstractContextManager[None]:
    """What is said can be taken back, within a journey and outside of any."""
    return recording(journey, by=by, at=at) if journey else recording_talk(contact, by=by, at=at)


def show_again(request: Request, contact_id: UUID, *, at: datetime, tab: str, form: KitForm) -> HttpResponse:
    """The page that it was written on, with what is wrong."""
    in_inbox = request.POST.get("next", "").startswith(reverse("desk:inbox"))
    page = inbox.show if in_inbox else contact_page.show
    return page(request, contact_id, at=at, tab=tab, form=form)


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


WRITES = dict.fromkeys(("sms", "email", "call"), ("send", "conversation")) | {"note": ("add", "note")}
ACTS: dict[str, Callable[..., str]] = {"sms": send, "email": send, "note": keep_note, "call": keep_call}
