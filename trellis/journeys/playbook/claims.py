"""What can be proved of a playbook by reading it: each claim is checked here, now, and none is made unchecked. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from trellis.journeys.playbook.loose_ends import loose_ends
from trellis.journeys.playbook.schema import Playbook, Stage


@dataclass(frozen=True, kw_only=True)
class Claim:
    """`text` says what was found; `where` names the stages that break it."""

    text: str
    where: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.where


def claims(playbook: Playbook) -> list[Claim]:
    """Every claim, those that do not hold first."""
    stages = playbook.stages
    found = [
        counted("dead end", titles(playbook, (key for key in stages if is_dead_end(stages[key])))),
        counted("stage", titles(playbook, unreachable(playbook)), "out of reach"),
        counted("stage", titles(playbook, (key for key in stages if not stages[key].owner.team)), "without an owner"),
        counted("stage", titles(playbook, (key for key in stages if not has_limit(stages[key]))), "without a deadline"),
        counted("loose end", tuple(sentence for _, sentence in loose_ends(playbook))),
        silence(playbook),
    ]
    return sorted(found, key=lambda claim: claim.holds)


def counted(what: str, where: tuple[str, ...], how: str = "") -> Claim:
    return Claim(text=f"{len(where)} {what}{'' if len(where) == 1 else 's'} {how}".rstrip(), where=where)


def silence(playbook: Playbook) -> Claim:
    forgotten = titles(playbook, (key for key, stage in playbook.stages.items() if not ends_silence(stage)))
    return Claim(text="a quiet lead is forgotten" if forgotten else "every quiet lead has a way back", where=forgotten)


def titles(playbook: Playbook, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(playbook.stages[key].title for key in keys)


def is_dead_end(stage: Stage) -> bool:
    """Nothing leads out of it, and nothing ends it either."""
    return not stage.next and not any(rule.close for rule in stage.quiet)


def ends_silence(stage: Stage) -> bool:
    """Somebody who says nothing any more comes to rest, is closed, or moves on by time alone."""
    return any(rule.park or rule.close for rule in stage.quiet) or any(way.after for way in stage.next)


def has_limit(stage: Stage) -> bool:
    return any(limit.clock == "stage" for limit in stage.limits)


def unreachable(playbook: Playbook) -> list[str]:
    """Stages that no way leads to from the first one."""
    seen, waiting = set[str](), [playbook.first_stage]
    while waiting:
        key = waiting.pop()
        if key in playbook.stages and key not in seen:
            seen.add(key)
            waiting += [way.to for way in playbook.stages[key].next]
    return [key for key in playbook.stages if key not in seen]
