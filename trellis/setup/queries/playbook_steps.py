"""The steps of a playbook: which are on, and what one that is off would have caught in the last 30 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache

from trellis.journeys.models import Playbook
from trellis.journeys.playbook.schema import StepKey
from trellis.journeys.playbook.steps import ALL_STEPS, Step, switched_on, with_steps
from trellis.journeys.publish import document_of, read_back
from trellis.journeys.replay.history import past_journeys
from trellis.journeys.replay.retell import Retold, retell
from trellis.journeys.roster import roster_of_business

LOOK_BACK = timedelta(days=30)
AT_MOST = 300
KEPT_SECONDS = 600
# What each would have done, with whom: one of them, many.
WOULD_HAVE: dict[StepKey, tuple[str, str, str]] = {
    "follow_up": ("asked", "quiet lead", "again"),
    "service": ("looked after", "customer", "after the delivery"),
    "qualification": ("asked", "lead", "the same few questions"),
    "loyalty": ("asked", "customer", "for a review, a referral or the next order"),
}


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One of the five; `is_fixed` is the one that cannot be switched off."""

    step: Step
    is_on: bool

    @property
    def is_fixed(self) -> bool:
        return self.step.key == "capture"


def steps_of(playbook: Playbook) -> list[StepRow]:
    on = document_of(playbook).steps
    return [StepRow(step=step, is_on=step.key in on) for step in ALL_STEPS]


def step_named(key: str) -> Step | None:
    return next((step for step in ALL_STEPS if step.key == key), None)


def would_have_caught(playbook: Playbook, step: StepKey, *, at: datetime) -> str:
    """In a sentence: the live rules on the newest journeys, told once as they are and once with the step on.

    Kept for ten minutes. Raises UnknownCalendar.
    """
    kept_under = f"setup.step.{playbook.pk}.{step}"
    said: str | None = cache.get(kept_under)
    if said is None:
        said = in_words(step, caught_by(playbook, step, at=at))
        cache.set(kept_under, said, KEPT_SECONDS)
    return said


@dataclass
class Caught:
    """Over so many `journeys`: those with whom more would have happened, and what."""

    journeys: int = 0
    touched: int = 0
    messages: int = 0
    steps: int = 0

    def count(self, then: Retold, now: Retold) -> None:
        messages, steps = len(now.sent) - len(then.sent), now.steps - then.steps
        self.journeys += 1
        self.touched += messages > 0 or steps > 0
        self.messages += messages
        self.steps += steps


def caught_by(playbook: Playbook, step: StepKey, *, at: datetime) -> Caught:
    written = read_back(Playbook.objects.values_list("document", flat=True).get(pk=playbook.pk))
    as_it_is, grown = switched_on(written), switched_on(with_steps(written, [*written.steps, step]))
    rosters = [roster_of_business(written.calendar, with_gone=True) for _ in range(2)]
    found = Caught()
    for past in past_journeys(playbook.key, since=at - LOOK_BACK, at_most=AT_MOST):
        found.count(retell(as_it_is, past, rosters[0], at), retell(grown, past, rosters[1], at))
    return found


def in_words(step: StepKey, found: Caught) -> str:
    """“Would have asked 14 quiet leads again: 3 messages, 2 steps.”"""
    if not found.journeys:
        return "Nobody has come in the last 30 days, so there is nothing to tell it by."
    if not found.touched:
        return f"Of {counted(found.journeys, 'lead')} in the last 30 days none came to where it would have acted."
    verb, whom, what = WOULD_HAVE[step]
    more = ((found.messages, "message"), (found.steps, "step"))
    parts = ", ".join(counted(count, word) for count, word in more if count > 0)
    said = f"Would have {verb} {counted(found.touched, whom)} {what}"
    return f"{said}: {parts}." if parts else f"{said}."


def counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
