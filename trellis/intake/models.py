"""Signals: acts of interest as they arrived, and where each one ended."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from trellis.core.models import Base


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


class Signal(Base):
    """One act of interest, committed before anything is made of it.

    `external_id` is the sender's own id (form submission token, call SID, Message-ID): the same act told twice is one row.
    """

    reference = models.CharField(max_length=12, unique=True, help_text="Short, told to the person who sent it")
    kind = models.CharField(max_length=12, choices=SignalKind)
    channel = models.CharField(max_length=8, choices={"web": "Web", "phone": "Phone", "sms": "Text", "email": "Email", "api": "API"})
    source = models.CharField(max_length=80, help_text="The form's key or the integration")
    external_id = models.CharField(max_length=250, null=True, blank=True)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    origin = models.CharField(max_length=64, blank=True, help_text="Keyed hash of the sender's network address")

    state = models.CharField(max_length=10, choices=SignalState, default=SignalState.WAITING)
    reason = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    contact = models.ForeignKey("people.Contact", null=True, blank=True, on_delete=models.SET_NULL, related_name="signals")
    journey_id = models.UUIDField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)

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
            models.Index(fields=["state", "retry_at"], condition=Q(state="waiting"), name="signal_waiting"),
            models.Index(fields=["origin", "-received_at"], name="signal_by_origin"),
        ]


class RawSignal(Base):
    """The bytes as they came, where the payload alone could not restore them (email)."""

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="raw")
    body = models.BinaryField()
