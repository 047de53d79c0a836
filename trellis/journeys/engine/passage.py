"""The way from one version of a playbook to another: the fact that each journey is told. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property

from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.engine.state import State
from trellis.journeys.engine.wording import title_of
from trellis.journeys.playbook.schema import Limit, Playbook


class Passage:
    """Made once for all journeys that walk the version `before`. `mapping` names stages for those that are gone."""

    def __init__(
        self, before: Playbook, after: Playbook, *, version: int, mapping: Mapping[str, str], playbook: str = ""
    ) -> None:
        self.before = before
        self.after = after
        self.version = version
        self.playbook = playbook
        self.mapping = mapping

    def fact(
        self,
        state: State,
        *,
        entered_at: datetime | None = None,
        quiet_since: datetime | None = None,
        delivered_at: datetime | None = None,
        clocks: Mapping[str, datetime] | None = None,
        done: Collection[str] = (),
        came_from: str = "",
        by: str = "",
    ) -> PlaybookChanged:
        """What this journey is told. `clocks` are the starts of those that run; rules in `done` are not asked again.

        `came_from` is the stage that a change took it out of: where that is there again, it goes back.
        """
        stage = came_from if self.returns(came_from) else self.stage_for(state.stage)
        return PlaybookChanged(
            how="map",
            version=self.version,
            what=f"Went over to version {self.version}",
            playbook=self.playbook,
            stage=stage,
            fresh=[rule for rule in self.fresh.get(stage, []) + self.fresh.get("", []) if rule not in done],
            changed=self.changes_for(state),
            clocks={kind: start.isoformat() for kind, start in (clocks or {}).items()},
            entered_at=entered_at,
            quiet=any(self.is_quiet(task.rule_id) for task in state.planned),
            quiet_since=quiet_since,
            delivered_at=delivered_at,
            by=by,
        )

    def is_quiet(self, rule_id: str) -> bool:
        place = self.before.places.get(rule_id)
        return bool(place and place.part == "quiet")

    def returns(self, stage: str) -> bool:
        return stage in self.after.stages and stage not in self.before.stages

    def stage_for(self, stage: str) -> str:
        return place_in(self.before, self.after, stage, self.mapping)

    @cached_property
    def fresh(self) -> dict[str, list[str]]:
        """Rules that the version before had not, by their stage; those of no stage under the empty key."""
        found: dict[str, list[str]] = {}
        for id, place in self.after.places.items():
            if id not in self.before.places:
                found.setdefault(place.stage, []).append(id)
        return found

    def changes_for(self, state: State) -> dict[str, list[str]]:
        concerned = {task.rule_id for task in state.planned} | {clock.rule_id for clock in state.clocks}
        return {id: waits for id, waits in self.changed.items() if id in concerned}

    @cached_property
    def changed(self) -> dict[str, list[str]]:
        """Rules and limits of both that wait or read differently now: their waits before and now, empty for none."""
        found: dict[str, list[str]] = {}
        for id, now in self.after.places.items():
            if was := self.before.places.get(id):
                waits = [str(was.rule.after or ""), str(now.rule.after or "")]
                reads = title_of(self.before, was.rule) != title_of(self.after, now.rule)
                if reads or waits[0] != waits[1] or bool(was.limit) != bool(now.limit):
                    found[id] = waits
        before = limits_of(self.before)
        for id, limit in limits_of(self.after).items():
            if id in before and before[id].within != limit.within:
                found[id] = [str(before[id].within), str(limit.within)]
        return found


def limits_of(playbook: Playbook) -> dict[str, Limit]:
    return {limit.id: limit for stage in playbook.stages.values() for limit in stage.limits}


def place_in(before: Playbook, after: Playbook, stage: str, mapping: Mapping[str, str]) -> str:
    """The stage of `after` for one who stands in `stage`: the same; else as mapped; else the nearest before it."""
    if stage in after.stages:
        return stage
    if mapping.get(stage) in after.stages:
        return mapping[stage]
    path = list(before.stages)
    earlier = path[: path.index(stage)] if stage in path else []
    return next((key for key in reversed(earlier) if key in after.stages), after.first_stage)
