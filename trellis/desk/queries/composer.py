"""What the composer offers: its tabs, and the playbook's messages filled in for this contact."""

from dataclasses import dataclass
from datetime import datetime

from trellis.journeys.apply import reading
from trellis.journeys.messages import Unresolved, names_for, render_message
from trellis.journeys.models import Journey
from trellis.journeys.playbook.schema import Message
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


def drafts_for(journey: Journey, channel: str, at: datetime) -> list[Draft]:
    """Those of the journey's playbook that suit the channel."""
    document, state = reading(journey)
    world = Worlds([journey.contact], at).of(journey.contact_id, document.calendar)
    names = names_for(world, state, business(), at)
    suited = {key: message for key, message in document.messages.items() if message.channel in ("same", channel)}
    return [draft(key, message, channel, names) for key, message in suited.items()]


def draft(key: str, message: Message, channel: str, names: dict[str, dict[str, str]]) -> Draft:
    # Rendered as an email whatever the channel: the line about STOP belongs to what rules send, not to a colleague.
    try:
        subject, text = render_message(message, "email", names)
    except Unresolved as error:
        return Draft(key=key, title=message.title, lacks=str(error))
    return Draft(key=key, title=message.title, subject=subject if channel == "email" else "", text=text)
