"""The linter's findings as a line of claims: each says what was proved, or where it does not hold. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from trellis.journeys.lint.finding import Finding
from trellis.journeys.playbook.schema import Playbook


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`text` says what was found; `where` names the stages, teams or messages that break it."""

    text: str
    where: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True)
class Subject:
    """What one claim is about: the codes that break it, and its words when it holds and when it does not."""

    codes: tuple[str, ...]
    good: str
    bad: str


SUBJECTS = (
    Subject(("J1.unreachable", "J1.dead-end"), "every stage is reached and left", "a stage is not reached or not left"),
    Subject(("J2.",), "no team is empty", "a team has nobody in it"),
    Subject(("J1.memory", "J3.no-deadline", "J3.never-open"), "always a deadline", "a deadline is missing"),
    Subject(
        ("J3.no-promise", "J3.nobody-on-duty", "J3.off-for-days"),
        "somebody is there for every promise",
        "nobody is there for a promise",
    ),
    Subject(("J3.",), "no two rules for one thing", "rules are in each other\u2019s way"),
    Subject(("J4.",), "every message is complete", "a message is not right"),
    Subject(("J5.",), "every quiet lead has a way back", "a quiet lead is forgotten"),
    Subject(("J6.",), "customers hear from us again", "customers are forgotten"),
    Subject(("J0.",), "", "not everything was looked at"),
)


def verdict(playbook: Playbook, findings: Sequence[Finding]) -> list[Claim]:
    """Every claim, those that do not hold first. A finding breaks the first claim that is about it."""
    claims, left = [], list(findings)
    for subject in SUBJECTS:
        mine = tuple(finding for finding in left if finding.code.startswith(subject.codes))
        left = [finding for finding in left if finding not in mine]
        where = tuple(dict.fromkeys(place for one in mine if (place := place_of(playbook, one))))
        if mine or subject.good:
            claims.append(Claim(text=subject.bad if mine else subject.good, where=where, findings=mine))
    return sorted(claims, key=lambda claim: claim.holds)


def place_of(playbook: Playbook, finding: Finding) -> str:
    """The team of an owner that is missing, else the stage."""
    stage = playbook.stages.get(finding.stage)
    if stage and finding.code == "J2.team-empty":
        return stage.owner.team.replace("-", " ").capitalize()
    return stage.title if stage else ""
