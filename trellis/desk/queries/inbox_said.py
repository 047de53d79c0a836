"""What was said last with somebody, on whatever channel, in the few words that a row of the Inbox has room for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import JSONObject, Left

from trellis.conversations.models import Call, Message, MessageState
from trellis.desk.queries.names import WAYS, way_of
from trellis.desk.queries.sentences import CHANNELS, TRIED
from trellis.journeys.models import Journey
from trellis.team.models import User
from trellis.web.times import length

LONGEST = 240
# Ways to reach out that leave no message and no call behind.
BY_FORM = ("form", "referral")


@dataclass(frozen=True, kw_only=True)
class Said:
    """The words, who said them where it was not the customer, and how."""

    at: datetime
    icon: str
    words: str
    who: str = ""


def with_words(contact: str) -> dict[str, Subquery]:
    """Annotations for a row whose contact is at this path: the newest message, theirs, and the newest call."""
    messages = Message.objects.filter(contact=OuterRef(contact)).exclude(state=MessageState.SUPPRESSED)
    message = JSONObject(
        text=Left("text", LONGEST),
        channel="channel",
        direction="direction",
        rule="rule_id",
        by=F("written_by__name"),
        by_id=F("written_by_id"),
        at="created_at",
    )
    call = JSONObject(direction="direction", outcome="outcome", seconds="seconds", by=F("by__name"), at="started_at")
    calls = Call.objects.filter(contact=OuterRef(contact), taken_back_at=None)
    newest = messages.order_by("-created_at", "-pk").annotate(told=message).values("told")
    return {
        "newest_message": Subquery(newest[:1]),
        "their_message": Subquery(newest.filter(direction="in")[:1]),
        "newest_call": Subquery(calls.order_by("-started_at").annotate(told=call).values("told")[:1]),
    }


def last_said(row: Any, journey: Journey | None, user: User) -> Said | None:
    """The newest of all that was said. `row` carries the annotations of `with_words`."""
    return newest_of(
        (say_message(row.newest_message, user), say_call(row.newest_call), say_form(journey) if journey else None)
    )


def last_of_theirs(row: Any, journey: Journey, user: User) -> Said | None:
    """What they wait for an answer to."""
    called = row.newest_call if row.newest_call and row.newest_call["direction"] == "in" else None
    theirs = newest_of((say_message(row.their_message, user), say_call(called), say_form(journey)))
    return theirs or say_way(journey)


def newest_of(said: Iterable[Said | None]) -> Said | None:
    return max((one for one in said if one), key=lambda one: one.at, default=None)


def say_message(told: dict[str, Any] | None, user: User) -> Said | None:
    if told is None:
        return None
    who = ""
    if told["direction"] == "out":
        who = f"Auto-{CHANNELS.get(told['channel'], 'message')}" if told["rule"] else first_name(told, user)
    return Said(at=instant(told["at"]), icon=WAYS[told["channel"]][0], words=on_one_line(told["text"]), who=who)


def first_name(told: dict[str, Any], user: User) -> str:
    if told["by_id"] and UUID(told["by_id"]) == user.pk:
        return "You"
    return (told["by"] or "We").split(" ")[0]


def say_call(told: dict[str, Any] | None) -> Said | None:
    if told is None:
        return None
    at, ours, lasted = instant(told["at"]), (told["by"] or "We").split(" ")[0], ""
    if told["outcome"] == "answered":
        lasted = f", {length(timedelta(seconds=told['seconds']))}" if told["seconds"] else ""
        if told["direction"] == "in":
            return Said(at=at, icon="phone-incoming", words=f"Called{lasted}")
        return Said(at=at, icon="phone-outgoing", words=f"{ours} called{lasted}")
    if told["direction"] == "in":
        return Said(at=at, icon="phone-missed", words="Missed call")
    return Said(at=at, icon="phone-outgoing", words=f"{ours} {TRIED.get(told['outcome'], TRIED['no_answer'])}")


def say_form(journey: Journey) -> Said | None:
    """The first words of a journey that began with a form: they are no message."""
    return say_way(journey) if journey.context.get("kind") in BY_FORM else None


def say_way(journey: Journey) -> Said:
    icon, way = way_of(journey.context.get("kind", ""), journey.context.get("channel", ""))
    return Said(at=journey.started_at, icon=icon, words=on_one_line(journey.words) or way.capitalize())


def on_one_line(text: str) -> str:
    return " ".join(text[:LONGEST].split())


def instant(text: str) -> datetime:
    """An instant as JSON has it: SQLite leaves out that it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
