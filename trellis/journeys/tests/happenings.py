"""Journeys to which anything may have happened, in any order: material for properties of the engine."""

from datetime import datetime, timedelta

from hypothesis import strategies as st

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.state import TaskState
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.tests.playbooks import odd_playbook
from trellis.journeys.tests.sandbox import STAFF, STORM, Walk, done, replied, signal, spoke, tried, wrote

MINUTES = st.sampled_from([0, 0, 1, 5, 20, 180, 1440, 3 * 1440, 10 * 1440, 70 * 1440])
PEOPLE = st.sampled_from([someone.id for someone in STAFF])
# What may happen. "due" is the machine's next task at its time, "stale" one that is closed by now.
HAPPENINGS = st.sampled_from(
    [
        *("form", "missed_call", "call", "message", "wrote", "missed", "answers", "due", "due", "due", "stale", "done"),
        *("then", "replied", "automatic", "spoke", "tried", "snoozed", "planned", "moved", "assigned", "away", "gone"),
        *("failed", "doubt", "parked", "closed", "reopened", "stopped", "pass", "accepted", "declined", "taker gone"),
    ]
)


@st.composite
def walks(draw: st.DrawFn, playbook: st.SearchStrategy[Playbook]) -> Walk:
    """A journey to which anything may have happened. The machine is not always in time."""
    walk = Walk(playbook=draw(playbook))
    walk.tell(signal(draw(st.sampled_from(["form", "missed_call", "call", "message"])), "phone"))
    for happening in draw(st.lists(HAPPENINGS, max_size=25)):
        walk.at += timedelta(minutes=draw(MINUTES))
        let_happen(walk, happening, draw)
    return walk


def let_happen(walk: Walk, happening: str, draw: st.DrawFn) -> None:
    by, later = draw(PEOPLE), walk.at + timedelta(days=draw(st.integers(1, 40)))
    if happening == "pass":
        walk.until(walk.at + timedelta(days=2))
    elif happening == "away":
        walk.away[by] = later
    elif happening in ("due", "stale"):
        let_the_machine_act(walk, happening)
    elif fact := fact_of(walk, happening, by, later, draw):
        walk.tell(fact)


def let_the_machine_act(walk: Walk, happening: str) -> None:
    if happening == "stale":
        walk.tell(facts.TaskDue(task_id="0+5", title="Closed long ago"))
    elif task := walk.coming():
        walk.do(task)


def fact_of(walk: Walk, happening: str, by: str, later: datetime, draw: st.DrawFn) -> Fact | None:
    steps, offered = walk.state.person_tasks, walk.state.offer.taker if walk.state.offer else by
    plain: dict[str, Fact] = {
        "wrote": wrote(),
        "missed": facts.CallMissed(call_id="c"),
        "answers": facts.AnswerGiven(question="urgency", answer="yes"),
        "replied": replied(by),
        "automatic": facts.MessageHandedOver(message_id="m", channel="sms", rule_id="ack"),
        "spoke": spoke(by),
        "tried": tried(by),
        "planned": facts.StepPlanned(title="Bring {{ cake }}", due_at=later, by=by),
        "moved": facts.StageChosen(stage=draw(st.sampled_from(list(walk.playbook.stages))), by=by),
        "assigned": facts.OwnerChosen(owner=by, by="maya"),
        "gone": facts.OwnerGone(owner=walk.state.owner, reason="left"),
        "failed": facts.MessageFailed(message_id="m", channel="sms", reason="No such number"),
        "doubt": facts.MessageInDoubt(message_id="m", channel="sms", reason="The line broke"),
        "parked": facts.ParkChosen(until=later, reason="Asked us to wait", by=by),
        "closed": facts.CloseChosen(outcome="lost", reason="Too far", by=by),
        "reopened": facts.ReopenChosen(by=by),
        "accepted": facts.HandoverAccepted(by=draw(st.sampled_from([offered, offered, by]))),
        "declined": facts.HandoverDeclined(reason="No time", by=offered),
        "taker gone": facts.TakerGone(taker=offered, reason="Ben left"),
        "stopped": facts.ConsentWithdrawn(channel="sms"),
    }
    if happening in plain:
        return plain[happening]
    if happening in ("done", "then", "snoozed"):
        return of_a_step(happening, draw(st.sampled_from(steps)), by, later) if steps else None
    return signal(happening, "phone", answers={"urgency": "yes"})


def of_a_step(happening: str, step: TaskState, by: str, later: datetime) -> Fact:
    if happening == "snoozed":
        return facts.TaskSnoozed(task_id=step.id, title=step.title, until=later, by=by)
    return done(step, by, then="Send {{ the }} photos" if happening == "then" else "")


ANYTHING = walks(st.integers(0, 5_000).map(odd_playbook))
SHIPPED = walks(st.just(STORM))
