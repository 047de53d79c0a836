"""Two playbooks on the same past: which journeys differ, what would not have been sent or not been late. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.replay.past import Past
from trellis.journeys.replay.retell import Retold, Sent, retell
from trellis.journeys.replay.touching import is_touched, stages_touched

# A message that leaves a little earlier or later reads the same.
SAME_TIME = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One journey that goes another way. After `known_until` the customer might have acted otherwise."""

    journey_id: str
    title: str
    sentences: tuple[str, ...]
    known_until: datetime | None


@dataclass(kw_only=True)
class Side:
    """What one playbook makes of it, over all journeys."""

    messages: int = 0
    breaches: int = 0
    steps: int = 0
    lost_to_silence: int = 0
    by_phase: dict[str, int] = field(default_factory=dict)

    def count(self, told: Retold, playbook: Playbook) -> None:
        self.messages += len(told.sent)
        self.breaches += len(told.broken)
        self.steps += told.steps
        self.lost_to_silence += told.was_lost_to_silence
        phase = playbook.stages[told.state.stage].phase if told.state.stage in playbook.stages else ""
        self.by_phase[phase] = self.by_phase.get(phase, 0) + 1


@dataclass(kw_only=True)
class Report:
    """The sum. `journeys` were told over; of `differences` only so many are kept, `differing` counts them all."""

    journeys: int = 0
    differing: int = 0
    unknown: int = 0
    decisions: int = 0
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    differences: list[Difference] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "journeys": self.journeys,
            "differing": self.differing,
            "unknown": self.unknown,
            "before": vars(self.before),
            "after": vars(self.after),
            "differences": [
                {
                    "journey": one.journey_id,
                    "title": one.title,
                    "sentences": list(one.sentences),
                    "known_until": one.known_until.isoformat() if one.known_until else None,
                }
                for one in self.differences
            ],
        }

    def __str__(self) -> str:
        """For a terminal: the sums, then each journey that goes another way."""
        pairs = (
            ("messages sent", self.before.messages, self.after.messages),
            ("promises late", self.before.breaches, self.after.breaches),
            ("steps for people", self.before.steps, self.after.steps),
            ("lost to silence", self.before.lost_to_silence, self.after.lost_to_silence),
        )
        lines = [f"{self.journeys} journeys told again, {self.differing} would have gone another way."]
        lines += [f"  {name}: {before} -> {after}" for name, before, after in pairs]
        if self.unknown:
            lines.append(f"  {self.unknown} are known only until the customer would have heard something else.")
        lines += [f"{one.title}: {'; '.join(one.sentences)}" for one in self.differences]
        if self.differing > len(self.differences):
            lines.append(f"… and {self.differing - len(self.differences)} more.")
        return "\n".join(lines)


MOST_SHOWN = 100


def compare(
    before: Callable[[int], Playbook],
    after: Playbook,
    pasts: Iterable[Past],
    roster: Callable[[], Roster],
    until: datetime,
    *,
    told: dict[str, Retold] | None = None,
) -> Report:
    """Every journey told twice: with the version that it walked (`before` finds it by its number) and with `after`.

    The second time is spared where the change cannot touch it. `told` keeps the first for whoever asks again, by the
    ids of the journeys, for the same past, people and `until`.
    """
    report, told = Report(), {} if told is None else told
    first, second = roster(), roster()
    touched: dict[int, frozenset[str] | None] = {}
    for past in pasts:
        old = before(past.version)
        if past.version not in touched:
            touched[past.version] = stages_touched(old, after)
        if past.id not in told:
            told[past.id] = retell(old, past, first, until)
        then = now = told[past.id]
        if is_touched(past, then, touched[past.version]):
            now = retell(after, past, second, until)
        report.journeys += 1
        report.decisions += then.decisions + now.decisions
        report.before.count(then, old)
        report.after.count(now, after)
        if sentences := differences(old, after, then, now):
            report.differing += 1
            known = known_until(past, then, now)
            report.unknown += known is not None
            if len(report.differences) < MOST_SHOWN:
                report.differences.append(
                    Difference(journey_id=past.id, title=past.title, sentences=tuple(sentences), known_until=known)
                )
    return report


def differences(old: Playbook, new: Playbook, then: Retold, now: Retold) -> list[str]:
    """In sentences, what would have gone another way."""
    said = on_messages(old, new, *apart(then.sent, now.sent))
    late, later = {rule for _, rule in then.broken}, {rule for _, rule in now.broken}
    said += [f"{words(rule)} would not have been late" for rule in sorted(late - later)]
    said += [f"{words(rule)} would have been late" for rule in sorted(later - late)]
    if then.state.stage != now.state.stage:
        stage = new.stages[now.state.stage].title if now.state.stage in new.stages else now.state.stage
        said.append(f"it would stand in {stage}")
    if then.state.status != now.state.status:
        said.append(f"it would be {now.state.status}")
    if then.state.owner != now.state.owner and not said:
        said.append("somebody else would have it")
    if not said and {task.rule_id for task in then.state.tasks} != {task.rule_id for task in now.state.tasks}:
        said.append("other steps would be planned now")
    return said


def on_messages(old: Playbook, new: Playbook, gone: Sequence[Sent], added: Sequence[Sent]) -> list[str]:
    """The same message at another time is one sentence, not two."""
    left, said = list(added), []
    for one in gone:
        twin = next((two for two in left if two.message == one.message), None)
        if twin is None:
            said.append(f"“{title_of(old, one)}” would not have been sent")
            continue
        left.remove(twin)
        how = "later" if twin.at > one.at else "earlier"
        said.append(f"“{title_of(new, twin)}” would have been sent {length_of(abs(twin.at - one.at))} {how}")
    return [*said, *(f"“{title_of(new, one)}” would have been sent" for one in left)]


def length_of(span: timedelta) -> str:
    """A length of time as people round it: 20 minutes, 3 hours, 2 days."""
    minutes = round(span.total_seconds() / 60)
    for size, word in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size:
            count = round(minutes / size)
            return f"{count} {word}{'' if count == 1 else 's'}"
    return "a moment"


def apart(then: list[Sent], now: list[Sent]) -> tuple[list[Sent], list[Sent]]:
    """What only one of them sent; the same message at about the same time is the same."""
    left, gone = list(now), []
    for one in then:
        twin = next((two for two in left if two.message == one.message and abs(two.at - one.at) <= SAME_TIME), None)
        if twin:
            left.remove(twin)
        else:
            gone.append(one)
    return gone, left


def known_until(past: Past, then: Retold, now: Retold) -> datetime | None:
    """When the customer would first have heard something else, if they acted after it; None when all is known."""
    gone, added = apart(then.sent, now.sent)
    parting = min((one.at for one in [*gone, *added]), default=None)
    if parting is None:
        return None
    acted = any(happened.fact.from_customer and happened.at > parting for happened in past.happened)
    return parting if acted else None


def title_of(playbook: Playbook, sent: Sent) -> str:
    return playbook.messages[sent.message].title


def words(rule: str) -> str:
    return f"“{rule.replace('-', ' ')}”"
