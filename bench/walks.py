"""Where a journey of the bulk stands: for each stage of the playbook, the rules whose tasks are open there."""

from dataclasses import dataclass
from typing import NamedTuple

from trellis.journeys.engine.wording import title_of
from trellis.journeys.playbook.schema import Playbook, Stage


class Planned(NamedTuple):
    """An open task: its kind, its rule and its title, with `%s` for the first name."""

    kind: str
    rule_id: str
    title: str


@dataclass(frozen=True)
class Standing:
    """What stands open in one stage: a person's step where the stage sets one, and two tasks of the machine."""

    step: Planned | None
    quiet: Planned
    late: Planned
    limit_id: str


def standings(playbook: Playbook) -> list[Standing]:
    return [standing_in(playbook, stage) for stage in playbook.stages.values()]


def standing_in(playbook: Playbook, stage: Stage) -> Standing:
    limit = next(limit for limit in stage.limits if limit.clock == "stage")
    late = limit.late[0]
    return Standing(
        step=step_of(stage),
        quiet=quiet_of(playbook, stage),
        late=Planned("check", late.id, title_of(playbook, late)),
        limit_id=limit.id,
    )


def step_of(stage: Stage) -> Planned | None:
    """The first step that the stage gives to a person."""
    rules = [*(rule for when in stage.when[:1] for rule in when.do), *stage.enter]
    spec = next(((rule.id, rule.task) for rule in rules if rule.task), None)
    if spec is None or (not stage.enter and stage.phase != "new"):
        return None
    rule_id, task = spec
    return Planned(task.kind, rule_id, task.title.replace("{{ contact.first_name }}", "%s"))


def quiet_of(playbook: Playbook, stage: Stage) -> Planned:
    """The first message of the quiet path, else of what comes after the delivery."""
    waiting = [*stage.quiet, *playbook.after_delivery]
    rule = next(rule for rule in waiting if rule.send)
    return Planned("send", rule.id, title_of(playbook, rule))
