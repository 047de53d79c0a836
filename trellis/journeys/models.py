"""The spine. Constraints here and guards in `journeys.guards` hold the promise of the whole product."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from trellis.core.models import Base
from trellis.journeys.versions import Draft as Draft
from trellis.journeys.versions import InFlight as InFlight
from trellis.journeys.versions import Playbook as Playbook
from trellis.journeys.versions import Stage as Stage
from trellis.journeys.versions import VersionChange as VersionChange
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach


class JourneyStatus(models.TextChoices):
    OPEN = "open", "Open"
    PARKED = "parked", "Parked"
    CLOSED = "closed", "Closed"


VOID = "void"
OUTCOMES = {"won": "Won", "lost": "Lost", "done": "Done", VOID: "Taken back"}
# When we last spoke with them, else when they came; and when it ended, as far as that is known.
SPOKEN_AT = Coalesce("spoke_at", "started_at")
ENDED_AT = Coalesce("closed_at", "spoke_at", "started_at")
# Neither closed nor parked, as the constraints below have it. One expression, for indexes in an order of their own:
# asked for a status, SQLite would rather find all of that status and sort them.
IS_OPEN = Q(IsNull(Coalesce("closed_at", "parked_until"), True))


class JourneyQuerySet(models.QuerySet["Journey"]):
    def genuine(self) -> Self:
        """All but those that were added by mistake and taken back: they belong in no list and no figure."""
        return self.exclude(outcome=VOID)

    def visible_to(self, who: Any, *, offered: bool = False) -> Self:
        """Those that a user or a token sees: nothing is added to the question where that is all of them.

        With `offered` those too that somebody hands over to them: for looking one up, not for lists in an order.
        """
        reach = reach_of(who, "see", "journey")
        if reach == Reach.ALL:
            return self
        own = Q(owner__in=owners_in_reach(who, reach))
        if offered and reach:
            mine = owners_in_reach(who, Reach.OWN)
            own |= Q(pk__in=Handover.objects.filter(ON_OFFER, taker__in=mine).values("journey"))
        return self.filter(own)


class Journey(Base):
    """One customer walking one playbook.

    `next_task` and `due_at` repeat the leading task, so that the database can refuse a journey without them.
    `episode` counts turns: it grows when the customer speaks while nothing was owed, and when a stage is entered.
    `value_minor` is in the minor unit of `currency` (cents).
    """

    contact = models.ForeignKey("people.Contact", on_delete=models.RESTRICT, related_name="journeys", db_index=False)
    playbook = models.ForeignKey(Playbook, on_delete=models.RESTRICT, related_name="journeys")
    playbook_key = models.SlugField()
    stage = models.ForeignKey(Stage, on_delete=models.RESTRICT, related_name="journeys")
    status = models.CharField(max_length=6, choices=JourneyStatus, default=JourneyStatus.OPEN)
    owner = models.ForeignKey(
        "team.User", null=True, on_delete=models.RESTRICT, related_name="journeys", db_index=False
    )
    next_task = models.ForeignKey("Task", null=True, on_delete=models.RESTRICT, related_name="+")
    due_at = models.DateTimeField(null=True)

    title = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True, help_text="Why they reached out, in their own words")
    context = models.JSONField(default=dict, help_text="Kind, channel, source, page, referrer of the first signal")
    answers = models.JSONField(default=dict, help_text="Answers to the playbook's questions, by key")
    custom = models.JSONField(default=dict, help_text="Values of custom fields, by their keys")
    value_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    priority_at = models.DateTimeField(null=True)

    episode = models.PositiveIntegerField(default=1)
    fired = models.JSONField(default=list, help_text="Ids of the rules that ran in this episode")
    parks = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    stage_entered_at = models.DateTimeField()
    assigned_at = models.DateTimeField()
    taken_over_at = models.DateTimeField(null=True, help_text="When a person first answered")
    heard_at = models.DateTimeField(null=True, help_text="Last time the customer spoke")
    spoke_at = models.DateTimeField(null=True, help_text="Last time we spoke, by person or rule")
    parked_until = models.DateTimeField(null=True)
    parked_reason = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(null=True, help_text="Stands still since then, until somebody decides")
    held = models.JSONField(null=True, help_text="What the machine would have done (engine.records)")
    delivered_at = models.DateTimeField(
        null=True, help_text="When the stage that counts as delivered was first entered"
    )
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=5, blank=True, choices=OUTCOMES)
    closed_reason = models.CharField(max_length=200, blank=True)
    continues = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="continued_by", db_index=False
    )

    objects: ClassVar = JourneyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="an_open_journey_has_owner_next_step_and_deadline",
                condition=~Q(status="open")
                | Q(
                    owner__isnull=False,
                    next_task__isnull=False,
                    due_at__isnull=False,
                    parked_until=None,
                    closed_at=None,
                ),
            ),
            models.CheckConstraint(
                name="a_parked_journey_has_owner_wake_date_and_reason",
                condition=~Q(status="parked")
                | (
                    Q(
                        owner__isnull=False,
                        next_task__isnull=False,
                        due_at__isnull=False,
                        parked_until__isnull=False,
                        closed_at=None,
                    )
                    & ~Q(parked_reason="")
                ),
            ),
            models.CheckConstraint(
                name="a_closed_journey_has_outcome_and_no_next_step",
                condition=~Q(status="closed")
                | (Q(closed_at__isnull=False, next_task=None, due_at=None, parked_until=None) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "parked", "closed"]), name="a_journey_has_a_known_status"
            ),
            models.CheckConstraint(
                condition=Q(value_minor=None) | (Q(value_minor__gte=0) & ~Q(currency="")),
                name="a_value_is_not_negative_and_has_a_currency",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="journey_queue_of_owner"),
            models.Index(fields=["due_at", "owner"], condition=Q(status="open"), name="journey_queue"),
            models.Index(fields=["contact", "-started_at"], name="journey_of_contact"),
            models.Index(fields=["stage", "due_at", "owner"], condition=Q(status="open"), name="journey_of_stage"),
            models.Index(
                fields=["stage", "due_at", "owner"],
                condition=Q(status="open", priority_at__isnull=False),
                name="journey_with_priority",
            ),
            models.Index(
                fields=["stage", "currency", "value_minor", "due_at", "owner"],
                condition=Q(status="open", value_minor__isnull=False),
                name="journey_worth_of_stage",
            ),
            models.Index(fields=["owner", "-assigned_at"], name="journey_last_assigned"),
            models.Index(fields=["continues"], condition=Q(continues__isnull=False), name="journey_that_continues"),
            # One for each status: an index of all that begins with the status would seem to SQLite as good a way to
            # the open ones as their queue, and lead it past their order.
            *(
                models.Index(fields=["-started_at"], condition=Q(status=status), name=f"journey_{status}_by_age")
                for status in ("open", "parked", "closed")
            ),
            models.Index(
                fields=["playbook", "held_at", "stage", "id"],
                condition=Q(status__in=["open", "parked"]),
                name="journey_in_flight",
            ),
            models.Index(SPOKEN_AT.desc(), condition=IS_OPEN, name="journey_spoken_lately"),
            models.Index(ENDED_AT.desc(), condition=~IS_OPEN, name="journey_ended_lately"),
        ]


class TaskKind(models.TextChoices):
    CALL = "call", "Call"
    REPLY = "reply", "Reply"
    MEET = "meet", "Meet"
    DO = "do", "Do"
    SEND = "send", "Send"
    CHECK = "check", "Check"
    WAKE = "wake", "Wake"


PERSON_KINDS = ("call", "reply", "meet", "do")
MACHINE_KINDS = ("send", "check", "wake")


class TaskStatus(models.TextChoices):
    OPEN = "open", "Open"
    DONE = "done", "Done"
    CANCELLED = "cancelled", "Withdrawn"
    REPLACED = "replaced", "Replaced"


class Task(Base):
    """One thing that will happen, by a person or by the machine.

    Its journey and its due time never change: a snooze or a handover replaces it, and `replaces` says what.
    """

    journey = models.ForeignKey(Journey, on_delete=models.RESTRICT, related_name="tasks", db_index=False)
    kind = models.CharField(max_length=5, choices=TaskKind)
    title = models.CharField(max_length=200)
    why = models.CharField(max_length=240, blank=True)
    assignee = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="tasks")
    due_at = models.DateTimeField()
    rule_id = models.CharField(max_length=64, blank=True)
    episode = models.PositiveIntegerField(default=1)
    status = models.CharField(max_length=9, choices=TaskStatus, default=TaskStatus.OPEN)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)
    closed_reason = models.CharField(max_length=240, blank=True)
    replaces = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_task_is_open_or_closed_at_a_time",
                condition=Q(status="open", closed_at=None) | (~Q(status="open") & Q(closed_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_task_for_a_person_has_that_person",
                condition=Q(kind__in=PERSON_KINDS, assignee__isnull=False) | Q(kind__in=MACHINE_KINDS, assignee=None),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(status="open", kind__in=MACHINE_KINDS), name="task_due_for_the_machine"
            ),
            models.Index(fields=["journey", "status"], name="task_of_journey"),
            models.Index(
                fields=["assignee", "due_at"],
                condition=Q(status="open", assignee__isnull=False),
                name="task_of_assignee",
            ),
            models.Index(fields=["status", "due_at"], name="task_by_status"),
        ]


class StageVisit(Base):
    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="visits")
    stage = models.ForeignKey(Stage, on_delete=models.RESTRICT, related_name="+")
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    rule_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey"], condition=Q(left_at=None), name="a_journey_is_in_one_stage")
        ]
        indexes: ClassVar = [
            models.Index(fields=["stage", "-left_at"], condition=Q(left_at__isnull=False), name="visit_that_ended")
        ]


# Neither met nor given up, as one expression: an index on either column would not do.
IS_RUNNING = Q(IsNull(Coalesce("met_at", "dropped_at"), True))


class Clock(Base):
    """One promise being timed, in business time. Met or given up once, then frozen."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="clocks", db_index=False)
    kind = models.CharField(
        max_length=16, choices={"first_response": "First reply", "reply": "Reply", "stage": "Stage limit"}
    )
    rule_id = models.CharField(max_length=64)
    episode = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True, help_text="No longer owed: the stage was left or the journey closed")
    met_by = models.ForeignKey("team.User", null=True, on_delete=models.RESTRICT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["journey", "kind", "episode"], name="a_promise_is_timed_once_in_an_episode")
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "-met_at"], name="clock_by_met"),
            models.Index(fields=["kind", "due_at"], condition=Q(met_at=None, dropped_at=None), name="clock_running"),
            models.Index(fields=["due_at"], condition=~Q(kind="stage") & IS_RUNNING, name="clock_reply_owed"),
        ]


