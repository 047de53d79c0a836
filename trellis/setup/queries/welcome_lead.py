"""What became of the test lead, read anew each time the page is looked at."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from trellis.conversations.models import Message, MessageQuerySet, MessageState
from trellis.conversations.queries import address_of
from trellis.core.business_time import NeverOpen
from trellis.intake.models import Signal, SignalState
from trellis.journeys.models import Clock, Journey
from trellis.journeys.publish import document_at, document_of
from trellis.journeys.queries import Forecast, if_nobody_acts, with_next_step
from trellis.steps.capture.models import Form
from trellis.team.models import Business, User
from trellis.team.queries import UnknownCalendar, hours_of

FIRST_REPLY = "first_response"
CHANNELS = ("email", "sms")
WORDS = {"email": "email", "sms": "text"}
BECAME = {
    MessageState.QUEUED: "On its way", MessageState.SENDING: "On its way", MessageState.HANDED_OVER: "Sent",
    MessageState.DELIVERED: "Delivered", MessageState.FAILED: "Could not be sent",
    MessageState.IN_DOUBT: "May have been sent", MessageState.SUPPRESSED: "Not sent",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of ours, and what became of it."""

    message: Message

    @property
    def channel(self) -> str:
        return WORDS.get(self.message.channel, self.message.channel)

    @property
    def became(self) -> str:
        if self.message.held:
            return f"Kept here until {'texting' if self.channel == 'text' else 'email'} is connected"
        if self.message.provider_id == "on-screen":
            return "Handed over here, on your screen"
        told = BECAME.get(MessageState(self.message.state), "")
        return f"{told}: {self.message.reason}" if self.message.reason else told


@dataclass(frozen=True, kw_only=True)
class Story:
    """The test lead from its signal to the clock that stopped. What has not happened yet is None."""

    signal: Signal
    journey: Journey | None
    answer: Said | None
    clock: Clock | None
    opens_at: datetime | None
    forecast: Forecast | None
    reply: Said | None

    @property
    def is_waiting(self) -> bool:
        return self.signal.state == SignalState.WAITING

    @property
    def is_set_aside(self) -> bool:
        return self.signal.state == SignalState.SET_ASIDE

    @property
    def is_answered(self) -> bool:
        """By the evidence: a reply that was handed over, or a call that was answered."""
        return self.clock is not None and self.clock.met_at is not None

    @property
    def is_leaving(self) -> bool:
        """The reply is written and on its way: the clock stops once it is handed over."""
        return self.reply is not None and self.reply.message.state in (MessageState.QUEUED, MessageState.SENDING)

    @property
    def stages(self) -> int:
        return len(document_of(self.journey.playbook).stages) if self.journey else 1

    @property
    def took(self) -> timedelta:
        """From the signal to the first reply."""
        met_at = self.clock.met_at if self.clock else None
        return met_at - self.signal.received_at if met_at else timedelta()

    @cached_property
    def channel(self) -> str:
        """The way by which it is answered."""
        return reply_channel(self.journey.contact_id) if self.journey else ""


def story_of(form: Form) -> Story | None:
    """Of the newest test lead through this form. About nine queries."""
    signal = Signal.objects.exclude(sampled_at=None).filter(source=form.key).select_related("contact")
    newest = signal.order_by("-received_at", "-id").first()
    if newest is None:
        return None
    journey = with_next_step(Journey.objects.filter(pk=newest.journey_id)).first() if newest.journey_id else None
    return Story(
        signal=newest,
        journey=journey,
        answer=said(Message.objects.filter(written_by=None), journey),
        clock=first_clock(journey),
        opens_at=opens_at(journey, newest.received_at),
        forecast=if_nobody_acts(journey) if journey else None,
        reply=said(Message.objects.exclude(written_by=None), journey),
    )


def said(messages: MessageQuerySet, journey: Journey | None) -> Said | None:
    """The first of these that we wrote to them."""
    if journey is None:
        return None
    first = messages.filter(journey_id=journey.pk, direction="out").order_by("created_at", "id").first()
    return Said(message=first) if first else None


def first_clock(journey: Journey | None) -> Clock | None:
    if journey is None:
        return None
    return (
        Clock.objects.filter(journey=journey, kind=FIRST_REPLY).select_related("met_by").order_by("started_at").first()
    )


def opens_at(journey: Journey | None, at: datetime) -> datetime | None:
    """When the hours of the playbook begin again; None while they run."""
    if journey is None:
        return None
    try:
        hours = hours_of(document_at(journey.playbook_id).calendar)
        return None if hours.is_open(at) else hours.next_open(at)
    except (UnknownCalendar, NeverOpen):
        return None


def reply_channel(contact_id: UUID) -> str:
    """How they are answered: by email where they left one, for nothing needs to be connected to read it here."""
    return next((channel for channel in CHANNELS if address_of(contact_id, channel)), "")


def answered_test_leads() -> QuerySet[Clock]:
    """The first-reply clocks of test leads that somebody answered."""
    tests = Signal.objects.exclude(sampled_at=None).exclude(journey_id=None).values("journey_id")
    return Clock.objects.filter(journey__in=tests, kind=FIRST_REPLY).exclude(met_at=None)


def sample_words(user: User) -> dict[str, str]:
    """What the form is filled in with, for the new user to send or to change."""
    told = {"name": user.name, "email": user.email, "phone": user.phone}
    return told | {"message": f"This is a test by {user.first_name}. How soon does somebody answer me?"}


def suggested_reply(story: Story, business: Business) -> str:
    """A good first answer to start from: it confirms, asks one question and gives the next step."""
    if story.journey is None:
        return ""
    name = story.journey.contact.first_name
    hello = f"Hi{f' {name}' if name else ''}, thank you for writing to {business.name}."
    return f"{hello} When is a good time to talk? Answer with a time and I will call you then."
