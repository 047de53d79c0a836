"""A page of the Inbox's list: who, what was said last, how long they wait, and what happens next."""

from dataclasses import dataclass

from trellis.desk.queries.inbox import Found, conversations
from trellis.desk.queries.inbox_said import Said, last_of_theirs, last_said
from trellis.desk.queries.names import called
from trellis.journeys.models import MACHINE_KINDS, Clock, Journey, Task
from trellis.journeys.playbook.schema import Next
from trellis.journeys.publish import document_at
from trellis.people.models import Contact
from trellis.team.models import User
from trellis.web.times import Viewer


@dataclass(frozen=True, kw_only=True)
class Row:
    """One conversation. `comes` says what happens by itself, where nothing of ours comes first."""

    found: Found
    said: Said | None
    comes: str = ""

    @property
    def contact(self) -> Contact:
        return self.found.contact

    @property
    def journey(self) -> Journey | None:
        return self.found.journey

    @property
    def clock(self) -> Clock | None:
        return self.found.clock

    @property
    def task(self) -> Task | None:
        return self.journey.next_task if self.journey else None

    @property
    def reason(self) -> str:
        """Why they wait: nobody has answered yet, or where we are with them."""
        if self.clock is None or self.journey is None:
            return ""
        return "first reply" if self.clock.kind == "first_response" else self.journey.stage.title


@dataclass(frozen=True, kw_only=True)
class InboxList:
    """One page. `after` is the cursor of the next one."""

    rows: list[Row]
    after: str
    region: str

    @property
    def named(self) -> list[tuple[str, Row]]:
        """Each row with what they are called; the points of the nameless must have been read."""
        return [(called(row.contact, self.region), row) for row in self.rows]

    @property
    def nameless(self) -> list[Contact]:
        return [row.contact for row in self.rows if not row.contact.name]


def inbox_list(name: str, user: User, after: str, viewer: Viewer) -> InboxList:
    """One query, or two; names of those who have none are read together with the points of the person shown."""
    found, beyond = conversations(name, user, after)
    return InboxList(rows=[row_of(one, user) for one in found], after=beyond, region=viewer.region)


def row_of(found: Found, user: User) -> Row:
    journey, task = found.journey, found.journey.next_task if found.journey else None
    if journey and found.clock:
        return Row(found=found, said=last_of_theirs(found.row, journey, user))
    comes = comes_by_itself(journey, task) if journey and task and task.kind in MACHINE_KINDS else ""
    return Row(found=found, said=last_said(found.row, journey, user), comes=comes)


def comes_by_itself(journey: Journey, task: Task) -> str:
    """What a task of the machine does, in few words: "then “Still need help?” goes out"."""
    if task.kind == "wake":
        return "then it wakes up"
    document = document_at(journey.playbook_id)
    place = document.places.get(task.rule_id)
    rule = place.rule if place else None
    if isinstance(rule, Next):
        return f"then {document.stages[rule.to].title}"
    match rule.action if rule else "":
        case "send" if rule:
            return f"then “{document.messages[rule.send or ''].title}”"
        case "task":
            return f"then {task.title[:1].lower()}{task.title[1:]}"
        case "reassign":
            return "then to the next free person"
        case "escalate":
            return "then the manager is told"
        case "park":
            return "then it rests"
        case "close":
            return "then it is closed"
        case _:
            return f"then {task.title[:1].lower()}{task.title[1:]}"
