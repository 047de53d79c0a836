"""A journey whose playbook changes under it, again and again: nothing is lost, and nothing happens twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.proof.effort import effort
from trellis.events import catalogue as facts
from trellis.journeys.engine.changing import HELD
from trellis.journeys.engine.effects import AddTask, Fire, MoveStage, NextEpisode, Send, StartClock
from trellis.journeys.engine.passage import Passage
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.tests.edits import edited
from trellis.journeys.tests.happenings import HAPPENINGS, MINUTES, let_happen
from trellis.journeys.tests.playbooks import odd_playbook
from trellis.journeys.tests.sandbox import STORM, Step, Walk, signal
from trellis.journeys.tests.test_engine_properties import (
    LAWS,
    nothing_that_a_stage_planned_outlives_it,
    only_evidence_stops_a_response_clock,
)


@dataclass(repr=False)
class Changing(Walk):
    """A walk whose playbook may become another. It remembers since when things are as they are, as our rows do."""

    versions: list[Playbook] = field(default_factory=list)
    since: dict[str, datetime] = field(default_factory=dict)

    def tell(self, fact: facts.Fact, *, at: datetime | str | None = None) -> Step:
        step = super().tell(fact, at=at)
        for effect in step.effects:
            if isinstance(effect, MoveStage):
                self.since["entered"] = self.at
            elif isinstance(effect, StartClock):
                self.since[effect.kind] = self.at
        return step

    def publish(self, playbook: Playbook, how: str) -> Step:
        self.versions.append(playbook)
        version = len(self.versions)
        if how == "map":
            passage = Passage(self.playbook, playbook, version=version, mapping={})
            clocks = {clock.kind: self.since.get(clock.kind, self.at) for clock in self.state.clocks}
            fact = passage.fact(self.state, entered_at=self.since.get("entered"), clocks=clocks)
            if self.state.status != "closed":
                self.playbook = playbook
        else:
            fact = facts.PlaybookChanged(how=how, version=version, what="It stands still", stage=self.state.stage)
        return self.tell(fact)


@st.composite
def changing_walks(draw: st.DrawFn, playbook: st.SearchStrategy[Playbook]) -> Changing:
    first = draw(playbook)
    walk = Changing(playbook=first, versions=[first])
    walk.tell(signal(draw(st.sampled_from(["form", "missed_call", "call", "message"])), "phone"))
    for happening in draw(st.lists(st.one_of(HAPPENINGS, st.just("publish")), max_size=25)):
        walk.at += timedelta(minutes=draw(MINUTES))
        if happening != "publish":
            let_happen(walk, happening, draw)
        elif draw(st.booleans()):
            walk.publish(draw(st.sampled_from(walk.versions)), draw(st.sampled_from(["map", "hold", "finish"])))
        else:
            newest = edited(walk.versions[-1], draw(st.integers(0, 100_000)), draw(st.integers(1, 6)))
            walk.publish(newest, draw(st.sampled_from(["map", "map", "hold"])))
    return walk


ANYTHING = changing_walks(st.one_of(st.just(STORM), st.integers(0, 5_000).map(odd_playbook)))
# Laws that read the playbook of today over all of the past, or that a change may break on purpose, are left out.
STILL = [
    law
    for law in LAWS
    if law not in (nothing_that_a_stage_planned_outlives_it, only_evidence_stops_a_response_clock)
    and law.__name__ != "an_open_journey_is_timed_by_the_limit_of_its_stage"
]


@effort(quick=120, long=2_000)
@given(ANYTHING)
def test_the_laws_hold_whatever_is_published(walk: Changing) -> None:
    for step in walk.steps:
        for law in STILL:
            law(walk, step)
    if walk.state.status == "open":
        stage = walk.playbook.stages[walk.state.stage]
        wanted = {limit.id for limit in stage.limits if limit.clock == "stage"}
        assert {clock.rule_id for clock in walk.state.clocks if clock.kind == "stage"} == wanted


@effort(quick=120, long=2_000)
@given(ANYTHING)
def test_no_rule_runs_twice_in_an_episode_across_versions(walk: Changing) -> None:
    times: Counter[tuple[int, str, str]] = Counter()
    for step in walk.steps:
        state = step.before
        for effect in step.effects:
            state = effect.on(state)
            if isinstance(effect, Fire | Send):
                times[state.episode, type(effect).__name__, effect.rule_id] += 1
            elif isinstance(effect, StartClock):
                times[effect.episode, "StartClock", effect.kind] += 1
    assert not [key for key, count in times.items() if count > 1]


@effort(quick=80, long=2_000)
@given(ANYTHING)
def test_a_change_says_nothing_and_opens_no_turn(walk: Changing) -> None:
    for step in walk.steps:
        if isinstance(step.fact, facts.PlaybookChanged):
            assert not step.of(Send, NextEpisode)
            assert step.after.episode == step.before.episode
            assert step.before.fired <= step.after.fired
            by_hand = {task.id for task in step.before.tasks if not task.rule_id and step.before.status != "closed"}
            assert by_hand <= {task.id for task in step.after.tasks}


@effort(quick=80, long=2_000)
@given(ANYTHING)
def test_what_is_planned_belongs_to_the_version_and_the_stage(walk: Changing) -> None:
    last = next((step for step in reversed(walk.steps) if isinstance(step.fact, facts.PlaybookChanged)), None)
    if last is None or last is not walk.steps[-1] or last.fact.how != "map":
        return
    running = {clock.rule_id for clock in last.after.clocks}
    for task in last.after.tasks:
        if task.rule_id and not task.rule_id.startswith("trellis/") and task.kind != "wake":
            place = walk.playbook.places[task.rule_id]
            assert place.stage in ("", last.after.stage) or (place.limit and place.limit.id in running)


@effort(quick=80, long=2_000)
@given(ANYTHING)
def test_what_stands_still_is_said_nothing_and_has_somebody_to_decide(walk: Changing) -> None:
    for step in walk.steps:
        if step.before.held and step.after.held:
            assert not step.of(Send)
        if step.after.held and step.after.status == "open":
            assert [task.rule_id for task in step.after.tasks].count(HELD) == 1
            added = [effect for effect in step.effects if isinstance(effect, AddTask) and not effect.assignee]
            assert all(effect.kind in ("check", "wake") for effect in added)
        if not step.after.held:
            assert HELD not in {task.rule_id for task in step.after.tasks}
