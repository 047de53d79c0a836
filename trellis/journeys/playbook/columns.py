"""A playbook as its matrix: a column for each stage, in it the rules of the six kinds in words. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trellis.core.durations import Duration
from trellis.journeys.playbook.schema import Limit, Playbook, Rule, Stage
from trellis.journeys.playbook.sentences import (
    CUSTOMER,
    briefly,
    lower_first,
    promise,
    provided,
    step_in_words,
    triggers,
    upper_first,
    way_on,
    working,
)


@dataclass(frozen=True, kw_only=True)
class Act:
    """What one rule does: words, or the `message` that goes out (its key) by its `title`. `lead` says when."""

    rule: str
    text: str = ""
    message: str = ""
    title: str = ""
    lead: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """A few rules under one head; in the timing row, the `limit` that they belong to."""

    head: str
    acts: tuple[Act, ...]
    limit: Limit | None = None


@dataclass(frozen=True, kw_only=True)
class Column:
    """One stage. `after` is None where nothing can come after a delivery that has not happened."""

    key: str
    stage: Stage
    limit: str
    ways: tuple[str, ...]
    timing: tuple[Said, ...]
    messaging: tuple[Said, ...]
    recovery: tuple[Said, ...]
    after: tuple[Said, ...] | None

    def rules(self, kind: str) -> list[str]:
        """The ids of the rules of one kind in this column."""
        said: Iterable[Said] = getattr(self, kind) or ()
        return [act.rule for part in said for act in part.acts]


class Everywhere(NamedTuple):
    """What holds in every stage, under a title; `kind` names what is asked together when it is changed."""

    title: str
    text: str
    kind: str


def columns(playbook: Playbook) -> list[Column]:
    """In the order of the path."""
    aftercare = rules_after_delivery(playbook)
    return [column(playbook, key, stage, aftercare.get(key)) for key, stage in playbook.stages.items()]


def column(playbook: Playbook, key: str, stage: Stage, after: Sequence[Rule] | None) -> Column:
    longest = next((limit.within for limit in stage.limits if limit.clock == "stage"), None)
    return Column(
        key=key,
        stage=stage,
        limit=f"limit {working(longest)}" if longest else "no limit",
        ways=tuple(way_on(playbook, key, way) for way in stage.next),
        timing=tuple(timed(playbook, limit) for limit in sorted(stage.limits, key=lambda one: one.clock == "stage")),
        messaging=messaging(playbook, stage),
        recovery=waiting(playbook, stage.quiet, "Quiet"),
        after=None if after is None else waiting(playbook, after, "Day"),
    )


def timed(playbook: Playbook, limit: Limit) -> Said:
    """A promise, and what happens when it is late."""
    late = "" if limit.clock == "stage" else "Late"
    acts = tuple(
        Act(
            rule=rule.id,
            lead=f"{upper_first(working(rule.after))} later" if rule.after else late,
            text=f"{briefly(playbook, rule)}{provided(playbook, rule.if_)}",
        )
        for rule in limit.late
    )
    return Said(head=promise(limit), acts=acts, limit=limit)


def messaging(playbook: Playbook, stage: Stage) -> tuple[Said, ...]:
    """What is said and done at once: on entering the stage, and whenever something happens in it."""
    entering = [Said(head="At the start", acts=acts_of(playbook, stage.enter))] if stage.enter else []
    return (*entering, *(Said(head=triggers(when.on), acts=acts_of(playbook, when.do)) for when in stage.when))


def acts_of(playbook: Playbook, rules: Iterable[Rule]) -> tuple[Act, ...]:
    return tuple(act_of(playbook, rule) for rule in rules)


def act_of(playbook: Playbook, rule: Rule) -> Act:
    lead = f"{upper_first(rule.after.in_words)} later" if rule.after else ""
    return Act(rule=rule.id, lead=lead, text=words_of(playbook, rule), **message_of(playbook, rule))


def message_of(playbook: Playbook, rule: Rule) -> dict[str, str]:
    return {"message": rule.send, "title": playbook.messages[rule.send].title} if rule.send else {}


def words_of(playbook: Playbook, rule: Rule) -> str:
    """What stands beside the message where one is sent, else the whole act."""
    said = "" if rule.send else upper_first(briefly(playbook, rule))
    return f"{said}{provided(playbook, rule.if_)}"


def waiting(playbook: Playbook, rules: Iterable[Rule], since: str) -> tuple[Said, ...]:
    """Rules that wait, each under how long: “Quiet 2 hours”, “Day 3”."""
    return tuple(
        Said(
            head=waited_head(rule.after, since),
            acts=(Act(rule=rule.id, text=waited(playbook, rule), **message_of(playbook, rule)),),
        )
        for rule in rules
    )


def waited_head(span: Duration | None, since: str) -> str:
    if span is None:
        return since
    if since == "Day":
        return f"Day {span.amount}" if span.unit == "d" else f"After {span.in_words}"
    return f"{since} {span.in_words}"


def waited(playbook: Playbook, rule: Rule) -> str:
    said = step_in_words(rule.task.title) if rule.task else "" if rule.send else briefly(playbook, rule)
    return f"{lower_first(said)}{provided(playbook, rule.if_)}"


def rules_after_delivery(playbook: Playbook) -> dict[str, list[Rule]]:
    """The after-delivery rules by the stage that a journey is in when they come due, if only time moves it on."""
    keys, days = list(playbook.stages), 0.0
    if not playbook.delivery_stage:
        return {}
    found: dict[str, list[Rule]] = {}
    left = list(playbook.after_delivery)
    for key in keys[keys.index(playbook.delivery_stage) :]:
        leaves = min((way.after for way in playbook.stages[key].next if way.after), key=in_days, default=None)
        days += in_days(leaves) if leaves else 0
        found[key] = [rule for rule in left if not leaves or in_days(rule.after) <= days]
        left = [rule for rule in left if rule not in found[key]]
    return found


def in_days(span: Duration | None) -> float:
    return span.span.total_seconds() / 86400 if span else 0.0


def for_all_stages(playbook: Playbook) -> list[Everywhere]:
    """What holds in every stage."""
    parking, quiet = playbook.parking, playbook.quiet_hours
    wake = " ".join(upper_first(briefly(playbook, rule)) for rule in parking.wake)
    rests = "1 rest" if parking.at_most == 1 else f"{parking.at_most} rests"
    asked = " ".join(question.ask for question in playbook.questions)
    return [
        Everywhere("Starts on", f"{triggers(playbook.starts_on)}.", "starting"),
        Everywhere(
            "Keeps time by",
            f"The calendar “{playbook.calendar}”: limits and steps count while it is open.",
            "starting",
        ),
        Everywhere(f"Asks {len(playbook.questions)} questions", asked or "None so far.", "questions"),
        Everywhere("Writes by itself", f"Not from {quiet.start} to {quiet.end} where {CUSTOMER} is.", "writing"),
        Everywhere(
            "Never too much",
            f"At most {playbook.cap.messages} automatic messages to one person in 24 hours.",
            "writing",
        ),
        Everywhere(
            "When a rest ends",
            f"{wake}. After {rests} it is closed as lost: {lower_first(parking.reason)}.",
            "resting",
        ),
    ]


def rule_count(playbook: Playbook) -> int:
    """Rules with an id of their own: limits, ways on, and all that is done."""
    return len(playbook.places) + sum(len(stage.limits) for stage in playbook.stages.values())
