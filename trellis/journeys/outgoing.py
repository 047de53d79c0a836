"""The messages of one batch, put into words and into the ledger."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from trellis.conversations.actions import CHANGE_OF_MIND, Outgoing, queue_messages
from trellis.conversations.models import Message
from trellis.events.actions import Announcement
from trellis.events.catalogue import Fact, MessageQueued, MessageSuppressed
from trellis.journeys.engine.effects import Send
from trellis.journeys.engine.state import State, World
from trellis.journeys.messages import Unresolved, names_for, render_message
from trellis.journeys.models import Journey
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.world import Worlds
from trellis.team.queries import business


def unasked(journey_ids: Iterable[UUID], document: Document) -> QuerySet[Message]:
    """Automatic messages that wait to leave, though no rule of `document` asks for them or says the same any more."""
    waiting = Message.objects.withdrawable(journey_ids)
    return waiting.exclude(rule_id__in=document.places).exclude(template__in=document.says)


class Outbox:
    """Gathers what the engine wants to say; `queue` writes it in one go."""

    def __init__(self, at: datetime, worlds: Worlds) -> None:
        self.at = at
        self.worlds = worlds
        self.waiting: list[Outgoing] = []

    def add(
        self, journey: Journey, effect: Send, document: Document, world: World, state: State, *, by: UUID | None = None
    ) -> None:
        """Render for this customer; what cannot be resolved is entered as not sent, with the reason."""
        message, suppressed = document.messages[effect.message], effect.suppressed
        try:
            subject, text = render_message(message, effect.channel, names_for(world, state, business(), self.at))
        except Unresolved as error:
            subject, text, suppressed = message.subject or message.title, message.text, suppressed or str(error)
        self.waiting.append(
            Outgoing(
                contact_id=journey.contact_id,
                channel=effect.channel,
                recipient=self.worlds.address(journey.contact_id, effect.channel),
                subject=subject,
                text=text,
                journey_id=journey.pk,
                rule_id=effect.rule_id,
                episode=effect.episode,
                template=effect.message,
                playbook_version=journey.playbook.version,
                suppressed_reason=suppressed,
                send_at=self.at + CHANGE_OF_MIND if by else None,
            )
        )

    def queue(self) -> list[Announcement]:
        """Enter all in the ledger; what a rule already said in this episode is silently not said twice."""
        rows = queue_messages(self.waiting, at=self.at) if self.waiting else []
        return [self.announcement(row) for row in rows if row]

    def announcement(self, row: Message) -> Announcement:
        fact: Fact
        if row.state == "suppressed":
            fact = MessageSuppressed(
                message_id=str(row.pk), channel=row.channel, reason=row.reason, rule_id=row.rule_id
            )
        else:
            fact = MessageQueued(message_id=str(row.pk), channel=row.channel, template=row.template)
        return Announcement(
            fact=fact, at=self.at, contact_id=row.contact_id, journey_id=row.journey_id, rule_id=row.rule_id
        )
