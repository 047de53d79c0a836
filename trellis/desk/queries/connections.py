"""What is connected to the outside, and how to connect the rest."""

from dataclasses import dataclass

from django.utils.html import escape

from trellis.conversations.models import Channel, Message
from trellis.conversations.transports import transport_for
from trellis.steps.capture.models import Form


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
    """A public form, its address, and the line that puts it on another website."""

    form: Form
    address: str
    snippet: str


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
        FormDoor(form=form, address=f"{address}/f/{form.key}", snippet=snippet_of(form, address))
        for form in Form.objects.filter(closed_at=None).order_by("title")
    ]


def snippet_of(form: Form, address: str) -> str:
    source, title = f"{address}/f/{form.key}", escape(form.title)
    return f'<iframe src="{source}" title="{title}" width="100%" height="720" style="border:0"></iframe>'
