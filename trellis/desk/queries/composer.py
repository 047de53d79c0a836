"""What the composer offers: its tabs, and the playbook's messages filled in for this contact."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from trellis.desk.queries.contact import ContactPage, JourneySheet
from trellis.journeys.apply import reading
from trellis.journeys.messages import Unresolved, names_for, render_message
from trellis.journeys.world import Worlds
from trellis.team.queries import business

COMPOSER_TABS = (
    ("email", "mail", "Email"),
    ("sms", "message-square-text", "Text"),
    ("note", "sticky-note", "Note"),
    ("call", "phone", "Log a call"),
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message of the playbook, filled in for this customer; `lacks` says what is not known yet."""

    key: str
    title: str
    subject: str = ""
    text: str = ""
    lacks: str = ""


def drafts_for(page: ContactPage, channel: str, user: Any, at: datetime) -> list[Draft]:
    """Those of the shown journey's playbook that suit the channel; none for notes and calls."""
    if page.shown is None or channel not in ("sms", "email"):
        return []
    journey = page.shown.journey
    document, state = reading(journey)
    world = Worlds([journey.contact], at).of(journey.contact_id, document.calendar)
    names = names_for(world, state, business(), at)
    return [draft(page.shown, key, channel, names) for key in document.messages if suits(page.shown, key, channel)]


def suits(sheet: JourneySheet, key: str, channel: str) -> bool:
    return sheet.document.messages[key].channel in ("same", channel)


def draft(sheet: JourneySheet, key: str, channel: str, names: dict[str, dict[str, str]]) -> Draft:
    message = sheet.document.messages[key]
    try:
        subject, text = render_message(message, "email", names)
    except Unresolved as error:
        return Draft(key=key, title=message.title, lacks=str(error))
    return Draft(key=key, title=message.title, subject=subject if channel == "email" else "", text=text)
