"""A playbook as the page shows it: each stage's rules in words, who has it, and what has come of it of late."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from trellis.journeys.engine.owners import choose_owner
from trellis.journeys.engine.state import Customer, Person, World
from trellis.journeys.lint.finding import Finding
from trellis.journeys.lint.verdict import Claim, verdict
from trellis.journeys.linting import findings_of
from trellis.journeys.models import Playbook
from trellis.journeys.playbook.columns import Column, Everywhere, Said, columns, for_all_stages, rule_count
from trellis.journeys.playbook.schema import Message, OwnerRule
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import Piece, either, owned, owned_details, pieces
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.publish import document_of
from trellis.journeys.world import people_at
from trellis.setup.queries.matrix_faults import cells_at_fault
from trellis.setup.queries.matrix_figures import NO_FIGURES, Figures, OnTime, Sent, figures_of
from trellis.team.models import User
from trellis.team.queries import UnknownCalendar, active_people, hours_of

# Of a hundred promises, so many are to be kept; fewer is shown as late.
GOAL = 90
NAMED = 4


@dataclass(frozen=True, kw_only=True)
class Row:
    """One of the six kinds of rule."""

    key: str
    title: str
    icon: str
    text: str

    @property
    def empty(self) -> str:
        return EMPTY.get(self.key, "")


ROWS = (
    Row(key="stages", title="Stages", icon="milestone", text="What it means, and what moves it on"),
    Row(key="ownership", title="Ownership", icon="user-round-check", text="Who has it, always one name"),
    Row(key="timing", title="Timing", icon="timer", text="How fast, and who is told if late"),
    Row(key="messaging", title="Messaging", icon="message-square-text", text="What we say and do at once"),
    Row(key="recovery", title="Recovery", icon="rotate-ccw", text="When they go quiet"),
    Row(key="after", title="After delivery", icon="sprout", text="What keeps them close"),
)
EMPTY = {
    "messaging": "Nothing is said by itself here.",
    "recovery": "Silence has no rule here.",
    "after": "Nothing comes due here.",
}


@dataclass(frozen=True, kw_only=True)
class Result:
    """The line at the foot of a cell. `title` says what was counted; `state` is good or late where there is a goal."""

    text: str
    title: str = ""
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """Who has it: the people of the team, who gets the next one, and both in words.

    `says` is whose it is, `of` whom of the team that is chosen from, `details` what else there is to it.
    """

    people: list[User]
    next: User | None
    says: str
    of: str
    details: list[str]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one kind of rule says in one stage; `said` is None where it cannot apply. A finding makes it faulty."""

    column: Column
    said: Sequence[Said] | None
    results: list[Result]
    ownership: Ownership
    is_faulty: bool = False


@dataclass(frozen=True, kw_only=True)
class ShownMessage:
    """A message with what is filled in marked: the three parts under what each is for."""

    key: str
    message: Message
    parts: list[tuple[str, list[Piece]]]


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """`publisher` is who published it, while they are here; `off` are rules of steps that are switched off."""

    document: Document
    columns: list[Column]
    rows: list[tuple[Row, list[Cell]]]
    messages: list[ShownMessage]
    claims: list[Claim]
    everywhere: list[Everywhere]
    rules: int
    off: frozenset[str]
    open_now: int
    publisher: User | None
    findings: tuple[Finding, ...]

    @property
    def gaps(self) -> list[Claim]:
        return [claim for claim in self.claims if not claim.holds]

    @property
    def before_delivery(self) -> int:
        """How many columns nothing can come after a delivery in."""
        return sum(column.after is None for column in self.columns)


def matrix_of(playbook: Playbook, at: datetime, *, counted: bool = True) -> Matrix:
    """A version as it runs."""
    return matrix_from(document_of(playbook), playbook.source, str(playbook.published_by_id), at, counted=counted)


def matrix_from(document: Document, source: str, publisher: str, at: datetime, *, counted: bool = True) -> Matrix:
    """What became of every lead is told where it is `counted`."""
    figures, owners, path = figures_of(document, at) if counted else NO_FIGURES, Owners(document, at), columns(document)
    findings = findings_of(source, document, at=at)
    running = switched_on(document)
    faulty = cells_at_fault(document, findings)
    return Matrix(
        document=document,
        columns=path,
        rows=[(row, [cell_of(row.key, column, owners, figures, faulty) for column in path]) for row in ROWS],
        messages=[shown_message(key, message) for key, message in document.messages.items()],
        claims=verdict(document, findings),
        everywhere=for_all_stages(document),
        rules=rule_count(running),
        off=frozenset(document.places) - frozenset(running.places),
        open_now=sum(figures.open_now.values()),
        publisher=owners.users.get(publisher),
        findings=findings,
    )


