"""The linter at this business: its playbooks with its own people, and what keeps a text from being published."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from trellis.core.business_time import Hours
from trellis.journeys.lint.check import lint, lint_text
from trellis.journeys.lint.finding import Finding, errors
from trellis.journeys.playbook.load import Fault, PlaybookFaulty, load_playbook
from trellis.journeys.playbook.outline import outline
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.roster import members_of_business, roster_of_business
from trellis.team.queries import UnknownCalendar, hours_of


class PlaybookUnsound(PlaybookFaulty):
    """The text is a playbook, but one that would lose customers. `findings` are its errors, each with its story."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        super().__init__([Fault(one.line, one.column, f"{one.sentence} {one.fix} ({one.code})") for one in findings])


def prove(source: str, *, at: datetime) -> None:
    """Raise PlaybookUnsound for a text that would lose customers; PlaybookFaulty for one that is no playbook."""
    document = load_playbook(source)
    if not is_sound(source, document, at=at):
        raise PlaybookUnsound(tuple(errors(lint_text(source, at=at))))


def is_sound(source: str, document: Document, *, at: datetime, found: Sequence[Finding] | None = None) -> bool:
    """Whether it may be published, at every door: no error is left with the people here, or with five who are there.

    So neither an empty team nor a leave keeps anybody from publishing, and a business that is open at night needs no
    proof by day. `found` is what the linter said with the people here, where it was asked that already.
    """
    if found is not None and not errors(found):
        return True
    if _is_sound(_Document(outline(document), document, at)):
        return True
    return found is None and not errors(findings_of(source, document, at=at))


def findings_of(source: str, document: Document, *, at: datetime) -> tuple[Finding, ...]:
    """What the linter says of a playbook with the people who are here now, for the next 14 days."""
    try:
        roster = Roster(members_of_business(), hours_of(document.calendar))
    except UnknownCalendar:
        roster = None
    people, form = (mark_of(roster), at.date()), outline(document)
    found = _answer(_Asked((form, people), document, roster, at))
    if not found.findings or found.document == document:
        return found.findings
    return _answer(_Asked((form, source, people), document, roster, at)).findings


def lint_file(source: str, *, with_our_people: bool, at: datetime) -> list[Finding]:
    """What is wrong with a text, in the order of its lines; what is no playbook at all is a finding as well."""
    try:
        document = load_playbook(source)
        roster = roster_of_business(document.calendar) if with_our_people else None
    except PlaybookFaulty as faulty:
        return [unreadable(fault) for fault in faulty.faults]
    except UnknownCalendar as unknown:
        return [unreadable(Fault(1, 1, f"{unknown}"))]
    return lint_text(source, roster, at=at)


def unreadable(fault: Fault) -> Finding:
    return Finding(
        code="J0.unreadable",
        severity="error",
        sentence=fault.sentence,
        fix="Nothing else is looked at until this is mended.",
        line=fault.line,
        column=fault.column,
    )


def mark_of(roster: Roster | None) -> Hashable:
    """Two rosters of one mark are the same to the linter: who got the last lead makes no difference."""
    if roster is None:
        return None
    members = (
        (
            member.id,
            member.role,
            tuple(sorted(member.teams.items())),
            hours_mark(member.hours),
            tuple((absence.starts_at, absence.ends_at) for absence in member.absences),
        )
        for member in roster.members
    )
    return hours_mark(roster.hours), tuple(members)


def hours_mark(hours: Hours | None) -> Hashable:
    return hours and (hours.key, hours.zone, hours.week, tuple(sorted(hours.days.items())))


@dataclass(frozen=True)
class _Asked:
    """A question to the linter; what was answered to one of the same mark holds."""

    mark: Hashable
    document: Document = field(compare=False)
    roster: Roster | None = field(compare=False)
    at: datetime = field(compare=False)


@dataclass(frozen=True)
class _Answer:
    """What was found in a document. Where that is nothing it holds for all of its outline; else it is in its words."""

    document: Document
    findings: tuple[Finding, ...]


# A search takes some tenths of a second, and a page is looked at again and again.
@lru_cache(maxsize=64)
def _answer(asked: _Asked) -> _Answer:
    return _Answer(asked.document, tuple(lint(asked.document, asked.roster, at=asked.at)))


@dataclass(frozen=True)
class _Document:
    """A playbook to be proved, by its outline. With people who come every week no day differs."""

    mark: str
    document: Document = field(compare=False)
    at: datetime = field(compare=False)


@lru_cache(maxsize=64)
def _is_sound(asked: _Document) -> bool:
    return not errors(lint(asked.document, at=asked.at))