class Decision(Base):
    """What the engine did or did not do, in a sentence, with all that it knew: replay needs it."""

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="decisions", db_index=False)
    event_id = models.UUIDField(help_text="The fact that was decided on")
    playbook_version = models.PositiveIntegerField()
    at = models.DateTimeField()
    rule_id = models.CharField(max_length=64, blank=True)
    did = models.BooleanField(help_text="False when the rule held back: the sentence says why")
    sentence = models.CharField(max_length=400)
    world = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["journey", "-at"], name="decision_of_journey")]


class Act(Base):
    """What a person did to a journey at one moment, and how it stood before: enough to take it back.

    Without a journey it is what they said to somebody outside of any. Of the acts that were not taken back only the
    last of each journey is kept: nothing older can be.
    """

    contact = models.ForeignKey("people.Contact", on_delete=models.CASCADE, related_name="+", db_index=False)
    journey = models.ForeignKey(Journey, null=True, on_delete=models.CASCADE, related_name="acts", db_index=False)
    by = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="+", db_index=False)
    at = models.DateTimeField()
    before = models.JSONField(
        help_text="`state` and `columns` (see engine.records and undoing), empty where there was no journey before"
    )
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["journey", "at"], name="an_act_is_kept_once")]
        indexes: ClassVar = [
            models.Index(fields=["by", "-at"], name="act_of_user"),
            models.Index(fields=["contact", "-at"], name="act_with_contact"),
        ]


