"""What is connected to the outside, and how to connect the rest."""

from dataclasses import dataclass

from trellis.conversations.models import Channel, Message
from trellis.conversations.transports import transport_for
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import Snippet, embed_snippet


@dataclass(frozen=True, kw_only=True)
class Connection:
    """One channel: whether messages leave by it, how many are kept here meanwhile, and what would connect it."""

    channel: str
    title: str
    icon: str
    is_connected: bool
    kept: int
    how: str


@dataclass(frozen=True, kw_only=True)
class FormDoor:
    """A public form, its address, and what puts it on another website."""

    form: Form
    address: str
    snippet: Snippet


TITLES = {Channel.EMAIL: ("Email", "mail"), Channel.SMS: ("Texts and calls", "message-square-text")}


def connections() -> list[Connection]:
    return [connection_of(channel) for channel in (Channel.EMAIL, Channel.SMS)]


def connection_of(channel: Channel) -> Connection:
    transport = transport_for(channel)
    title, icon = TITLES[channel]
    return Connection(
        channel=channel,
        title=title,
        icon=icon,
        is_connected=transport is not None and transport.is_connected(),
        kept=Message.objects.held().filter(channel=channel).count(),
        how=transport.how_to_connect if transport else "",
    )


def forms_of(address: str) -> list[FormDoor]:
    return [
        FormDoor(form=form, address=f"{address}/f/{form.key}", snippet=embed_snippet(form, address))
        for form in Form.objects.filter(closed_at=None).order_by("title")
    ]
