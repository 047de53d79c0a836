"""What can happen to a journey next: by the customer, by one of us, by time. Pure.

Facts that no rule of the stage can tell apart lead to the same, so that one of them stands for all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine.state import State
from trellis.journeys.lint.fields import (
    Answers,
    answers_of_rules,
    conditions_of,
    relevant_answers,
    staying,
    values_tested,
)
from trellis.journeys.playbook.schema import WON_PHASES, Next, Playbook, Stage, When
from trellis.journeys.rehearsal.walk import Walk

MOST_COMBINATIONS = 16
# What is told by a fact of its own, and what no customer says.
ALONE = ("missed_call", "handed_on")
CHANNELS = {"form": "web", "call": "phone", "missed_call": "phone", "message": "sms", "referral": "web"}


@dataclass(frozen=True)
class Happening:
    """One or a few facts at once. `by` is customer, person or time."""

    by: str
    facts: tuple[Fact, ...]


@dataclass
class Alphabet:
    """All that can happen under one playbook."""

    playbook: Playbook
    _by_stage: dict[str, list[Happening]] = field(default_factory=dict)

    def starts(self) -> Iterator[Fact]:
        """First signals: each kind without a word, and the first kind with the answers that matter at once."""
        for kind in self.playbook.starts_on:
            yield signal(kind)
        first = self.playbook.first_stage
        looked_at = self.looked_at[first] | self.entering[first]
        told = [answers if "" in looked_at else only(answers, looked_at) for answers in self.answer_sets]
        for answers in unique([answers for answers in told if answers]):
            yield signal(next((kind for kind in self.playbook.starts_on if kind != "handed_on"), "form"), answers)

    def happenings(self, walk: Walk) -> Iterator[Happening]:
        """Time first, so that stories stay short."""
        state = walk.state
        if task := walk.coming():
            yield Happening("time", (facts.TaskDue(task_id=task.id, title=task.title),))
        if state.status == "closed":
            return
        yield from self.by_stage(state.stage)
        owner = state.owner
        yield Happening("person", (facts.CallAnswered(call_id="c", direction="out", by=owner),))
        yield Happening("person", (facts.MessageHandedOver(message_id="r", channel="sms", by=owner),))
        if state.status == "open":
            yield from self.of_the_owner(state)

    def of_the_owner(self, state: State) -> Iterator[Happening]:
        for task in state.person_tasks:
            if task.kind == "meet":
                missed = facts.MeetingMissed(task_id=task.id, title=task.title, by=state.owner)
                yield Happening("person", (missed,))
            yield Happening("person", (facts.TaskDone(task_id=task.id, title=task.title, by=state.owner),))
        others = [task for task in state.person_tasks if task.rule_id not in self.done_rules]
        if len(others) > 1:
            done = (facts.TaskDone(task_id=task.id, title=task.title, by=state.owner) for task in others)
            yield Happening("person", tuple(done))
        if any(task.kind == "call" for task in state.person_tasks) or heard_by(
            self.playbook.stages[state.stage], "call_tried"
        ):
            yield Happening("person", (facts.CallTried(call_id="t", outcome="no_answer", by=state.owner),))
        for answers in self.answer_sets:
            if self.matters(state.stage, answers) and (new := fits(answers, state.answers)):
                told = tuple(facts.AnswerGiven(question=key, answer=value) for key, value in new.items())
                yield Happening("person", told)

    def matters(self, stage: str, answers: Answers) -> bool:
        """Whether a rule looks at them here, or as soon as the next stage is entered."""
        looked_at = self.looked_at[stage]
        return bool(looked_at & answers.keys()) or ("" in looked_at and len(answers) == len(self.playbook.questions))

    def by_stage(self, key: str) -> list[Happening]:
        found = self._by_stage.get(key)
        if found is None:
            found = self._by_stage[key] = list(self.of_the_customer(self.playbook.stages[key]))
        return found

    def of_the_customer(self, stage: Stage) -> Iterator[Happening]:
        """One fact for each set of rules that their word could set off; whoever has won starts anew with a signal."""
        words: list[tuple[str, Fact]] = [
            ("message_received", facts.MessageReceived(message_id="m", channel="sms", text="Hello")),
            ("missed_call", facts.CallMissed(call_id="c")),
        ]
        if stage.phase not in WON_PHASES:
            words += [(kind, signal(kind)) for kind in self.playbook.starts_on if kind not in ALONE]
        seen = set()
        for trigger, fact in words:
            heard = heard_by(stage, trigger)
            if heard not in seen:
                seen.add(heard)
                yield Happening("customer", (fact,))

    @cached_property
    def done_rules(self) -> set[str]:
        """The steps that lead on when they are done."""
        return {id for stage in self.playbook.stages.values() for way in stage.next for id in way.done}

    @cached_property
    def answer_sets(self) -> list[Answers]:
        """Enough sets of answers to make every condition true and false: alone, and with all the others known."""
        questions = [question.key for question in self.playbook.questions]
        values = values_tested(self.playbook)
        tested = [key for key in questions if key in values]
        filled = {key: other_value(self.playbook, key, values.get(key, ())) for key in questions}
        whole = [filled | dict(zip(tested, chosen, strict=True)) for chosen in combinations(tested, values)]
        alone = [
            dict(zip(fields, chosen, strict=True))
            for fields in fields_together(self.playbook, questions)
            for chosen in combinations(fields, values)
        ]
        return unique([answers for answers in [*whole, *alone] if answers])

    @cached_property
    def entering(self) -> Mapping[str, set[str]]:
        return {key: answers_of_rules(self.playbook, stage.enter) for key, stage in self.playbook.stages.items()}

    @cached_property
    def looked_at(self) -> Mapping[str, set[str]]:
        """By stage: the questions that its rules look at, and those of the stages right after it at their start."""
        stages = self.playbook.stages
        return {
            key: answers_of_rules(self.playbook, staying(stage)).union(
                *(self.entering[way.to] for way in stage.next if way.to in stages)
            )
            for key, stage in stages.items()
        }

    @cached_property
    def relevant(self) -> Mapping[str, frozenset[str]]:
        """By stage: the questions whose answers can still make a difference."""
        return relevant_answers(self.playbook)


def only(answers: Answers, keys: set[str]) -> Answers:
    return {key: value for key, value in answers.items() if key in keys}


def unique(sets: list[Answers]) -> list[Answers]:
    return list({tuple(sorted(answers.items())): answers for answers in sets}.values())


def heard_by(stage: Stage, trigger: str) -> tuple[int, ...]:
    """Which parts of the stage wait for this word."""
    parts: list[When | Next] = [*stage.when, *stage.next]
    return tuple(number for number, part in enumerate(parts) if trigger in part.on)


def signal(kind: str, answers: Answers | None = None) -> Fact:
    if kind == "handed_on":
        return facts.JourneyFollowed(title="The journey before")
    return facts.SignalCaptured(signal_id="s", kind=kind, channel=CHANNELS[kind], answers=answers)


def combinations(fields: list[str], values: Mapping[str, tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Every combination of what is tested, or where that is too much each value beside the first of the others."""
    choices = [values[key] for key in fields]
    count = 1
    for choice in choices:
        count *= len(choice)
    if count <= MOST_COMBINATIONS:
        return list(product(*choices))
    first = tuple(choice[0] for choice in choices)
    varied = [(*first[:n], value, *first[n + 1 :]) for n, choice in enumerate(choices) for value in choice]
    return list(dict.fromkeys([first, *varied]))


def fields_together(playbook: Playbook, questions: list[str]) -> list[list[str]]:
    """The questions that one condition asks about, condition by condition."""
    groups = [[key for key in questions if f"answers.{key}" in fields] for fields in conditions_of(playbook)]
    return [list(group) for group in dict.fromkeys(tuple(group) for group in groups if group)]


def other_value(playbook: Playbook, key: str, tested: tuple[str, ...]) -> str:
    """Something to answer: an option that is tested nowhere, where there is one."""
    options = next(question.options for question in playbook.questions if question.key == key)
    free = [option for option in options if option not in tested]
    return (free or options or ["something"])[0]


def fits(answers: Answers, known: Mapping[str, str]) -> Answers:
    """What is new in a set of answers that contradicts nothing; empty when it does, or when nothing is."""
    if any(known.get(key, value) != value for key, value in answers.items()):
        return {}
    return {key: value for key, value in answers.items() if key not in known}