def cell_of(
    kind: str, column: Column, owners: "Owners", figures: Figures, faulty: Collection[tuple[str, str]] = ()
) -> Cell:
    return Cell(
        column=column,
        said=getattr(column, kind) if kind not in ("stages", "ownership") else (),
        results=results_of(kind, column, figures),
        ownership=owners.of(column.stage.owner),
        is_faulty=(kind, column.key) in faulty,
    )


class Owners:
    """Who owns what, and who is next by the engine's own choice. Read once for all stages."""

    def __init__(self, document: Document, at: datetime) -> None:
        self.document = document
        self.people = people_at(at, with_load="load" in document.owners_by)
        self.users = {str(user.pk): user for user in active_people()}
        self.world = world_of(self.people, document.calendar)

    def of(self, rule: OwnerRule) -> Ownership:
        team = self.team(rule.team)
        names = [user.first_name for user in team]
        others = f"{len(names) - NAMED + 1} others"
        named = either(names if len(names) <= NAMED else [*names[: NAMED - 1], others])
        is_by_turn = rule.by == "round_robin"
        return Ownership(
            people=team,
            next=self.next(rule) if rule.by in ("round_robin", "load") else None,
            says=(f"{named}, in turn" if len(team) > 1 else named) if is_by_turn else owned(rule),
            of="" if is_by_turn else f"Of {named}.",
            details=owned_details(self.document, rule),
        )

    def team(self, key: str) -> list[User]:
        members = sorted((person for person in self.people if key in person.teams), key=lambda one: one.teams[key])
        return [self.users[person.id] for person in members if person.id in self.users]

    def next(self, rule: OwnerRule) -> User | None:
        return self.users.get(choose_owner(rule, self.world)[0].id) if self.world else None


def world_of(people: tuple[Person, ...], calendar: str) -> World | None:
    """What the engine would know of us; None where the playbook's calendar is not there."""
    try:
        return World(people=people, hours=hours_of(calendar), customer=Customer())
    except UnknownCalendar:
        return None


def results_of(kind: str, column: Column, figures: Figures) -> list[Result]:
    match kind:
        case "ownership":
            open_now = figures.open_now.get(column.key, 0)
            return [Result(text=f"{open_now} open now", state="good")] if figures is not NO_FIGURES else []
        case "timing":
            return timing(column, figures)
        case "messaging" | "after":
            return sending(column.rules(kind), figures)
        case "recovery":
            return recovery(column.rules(kind), figures)
        case _:
            return []


def timing(column: Column, figures: Figures) -> list[Result]:
    found = []
    for limit in (said.limit for said in column.timing if said.limit):
        if limit.clock == "stage" and (late := figures.late_now.get(limit.id, 0)):
            found.append(
                Result(text=f"{late} past the limit now", title="Open, and longer here than allowed", state="late")
            )
        elif timed := figures.on_time.get(limit.id):
            found.append(kept(timed, "first replies" if limit.clock == "first_response" else "replies"))
    return found


def kept(timed: OnTime, what: str) -> Result:
    return Result(
        text=f"{timed.percent}% {what} on time",
        title=f"{timed.kept} of {timed.timed} in the last 30 days, those late now among them",
        state="good" if timed.percent >= GOAL else "late",
    )


def sending(rules: Iterable[str], figures: Figures) -> list[Result]:
    """How often, and how many answered within a day; where only the newest were read, just the share."""
    sent = [figures.sent[rule] for rule in rules if rule in figures.sent]
    times, answered = sum(one.times for one in sent), sum(one.answered for one in sent)
    if not times:
        return []
    share = f"{100 * answered // times}% answered"
    title = f"After {answered} of {times} messages they wrote, called or picked up within 24 hours"
    return [Result(text=f"sent {times}, {share}" if figures.all_sent else share, title=title)]


def recovery(rules: Iterable[str], figures: Figures) -> list[Result]:
    """Who got a message because they were quiet, and who of them spoke with us after it."""
    sent: Sequence[Sent] = [figures.sent[rule] for rule in rules if rule in figures.sent]
    quiet = set[object]().union(*(one.journeys for one in sent))
    back = set[object]().union(*(one.came_back for one in sent))
    if not quiet or not figures.all_sent:
        return []
    title = (
        f"Of {len(quiet)} who got a message because they were quiet, {len(back)} wrote, called or picked up after it"
    )
    return [Result(text=f"won back {len(back)} of {len(quiet)}", title=title, state="good" if back else "")]


def shown_message(key: str, message: Message) -> ShownMessage:
    parts = (
        ("Confirms", message.acknowledge),
        ("Asks one question", message.ask),
        ("Gives the next step", message.next_step),
    )
    return ShownMessage(key=key, message=message, parts=[(purpose, pieces(text)) for purpose, text in parts])
