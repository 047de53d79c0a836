"""What was said, and the ledger of everything we send."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from trellis.core.literal import Literal
from trellis.core.models import Base


class Channel(models.TextChoices):
    EMAIL = "email", "Email"
    SMS = "sms", "Text"


class Conversation(Base):
    """One thread with one contact on one channel."""

    contact = models.ForeignKey(
        "people.Contact", on_delete=models.CASCADE, related_name="conversations", db_index=False
    )
    channel = models.CharField(max_length=8, choices=Channel)
    subject = models.CharField(max_length=250, blank=True)
    started_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contact", "channel", "-started_at"], name="conversation_of_contact")]


class MessageState(models.TextChoices):
    RECEIVED = "received", "Received"
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Sending"
    HANDED_OVER = "handed_over", "Sent"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed"
    IN_DOUBT = "in_doubt", "May have been sent"
    SUPPRESSED = "suppressed", "Not sent"


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, at: datetime) -> Self:
        """Queued, their time has come, and no worker has them in hand."""
        unclaimed = Q(lease_until=None) | Q(lease_until__lte=at)
        return self._leaving().filter(unclaimed, state=MessageState.QUEUED, send_at__lte=at)

    def expired(self, at: datetime) -> Self:
        """Being sent by a worker that has not told the outcome in time."""
        return self._leaving().filter(state=MessageState.SENDING, lease_until__lte=at)

    def _leaving(self) -> Self:
        """In the very words of the index of what is due: without them, SQLite reads all that was ever said."""
        return self.filter(state__in=[Literal(MessageState.QUEUED), Literal(MessageState.SENDING)])

    def held(self) -> Self:
        return self.filter(state=MessageState.QUEUED).exclude(held="")

    def withdrawable(self, journey_ids: Iterable[UUID]) -> Self:
        """Automatic messages that are still ours to stop."""
        return self.filter(journey_id__in=journey_ids, state=MessageState.QUEUED).exclude(rule_id="")

    def told(self, message_ids: Iterable[str]) -> Self:
        """Messages known by one of these Message-IDs."""
        return self.filter(message_id__in=[name for name in message_ids if name])


class Message(Base):
    """One message. An outbound row is the ledger: unique on (journey, rule, episode, recipient), sent at most once.

    `message_id` is fixed before the first attempt. `held` says why a queued message is kept back ("not connected"); it
    then has no `send_at`. A message written by a person has an empty rule_id and is keyed by its own id.
    A queued row with a lease is in a worker's hand; it may still be withdrawn until that worker turns it to `sending`.
    """

    # A message kept longer than this before its channel was connected is no longer sent: its moment has passed.
    KEPT_FOR: ClassVar = timedelta(hours=1)

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    contact = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="messages", db_index=False)
    direction = models.CharField(max_length=3, choices={"in": "In", "out": "Out"})
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=12, choices=MessageState)
    sender = models.CharField(max_length=254, blank=True)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=250, blank=True)
    text = models.TextField()
    message_id = models.CharField(max_length=250, blank=True)
    in_reply_to = models.CharField(max_length=250, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    written_by = models.ForeignKey(
        "team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="messages", db_index=False
    )

    journey_id = models.UUIDField(null=True, blank=True)
    rule_id = models.CharField(max_length=64, blank=True)
    episode = models.PositiveIntegerField(default=0)
    template = models.CharField(max_length=64, blank=True)
    playbook_version = models.PositiveIntegerField(null=True, blank=True)

    created_at = models.DateTimeField()
    send_at = models.DateTimeField(null=True, blank=True, help_text="Not before; pushed back after a failed attempt")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    held = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=240, blank=True, help_text="Why it failed, is in doubt or was not sent")

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey_id", "rule_id", "episode", "recipient"],
                condition=~Q(rule_id=""),
                name="a_rule_sends_once_in_an_episode",
            ),
            models.CheckConstraint(
                name="a_message_in_is_received_and_one_out_is_not",
                condition=Q(direction="in", state="received") | (Q(direction="out") & ~Q(state="received")),
            ),
            models.CheckConstraint(
                name="a_message_not_sent_has_a_reason",
                condition=~Q(state__in=["suppressed", "failed", "in_doubt"]) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="a_message_being_sent_has_a_lease", condition=~Q(state="sending") | Q(lease_until__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["contact", "-created_at"], name="message_of_contact"),
            models.Index(fields=["conversation", "-created_at"], name="message_of_conversation"),
            models.Index(fields=["message_id"], name="message_by_message_id"),
            models.Index(fields=["provider_id"], name="message_by_provider_id"),
            models.Index(fields=["journey_id", "-created_at"], name="message_of_journey"),
            models.Index(fields=["state", "send_at"], condition=Q(state__in=["queued", "sending"]), name="message_due"),
            models.Index(fields=["channel"], condition=~Q(held=""), name="message_held"),
        ]

    @property
    def is_automatic(self) -> bool:
        return bool(self.rule_id)


class Call(Base):
    """One phone call, by webhook or logged by a person."""

    contact = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="calls", db_index=False)
    direction = models.CharField(max_length=3, choices={"in": "In", "out": "Out"})
    outcome = models.CharField(
        max_length=10,
        choices={"answered": "Answered", "missed": "Missed", "no_answer": "No answer", "voicemail": "Left a voicemail"},
    )
    number = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)
    note = models.TextField(blank=True)
    by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="calls")
    journey_id = models.UUIDField(null=True, blank=True)
    provider_id = models.CharField(max_length=120, null=True, blank=True, unique=True)
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="Logged by mistake: it was never made")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["contact", "-started_at"], name="call_of_contact")]


class Connection(Base):
    """A way to the outside that was set up on screen. `sealed` holds what was typed, encrypted (core.sealing).

    It is in use while it is connected and not disconnected; disconnecting forgets what was typed.
    """

    key = models.SlugField(unique=True, help_text="The connector's: smtp, twilio, inbound_email")
    sealed = models.TextField(blank=True)
    connected_at = models.DateTimeField()
    connected_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    disconnected_at = models.DateTimeField(null=True, blank=True)
    disconnected_by = models.ForeignKey("team.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tested_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True, help_text="Set while the last test is one that failed")
    outcome = models.CharField(max_length=400, blank=True, help_text="What the last test said")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_disconnected_connection_keeps_no_secret",
                condition=(Q(disconnected_at=None) & ~Q(sealed="")) | Q(disconnected_at__isnull=False, sealed=""),
            )
        ]
