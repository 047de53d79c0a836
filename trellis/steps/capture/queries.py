"""Questions that capturing asks: which form, which playbook, which journey, and what we may promise."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.template.loader import render_to_string
from django.utils.html import format_html

from trellis.core.business_time import NeverOpen
from trellis.core.memory import keep
from trellis.intake.models import Signal, SignalKind, SignalState
from trellis.journeys.models import Journey, JourneyStatus, Playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.schema import Question
from trellis.journeys.publish import active_playbook, document_of
from trellis.people.models import Contact
from trellis.steps.capture.forms import askable
from trellis.steps.capture.models import Form
from trellis.team.queries import UnknownCalendar, hours_of

SUPPORT = "support"
HERE = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, kw_only=True)
class Promise:
    """What somebody who just wrote may expect: whether we are there, when we open, and when they hear from us."""

    is_open: bool
    opens_at: datetime
    answer_by: datetime


class NoPlaybook(LookupError):
    """Nothing is published that starts on this kind of signal; it waits until something is."""


@dataclass(frozen=True, kw_only=True)
class Snippet:
    """A form for another website: as plain HTML in its own look, or our page in a frame.

    `is_local` where its address leads to the reader's own computer, so that nobody else could open it.
    """

    html: str
    frame: str
    is_local: bool


def find_form(key: str) -> Form | None:
    """At most two seconds old."""
    return keep("forms", lambda: {form.key: form for form in Form.objects.all()}).get(key)


def document_for(playbook: str) -> Document | None:
    """The active version of a playbook, or None where it is not published."""
    active = active_playbook(playbook)
    return document_of(active) if active else None


def askable_of(form: Form) -> list[Question]:
    """The questions of its playbook that the form can ask. Whoever answers one it does not ask is heard as well."""
    document = document_for(form.playbook)
    return askable(document.questions) if document else []


def asked_by(form: Form) -> list[Question]:
    """The questions that the form asks, in its order."""
    can_be = {question.key: question for question in askable_of(form)}
    chosen = can_be if form.questions is None else form.questions
    return [can_be[key] for key in chosen if key in can_be]


def has_taken_in(form: Form) -> bool:
    """Whether anybody ever sent it: from then on its address stays."""
    return Signal.objects.filter(source=form.key, kind=SignalKind.FORM).exists()


def leads_since(since: datetime, who: Any) -> dict[str, int]:
    """How many leads that `who` sees each form brought, by its key; what was set aside is none."""
    # Counted along an index alone, which knows no kind: nothing else than a form has its key as the source.
    led = Signal.objects.visible_to(who).filter(
        source__in=Form.objects.values("key"),
        state__in=(SignalState.ATTACHED, SignalState.JOINED),
        received_at__gte=since,
    )
    return dict(led.order_by().values_list("source").annotate(leads=Count("*")))


def playbook_for(kind: str) -> str:
    """The key of the playbook that a signal without a form starts: of several, a sales playbook, then the oldest."""
    starting = [document for document in map(document_of, keep("playbooks", _active)) if kind in document.starts_on]
    for document in sorted(starting, key=lambda document: document.kind != "sales"):
        return document.key
    raise NoPlaybook(f"No published playbook starts on “{kind}”.")


def journey_to_join(contact: Contact, *, thread: UUID | None = None) -> Journey | None:
    """The open journey that their words or their call belong to.

    The one of the thread, else the one with the newest activity; one of support only where there is no other, for
    what belongs to a case says so by its thread.
    """
    walking: QuerySet[Any] = Journey.objects.filter(contact=contact, status=JourneyStatus.OPEN).annotate(
        active_at=Greatest(Coalesce("heard_at", "started_at"), Coalesce("spoke_at", "started_at")),
        playbook_kind=F("playbook__kind"),
    )
    newest_first = sorted(
        walking.order_by("-active_at"), key=lambda journey: (journey.pk != thread, journey.playbook_kind == SUPPORT)
    )
    return newest_first[0] if newest_first else None


def resting_playbook(contact: Contact, *, thread: UUID | None = None) -> str:
    """The playbook that they were on when it came to rest, or that their thread belongs to; empty when neither."""
    resting = Journey.objects.filter(contact=contact, status=JourneyStatus.PARKED)
    told = Journey.objects.filter(pk=thread) if thread else resting
    newest = told.order_by("-started_at").values_list("playbook_key", flat=True)
    return newest.first() or ""


def promise_of(form: Form, at: datetime) -> Promise | None:
    """The first-response promise of the form's playbook, in its hours; None where nothing is promised."""
    document = document_for(form.playbook)
    limits = document.stages[document.first_stage].limits if document else []
    within = next((limit.within for limit in limits if limit.clock == "first_response"), None)
    if document is None or within is None:
        return None
    try:
        hours = hours_of(document.calendar)
        return Promise(is_open=hours.is_open(at), opens_at=hours.next_open(at), answer_by=hours.add(at, within))
    except (UnknownCalendar, NeverOpen):
        return None


def embed_snippet(form: Form, base_url: str) -> Snippet:
    """What a business copies into its own website."""
    address = f"{base_url.rstrip('/')}/f/{form.key}"
    shown = {"form": form, "questions": asked_by(form), "address": address}
    frame = format_html(
        '<iframe src="{}" title="{}" loading="lazy" style="width: 100%; height: 960px; border: 0"></iframe>',
        address,
        form.title,
    )
    html = render_to_string("capture/_embed.html", shown).strip()
    return Snippet(html=html, frame=str(frame), is_local=leads_here(base_url))


def leads_here(address: str) -> bool:
    """Whether nobody could open it but on this computer."""
    return urlsplit(address).hostname in HERE


def _active() -> list[Playbook]:
    """Without the two long columns: the document is parsed once in a process."""
    published = Playbook.objects.exclude(active_at=None).defer("source", "document")
    return list(published.order_by("published_at", "id"))
