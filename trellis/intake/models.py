"""Signals: acts of interest as they arrived, and where each one ended."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from trellis.core.models import Base
from trellis.people.reach import belongs_to
from trellis.team.models import User
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach


class SignalKind(models.TextChoices):
    FORM = "form", "Web form"
    CALL = "call", "Call"
    MISSED_CALL = "missed_call", "Missed call"
    MESSAGE = "message", "Message"
    REFERRAL = "referral", "Referral"


class SignalState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    ATTACHED = "attached", "Started a journey"
    JOINED = "joined", "Joined a journey"
    SET_ASIDE = "set_aside", "Set aside"


class SignalQuerySet(models.QuerySet["Signal"]):
    def visible_to(self, who: Any) -> Self:
        """Those that a user or a token sees: of people they see, and what they wrote down."""
        return self.in_reach(who, "see")

    def in_reach(self, who: Any, verb: str) -> Self:
        reach = reach_of(who, verb, "signal")
        if reach == Reach.ALL:
            return self
        owners = owners_in_reach(who, reach)
        return self.filter(Q(added_by__in=owners) | belongs_to(owners, contact="contact"))

    def due(self, at: datetime) -> Self:
        """Waiting, and not in the hands of the door that took them in."""
        return self.filter(state=SignalState.WAITING, retry_at__lte=at)

    def like(self, signal: "Signal", *, since: datetime) -> Self:
        """Others of the same origin since then, the newest first."""
        others = self.filter(origin=signal.origin, received_at__gt=since, received_at__lte=signal.received_at)
        return others.exclude(pk=signal.pk).order_by("-received_at")


class Signal(Base):
    """One act of interest, committed before anything is made of it.

    `external_id` is the sender's own id (form submission token, call SID, Message-ID): the same act told twice is one
    row. `origin` may be empty; signals of one flood share it. A waiting signal is taken up again at `retry_at`.
    """

    reference = models.CharField(max_length=12, unique=True, help_text="Short, told to the person who sent it")
    kind = models.CharField(max_length=12, choices=SignalKind)
    channel = models.CharField(
        max_length=8, choices={"web": "Web", "phone": "Phone", "sms": "Text", "email": "Email", "api": "API"}
    )
    source = models.CharField(max_length=80, help_text="The form's key or the integration")
    external_id = models.CharField(max_length=250, null=True, blank=True)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=64, blank=True, help_text="Keyed hash of where it came from and whom it names")

    state = models.CharField(max_length=10, choices=SignalState, default=SignalState.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "team.User",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
        help_text="The person who set it aside, empty when a rule did",
    )
    added_by = models.ForeignKey(
        "team.User",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
        help_text="The person who wrote it down, empty when it came by itself",
    )
    restored_at = models.DateTimeField(null=True, blank=True, help_text="A person took it back in: it is no spam")
    restored_by = models.ForeignKey(
        "team.User", null=True, blank=True, on_delete=models.RESTRICT, related_name="+", db_index=False
    )
    contact = models.ForeignKey(
        "people.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="signals"
    )
    journey_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SignalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="an_act_is_stored_once"),
            models.CheckConstraint(
                name="a_signal_is_waiting_or_settled_with_a_reason",
                condition=Q(state="waiting", settled_at=None)
                | Q(state__in=["attached", "joined"], settled_at__isnull=False, journey_id__isnull=False)
                | (Q(state="set_aside", settled_at__isnull=False) & ~Q(reason="")),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-received_at"], name="signal_by_age"),
            models.Index(fields=["state", "-received_at"], name="signal_by_state"),
            models.Index(fields=["state", "retry_at"], condition=Q(state="waiting"), name="signal_waiting"),
            models.Index(fields=["origin", "-received_at"], name="signal_by_origin"),
            models.Index(fields=["source", "state", "-received_at"], name="signal_of_source"),
            models.Index(
                fields=["added_by", "contact"], condition=Q(added_by__isnull=False), name="signal_written_down_by"
            ),
        ]

    @property
    def let_in_by(self) -> User | None:
        """The person who wrote it down, or took it back in after it was set aside."""
        return self.restored_by or self.added_by


class RawSignal(Base):
    """The bytes as they came, where the payload alone could not restore them (email)."""

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="raw")
    body = models.BinaryField()
