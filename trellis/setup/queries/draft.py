"""The draft of a playbook as its editor shows it: what is written, what is wrong with it, what it would have done."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from trellis.journeys.drafts import draft_of
from trellis.journeys.lint.finding import Finding, errors
from trellis.journeys.lint.verdict import Claim, verdict
from trellis.journeys.linting import findings_of, is_sound
from trellis.journeys.models import Draft, Playbook
from trellis.journeys.playbook.blanks import to_blanks
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.scenario_words import beginning_of, story_of
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import FIELDS
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.publish import active_now, document_at
from trellis.journeys.rehearsal.scenarios import Outcome, run_scenarios
from trellis.journeys.replay.compare import Report, compare
from trellis.journeys.replay.history import past_journeys
from trellis.journeys.replay.past import Past
from trellis.journeys.replay.retell import Retold
from trellis.journeys.replay.since import LOOK_BACK
from trellis.journeys.roster import roster_of_business
from trellis.setup.queries.matrix_faults import cell_at_fault, cell_in_words
from trellis.team.queries import UnknownCalendar

# So many of the newest journeys are told again while somebody writes.
MOST_REPLAYED = 300

_NAMED = re.compile(r"`([a-z_.]+)`")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What lies on the desk: the live version, the draft of the next, nothing where nobody has begun one."""

    live: Playbook
    draft: Draft | None
    source: str

    @property
    def seen(self) -> int:
        return self.draft.revision if self.draft else 0

    @property
    def document(self) -> Document:
        return document_in(self.source)


@dataclass(frozen=True, kw_only=True)
class FoundFault:
    """A finding in words, with where it is put right: a message (by its title), else a cell (`row`, `stage`, and `cell`
    in words); nothing where it is about the whole.
    """

    finding: Finding
    message: str
    cell: str
    row: str
    stage: str

    @property
    def sentence(self) -> str:
        return in_words(self.finding.sentence)

    @property
    def hint(self) -> str:
        """What mends it, as long as that can be said without words of the text."""
        fix = in_words(self.finding.fix)
        return "" if "`" in fix or "{" in fix else fix

    @property
    def story(self) -> str:
        return in_words(str(self.finding.path)).replace(" -> ", " → ") if self.finding.path else ""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What the linter says of a text with the people here. So many as `blocking` keep it from being published."""

    claims: list[Claim]
    faults: list[FoundFault]
    blocking: int
    outcomes: Sequence[Outcome]

    @property
    def failing(self) -> list[Outcome]:
        """The scenarios that the rules do not keep any more."""
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def waiting(self) -> int:
        """Scenarios of steps that are switched off."""
        return sum(outcome.waits for outcome in self.outcomes)

    @property
    def to_look_at(self) -> int:
        return len(self.faults) + len(self.failing)

    @property
    def gaps(self) -> list[Claim]:
        return [claim for claim in self.claims if not claim.holds]


@dataclass(frozen=True, kw_only=True)
class Story:
    """A scenario as it was played just now: each line with what was not as it says, or nothing."""

    outcome: Outcome
    beginning: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One sum of the replay; `is_worse` where more of it is bad and there is more."""

    title: str
    before: int
    after: int
    bad_if_more: bool = False

    @property
    def note(self) -> str:
        change = self.after - self.before
        return f"{abs(change):,} {'more' if change > 0 else 'fewer'}" if change else "as before"

    @property
    def is_worse(self) -> bool:
        return self.bad_if_more and self.after > self.before


@dataclass(frozen=True, kw_only=True)
class Replay:
    journeys: int
    differing: int
    figures: list[Figure] = field(default_factory=list)
    problem: str = ""


def desk_of(key: str) -> Desk | None:
    """None where no such playbook is live."""
    live, draft = active_now(key, with_source=True), draft_of(key)
    if live is None:
        return None
    return Desk(live=live, draft=draft, source=draft.source if draft else live.source)


@lru_cache(maxsize=32)
def document_in(source: str) -> Document:
    """Read once: a text is looked at again and again while one is at it. Raises PlaybookFaulty."""
    return load_playbook(source)