# Neither accepted nor declined, neither lapsed nor withdrawn: still on offer.
ON_OFFER = Q(accepted_at=None, declined_at=None, lapsed_at=None, withdrawn_at=None)


class Handover(Base):
    """A journey that one hands over to another. The giver is its owner until the taker accepts.

    It is accepted, declined, or lapses when it is due; it is withdrawn when the journey goes another way meanwhile.
    """

    journey = models.ForeignKey(Journey, on_delete=models.CASCADE, related_name="handovers", db_index=False)
    giver = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="+")
    taker = models.ForeignKey("team.User", on_delete=models.RESTRICT, related_name="handovers")
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    by_hand = models.BooleanField(default=False, help_text="A person chose the taker: nobody else is asked")
    accepted_at = models.DateTimeField(null=True)
    declined_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=240, blank=True, help_text="Why it was declined or withdrawn")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["journey"], condition=ON_OFFER, name="a_journey_is_offered_to_one_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(giver=models.F("taker")), name="nobody_hands_over_to_themselves"),
            models.CheckConstraint(
                condition=ON_OFFER
                | Q(accepted_at__isnull=False, declined_at=None, lapsed_at=None, withdrawn_at=None)
                | Q(accepted_at=None, declined_at__isnull=False, lapsed_at=None, withdrawn_at=None)
                | Q(accepted_at=None, declined_at=None, lapsed_at__isnull=False, withdrawn_at=None)
                | Q(accepted_at=None, declined_at=None, lapsed_at=None, withdrawn_at__isnull=False),
                name="a_handover_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(declined_at=None) | ~Q(reason=""), name="a_declined_handover_has_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["journey", "offered_at"], name="handover_of_journey"),
            models.Index(fields=["taker", "due_at"], condition=ON_OFFER, name="handover_to_accept"),
        ]


class Heartbeat(Base):
    """When a worker was last seen alive."""

    name = models.CharField(max_length=80, unique=True)
    at = models.DateTimeField()
