"""What will happen next and when, in the viewer's time, and why it is due just then."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trellis.core.business_time import Hours
from trellis.journeys.engine.timing import out_of_quiet, wait
from trellis.journeys.models import Journey, Task
from trellis.journeys.playbook.rule_words import RuleSaid, promise_of, rule_in_words
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.schema import Rule, RulePlace
from trellis.journeys.playbook.sentences import in_words, working_time
from trellis.journeys.publish import document_at
from trellis.journeys.queries import open_tasks
from trellis.journeys.world import points_of, zone_of
from trellis.team.queries import UnknownCalendar, business, hours_of
from trellis.web.times import Viewer, clock_time, full_moment, short_moment


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One open task. `who` does it, "by itself" when nobody; `because` says why it is due at that time."""

    task_id: UUID
    title: str
    kind: str
    at: datetime
    when: str
    who: str
    why: str
    rule: RuleSaid | None
    because: str
    is_next: bool


@dataclass(frozen=True, kw_only=True)
class Clockwork:
    """What the time of a step depends on. `hours` is None where the playbook's calendar is gone."""

    document: Document
    hours: Hours | None
    zone: str
    source: str
    viewer: Viewer


def what_next(journey: Journey, viewer: Viewer) -> list[Coming]:
    """Every open task, the soonest first. Two queries: the tasks, and the addresses that say where they live."""
    document = document_at(journey.playbook_id)
    zone, source = zone_of(journey.contact, points_of([journey.contact_id])[journey.contact_id], business())
    works = Clockwork(document=document, hours=hours_named(document.calendar), zone=zone, source=source, viewer=viewer)
    return [coming(task, journey, works) for task in open_tasks(journey)]


def hours_named(key: str) -> Hours | None:
    try:
        return hours_of(key)
    except UnknownCalendar:
        return None


def coming(task: Task, journey: Journey, works: Clockwork) -> Coming:
    place = works.document.places.get(task.rule_id) if task.kind != "wake" else None
    return Coming(
        task_id=task.pk,
        title=task.title,
        kind=task.kind,
        at=task.due_at,
        when=full_moment(task.due_at, works.viewer),
        who=task.assignee.name if task.assignee else "by itself",
        why=task.why,
        rule=rule_in_words(works.document, place) if place else None,
        because=why_then(task, place, journey, works),
        is_next=task.pk == journey.next_task_id,
    )


def why_then(task: Task, place: RulePlace | None, journey: Journey, works: Clockwork) -> str:
    """Why it is due at that time and not sooner."""
    if task.kind == "wake":
        return f"It rests until then: {journey.parked_reason}"
    if task.replaces and task.why.startswith("Snoozed"):
        return "Somebody put it off until then"
    if task.why.startswith("Quiet hours"):
        return task.why
    if place is None:
        return task.why or "That time was chosen by hand"
    if place.limit:
        return promised(task, place, works)
    if isinstance(place.rule, Rule) and task.assignee_id and place.rule.task:
        return worked(task, f"{working_time(place.rule.task.due)} after {said(task.created_at, works)}", works)
    return waited(task, place, works)


def promised(task: Task, place: RulePlace, works: Clockwork) -> str:
    """Late rules come due when a promise is broken."""
    assert place.limit
    later = f", and {working_time(place.rule.after)} later" if place.rule.after else ""
    return worked(task, f"{promise_of(place.limit)} ends{later}, counted from {said(task.created_at, works)}", works)


def worked(task: Task, span: str, works: Clockwork) -> str:
    """Working time: what closed hours lie in between is said."""
    if works.hours is None or works.hours.is_open(task.created_at):
        return span
    opens = works.hours.next_open(task.created_at)
    return f"{span}; {in_words(works.hours.key)} hours begin {said(opens, works)}"


def waited(task: Task, place: RulePlace, works: Clockwork) -> str:
    """Plain time, moved out of their night or into our hours."""
    after = place.rule.after
    if after is None:
        return task.why
    begins = task.created_at
    if place.part == "quiet" and works.hours:
        begins = works.hours.next_open(begins)
    due = wait(begins, after, works.zone)
    span = f"{after.in_words} after {said(begins, works)}"
    if due == task.due_at:
        return span
    quiet = works.document.quiet_hours
    if task.kind == "send" and out_of_quiet(due, quiet, works.zone) == task.due_at:
        return (
            f"{span} is {clock_time(due, works.viewer)}, in their quiet hours ({quiet.start} to {quiet.end}, "
            f"by the {works.source}'s time zone, {works.zone})"
        )
    if works.hours and works.hours.next_open(due) == task.due_at:
        return f"{span} we are closed; {in_words(works.hours.key)} hours begin then"
    return task.why


def said(at: datetime, works: Clockwork) -> str:
    return short_moment(at, works.viewer)
