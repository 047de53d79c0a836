"""The Inbox: who waits for us, what was said, and the answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.urls import reverse

from trellis.conversations.transports import is_connected
from trellis.desk.forms import COMPOSER_FORMS
from trellis.desk.permissions import Allowed, allowed_with
from trellis.desk.queries.changes import cursor_now
from trellis.desk.queries.composer import COMPOSER_TABS, words_in
from trellis.desk.queries.inbox import LISTS, NEEDS_REPLY
from trellis.desk.queries.inbox_list import InboxList, inbox_list
from trellis.desk.queries.inbox_person import Person, find_person
from trellis.desk.queries.inbox_thread import Thread, thread_of
from trellis.people.models import Contact
from trellis.people.permissions import reaches
from trellis.team.models import User
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.web.doors import Request, signed_in
from trellis.web.forms import KitForm
from trellis.web.pages import render_page, viewer_for
from trellis.web.times import Viewer


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where in the Inbox one is: the list and its page. Anything else that an address says is left aside."""

    name: str
    after: str

    @classmethod
    def read(cls, query: QueryDict) -> "Where":
        name = query.get("show", NEEDS_REPLY)
        return cls(name=name if name in LISTS else NEEDS_REPLY, after=query.get("after", ""))

    def address(self, contact_id: UUID) -> str:
        asked = {"show": self.name} | ({"after": self.after} if self.after else {})
        return f"{reverse('desk:conversation', args=[contact_id])}?{urlencode(asked)}"


@signed_in
def inbox(request: Request, *, at: datetime) -> HttpResponse:
    """The list; where there is room, the first conversation stands beside it."""
    return show(request, None, at=at)


@signed_in
def conversation(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    return show(request, contact_id, at=at)


def show(
    request: Request, contact_id: UUID | None, *, at: datetime, tab: str = "", form: KitForm | None = None
) -> HttpResponse:
    viewer, live = viewer_for(request.user, at, business()), cursor_now(at)
    query = QueryDict(urlsplit(request.POST.get("next", "")).query) if form else request.GET
    where = Where.read(query)
    found = inbox_list(where.name, request.user, where.after, viewer)
    context = {
        "current": "inbox",
        "live": live,
        "page_address": request.POST["next"] if form else request.get_full_path(),
        "where": where,
        "lists": LISTS,
        "list": found,
        "is_asked_for": contact_id is not None,
        "can_write": may(request.user, "send", "conversation"),
    }
    if person := person_in(found, contact_id, request.user, viewer):
        allowed = allowed_with(request.user, person.contact.pk, person.journey)
        shown = beside(person, allowed, query, where, viewer)
        context |= shown | composer(person, allowed, shown["thread"], query, tab, form)
    return render_page(request, "desk/inbox.html", context, at=at, status=422 if form else 200)


def person_in(found: InboxList, contact_id: UUID | None, user: User, viewer: Viewer) -> Person | None:
    """Whom the address names, else the first of the list."""
    shown = contact_id or (found.rows[0].contact.pk if found.rows else None)
    if contact_id and not reaches(user, "see", "conversation", contact_id):
        raise Http404
    try:
        return find_person(shown, user, viewer.region, nameless=found.nameless) if shown else None
    except Contact.DoesNotExist as error:
        raise Http404 from error


def beside(person: Person, allowed: Allowed, query: QueryDict, where: Where, viewer: Viewer) -> dict[str, Any]:
    """The thread and the panel."""
    address = where.address(person.contact.pk)
    thread = thread_of(person.contact, allowed.near, viewer, answering=person.answering, before=query.get("before", ""))
    return {"person": person, "thread": thread, "address": address, "here": quote(address)}


def composer(
    person: Person, allowed: Allowed, thread: Thread, query: QueryDict, tab: str, form: KitForm | None
) -> dict[str, Any]:
    """What was asked for where it is possible and allowed, else the channel that they used last."""
    ways = {*person.channels, "note", "call"} & allowed.tabs
    tabs = [one for one in COMPOSER_TABS if one[0] in ways]
    possible = [tab or query.get("compose", ""), thread.channel, *person.channels, "note", "call"]
    tab = next((one for one in possible if one in ways), "note")
    # Their id in the ids of the fields: what was typed for one person is never taken along to the next.
    blank = COMPOSER_FORMS[tab](initial=words_in(query), auto_id=f"{tab}-{person.contact.pk}-%s")
    return {
        "tab": tab,
        "tabs": tabs,
        "can_change": allowed.change,
        "form": form or blank,
        "is_connected": tab not in ("sms", "email") or is_connected(tab),
        "is_asked": form is not None or "compose" in query,
    }
