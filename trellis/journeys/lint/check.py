"""The linter's door: everything that can be proved of a playbook before it runs. Pure.

What can happen is found by searching the engine's own transition system; only what cannot be seen there (the parts of a
message, the hours and absences of people) has a procedure of its own.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from trellis.core.business_time import NeverOpen
from trellis.core.collector import collecting_rarely
from trellis.events import catalogue as facts
from trellis.journeys.engine.owners import NobodyCanOwn
from trellis.journeys.lint.aftercare import check_aftercare
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.chains import by_time
from trellis.journeys.lint.claims import check_claims
from trellis.journeys.lint.coverage import check_coverage, check_owners
from trellis.journeys.lint.deadlines import check_deadlines
from trellis.journeys.lint.finding import Finding, Positions, nowhere
from trellis.journeys.lint.loops import check_loops
from trellis.journeys.lint.people import KeenRoster, customer_of, default_roster
from trellis.journeys.lint.search import A_MINUTE, Search, branch
from trellis.journeys.lint.silence import check_silence
from trellis.journeys.lint.stages import check_stages
from trellis.journeys.lint.wording import check_by_hand, check_wording
from trellis.journeys.playbook.load import load_playbook, position, read_yaml
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.rehearsal.walk import Step, Walk

# The channels whose messages offer a way out by themselves: emails a link, texts “Reply STOP”.
OPT_OUTS = frozenset({"email", "sms"})
TUESDAY, SATURDAY = 1, 5


@collecting_rarely()
def lint(
    playbook: Playbook,
    roster: Roster | None = None,
    *,
    at: datetime,
    positions: Positions = nowhere,
    opt_outs: frozenset[str] = OPT_OUTS,
) -> list[Finding]:
    """What is wrong, in the order of the text. Without a roster five people keep the hours of the playbook.

    Steps that are switched off do not run, so nothing is said of their rules.
    Absences and calendars are looked at for the 14 days from `at`. The same arguments give the same findings.
    """
    written, playbook = playbook, switched_on(playbook)
    roster = roster or default_roster(playbook)
    keen = KeenRoster(roster.members, roster.hours, dict(roster.last_assigned))
    case = Case(playbook, keen, at, Search(playbook, keen, customer_of(keen)), positions, written)
    try:
        case.search.run(starting_times(keen, at))
        check_all(case, opt_outs)
    except NobodyCanOwn:
        nobody(case)
        check_owners(case)
    except NeverOpen:
        never_open(case)
    return sorted(case.findings, key=lambda finding: (finding.line, finding.column, finding.code, finding.rule_id))


def lint_text(text: str, roster: Roster | None = None, *, at: datetime) -> list[Finding]:
    """The same of a text, each finding with its line. Raises PlaybookFaulty when it is no playbook."""
    playbook, tree = load_playbook(text), read_yaml(text)
    return lint(playbook, roster, at=at, positions=lambda path: position(tree, path))


def check_all(case: Case, opt_outs: frozenset[str]) -> None:
    check_stages(case)
    check_claims(case)
    check_deadlines(case)
    check_loops(case)
    check_silence(case)
    check_aftercare(case)
    check_wording(case, opt_outs)
    check_by_hand(case, by_hand(case))
    check_owners(case)
    check_coverage(case)
    if case.search.bounded:
        not_searched(case)


def starting_times(roster: Roster, at: datetime) -> list[datetime]:
    """An ordinary Tuesday morning, and a Saturday night."""
    return [
        roster.hours.next_open(next_day(roster, at, TUESDAY, time(10))),
        next_day(roster, at, SATURDAY, time(21, 40)),
    ]


def next_day(roster: Roster, at: datetime, weekday: int, clock: time) -> datetime:
    zone = ZoneInfo(roster.hours.zone)
    today = at.astimezone(zone).date()
    day = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    return datetime.combine(day, clock, zone)


def by_hand(case: Case) -> Iterator[tuple[Walk, Step]]:
    """To each stage by hand, right after a first signal; then whatever they do first, and what time brings."""
    start = next(iter(case.search.nodes.values())).walk
    for stage in case.playbook.stages:
        if stage == start.state.stage:
            continue
        walk = branch(start)
        yield walk, walk.tell(facts.StageChosen(stage=stage, by=walk.state.owner), at=walk.at + A_MINUTE)
        for happening in case.search.alphabet.by_stage(stage):
            ahead = branch(walk)
            for fact in happening.facts:
                yield ahead, ahead.tell(fact, at=walk.at + A_MINUTE)
        for _, step, ahead in by_time(walk):
            if step.after.stage != stage:
                break
            yield ahead, step


def nobody(case: Case) -> None:
    case.add(
        "J2.nobody",
        "Nobody in the business works with leads, so nobody can own what reaches it.",
        "Add somebody with a role that works with leads: admin, manager, marketing, sales or support.",
        place=("stages", case.playbook.first_stage, "owner"),
    )


def never_open(case: Case) -> None:
    case.add(
        "J3.never-open",
        f"The calendar “{case.playbook.calendar}” has no open time, so that no step could ever be due.",
        "Give it working hours, or name another one.",
        place=("calendar",),
    )


def not_searched(case: Case) -> None:
    case.add(
        "J0.not-searched",
        f"More can happen than was looked at: {len(case.search.nodes)} states were, and there are others.",
        "Fewer stages, or fewer questions in conditions, are easier to prove; what was found is true all the same.",
    )