def proof_of(source: str, at: datetime) -> Proof:
    document = document_in(source)
    findings = findings_of(source, document, at=at)
    return Proof(
        claims=verdict(document, findings),
        faults=[found_fault(document, one) for one in findings],
        outcomes=outcomes_of(source),
        blocking=0 if is_sound(source, document, at=at, found=findings) else len(errors(findings)),
    )


@lru_cache(maxsize=32)
def outcomes_of(source: str) -> list[Outcome]:
    """How each story of the text goes with its rules. Raises PlaybookFaulty."""
    return run_scenarios(document_in(source))


def stories_of(source: str) -> list[Story]:
    document = document_in(source)
    return [
        Story(
            outcome=outcome,
            beginning=beginning_of(document, scenario.given),
            lines=[
                (said, "; ".join(failure.sentence for failure in outcome.failures if failure.beat == place))
                for place, said in enumerate(story_of(document, scenario))
            ],
        )
        for scenario, outcome in zip(document.scenarios, outcomes_of(source), strict=True)
    ]


def found_fault(document: Document, finding: Finding) -> FoundFault:
    row, stage = cell_at_fault(document, finding) or ("", "")
    message = document.messages[finding.message].title if finding.message in document.messages else ""
    cell = cell_in_words(document, finding)
    return FoundFault(finding=finding, message=message, cell=cell, row=row, stage=stage)


def in_words(said: str) -> str:
    """What the linter says, with what is filled in named as in the forms: `contact.name` becomes [their name]."""
    return _NAMED.sub(lambda found: f"[{FIELDS[found[1]]}]" if found[1] in FIELDS else found[0], to_blanks(said))


def replay_of(desk: Desk, source: str, at: datetime) -> Replay:
    """What the text would have done with the leads of the last 90 days, told up to the hour."""
    document, hour = document_in(source), the_hour(at)
    mark = (source, desk.live.pk, hour)
    if mark not in _reports:
        while len(_reports) >= MOST_REPORTS:
            _reports.pop(next(iter(_reports)), None)
        try:
            _reports[mark] = report_of(document, desk.live.pk, hour)
        except UnknownCalendar as unknown:
            return Replay(journeys=0, differing=0, problem=str(unknown))
    return summed_up(_reports[mark])


def known_replay(desk: Desk, at: datetime) -> Replay | None:
    """The same for the text on the desk, if it is known already: a page does not wait for it."""
    report = _reports.get((desk.source, desk.live.pk, the_hour(at)))
    return summed_up(report) if report else None


MOST_REPORTS = 32
_reports: dict[tuple[str, UUID, datetime], Report] = {}


def the_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def report_of(document: Document, live: UUID, hour: datetime) -> Report:
    numbers = Playbook.objects.filter(key=document.key).values_list("version", "pk")
    versions = {version: document_at(pk) for version, pk in numbers}
    roster = roster_of_business(document.calendar, with_gone=True)
    pasts, told = pasts_of(document.key, live, hour)
    return compare(versions.__getitem__, switched_on(document), pasts, lambda: roster, hour, told=told)


@lru_cache(maxsize=4)
def pasts_of(key: str, live: UUID, hour: datetime) -> tuple[tuple[Past, ...], dict[str, Retold]]:
    """Read once in an hour: the past of 300 journeys, and how it went, is the same for every text that is tried."""
    return tuple(past_journeys(key, since=hour - LOOK_BACK, at_most=MOST_REPLAYED)), {}


def summed_up(report: Report) -> Replay:
    before, after = report.before, report.after
    return Replay(
        journeys=report.journeys,
        differing=report.differing,
        figures=[
            Figure(title="Automatic messages", before=before.messages, after=after.messages),
            Figure(title="Promises late", before=before.breaches, after=after.breaches, bad_if_more=True),
            Figure(
                title="Lost to silence", before=before.lost_to_silence, after=after.lost_to_silence, bad_if_more=True
            ),
            Figure(title="Steps for people", before=before.steps, after=after.steps),
        ],
    )
