"""One playbook under examination: the search, the places of its rules in the text, and what was found. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from trellis.journeys.lint.codes import CODES
from trellis.journeys.lint.finding import Counterexample, Finding, Path, Positions
from trellis.journeys.lint.search import Edge, Search
from trellis.journeys.playbook.loose_ends import rules_with_paths
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.rehearsal.walk import Step, Walk


@dataclass
class Case:
    """`at` is when it is examined: absences and calendars are looked at from then on.

    `written` is the text as it stands, where some of its steps are switched off: places are counted there.
    """

    playbook: Playbook
    roster: Roster
    at: datetime
    search: Search
    positions: Positions
    written: Playbook | None = None
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.paths = paths_of(self.written or self.playbook)

    def add(
        self,
        code: str,
        sentence: str,
        fix: str,
        *,
        stage: str = "",
        rule: str = "",
        message: str = "",
        place: Path = (),
        path: Counterexample | None = None,
    ) -> None:
        """Once for each code and place. Without a `place` it is that of the rule, else that of the stage."""
        place = place or self.paths.get(rule) or (("stages", stage) if stage else ())
        line, column = self.positions(place)
        finding = Finding(
            code=code,
            severity=CODES[code].severity,
            sentence=sentence,
            fix=fix,
            line=line,
            column=column,
            stage=stage,
            rule_id=rule,
            message=message or (str(place[1]) if place[:1] == ("messages",) else ""),
            path=path,
        )
        if (code, place, stage, rule) not in self._seen:
            self._seen.add((code, place, stage, rule))
            self.findings.append(finding)

    _seen: set[tuple[str, Path, str, str]] = field(default_factory=set)

    def story(self, source: Walk | Edge | Sequence[Step], ends: str) -> Counterexample:
        steps = source.steps if isinstance(source, Walk) else source.story if isinstance(source, Edge) else source
        return self.search.story(steps, ends)

    def title(self, stage: str) -> str:
        return f"“{self.playbook.stages[stage].title}”"


def paths_of(playbook: Playbook) -> dict[str, Path]:
    """Where each rule, way and limit stands."""
    found: dict[str, Path] = {rule.id: path for path, rule in rules_with_paths(playbook)}
    for key, stage in playbook.stages.items():
        found |= {way.id: ("stages", key, "next", number) for number, way in enumerate(stage.next)}
        found |= {limit.id: ("stages", key, "limits", number) for number, limit in enumerate(stage.limits)}
    return found
