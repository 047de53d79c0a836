"""What changed between two versions of a playbook, in sentences as an owner would say them. Pure.

Every field is compared: those that this file has no words for yet are told by their names, so that nothing is left out.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from trellis.journeys.playbook.difference_of_rules import rule_changes
from trellis.journeys.playbook.difference_words import Change, in_full, instead, order, plainly, quoted
from trellis.journeys.playbook.schema import Limit, Message, Playbook, Question, RulePlace, Stage
from trellis.journeys.playbook.sentences import (
    field_asked,
    in_words,
    joined,
    lower_first,
    promise,
    triggers,
    working,
    working_time,
)
from trellis.journeys.playbook.steps import ALL_STEPS

__all__ = ["Change", "differences"]


def differences(before: Playbook, after: Playbook) -> list[Change]:
    """All that means something else now, in the order of the stages; first what holds for all of them.

    Formatting and comments are no difference; the order of what is read in turn is one.
    """
    found = [
        *of_the_whole(before, after),
        *of_questions(before, after),
        *of_stages(before, after),
        *rule_changes(before, after),
        *of_messages(before, after),
    ]
    places = {key: number for number, key in enumerate(path_of_both(before, after), 1)}
    return sorted(found, key=lambda change: places.get(change.stage, 0))


def path_of_both(before: Playbook, after: Playbook) -> list[str]:
    """The stages as they stand now, those that are gone behind the one that they followed."""
    path = list(after.stages)
    for number, key in enumerate(old := list(before.stages)):
        if key not in path:
            path.insert(path.index(old[number - 1]) + 1 if number else 0, key)
    return path


def of_the_whole(before: Playbook, after: Playbook) -> Iterator[Change]:
    told: Mapping[str, tuple[str, Callable[[Playbook], str]]] = {
        "title": ("The playbook is called", lambda one: quoted(one.title)),
        "kind": ("It is a playbook of the kind", lambda one: one.kind),
        "calendar": ("Time is kept by the calendar", lambda one: quoted(one.calendar)),
        "starts_on": ("It starts on", lambda one: lower_first(triggers(one.starts_on))),
        "quiet_hours": ("Trellis does not write", lambda one: f"from {one.quiet_hours.start} to {one.quiet_hours.end}"),
        "cap": ("Automatic messages to one person in 24 hours: at most", lambda one: str(one.cap.messages)),
    }
    elsewhere = {"stages", "messages", "questions", "after_delivery", "parking", "playbook", "steps"}
    for name in Playbook.model_fields:
        was, now = (plainly(getattr(one, name)) for one in (before, after))
        if name == "starts_on":
            was, now = sorted(was), sorted(now)
        if was != now and name not in elsewhere:
            head, say = told.get(name, ("", None))
            said = instead(head, say(after), say(before)) if say else in_full("The playbook", name, was, now)
            yield Change(sentence=said)
    yield from of_steps(before, after)
    yield from of_parking(before, after)
    if before.playbook != after.playbook:
        yield Change(
            sentence=f"This is another playbook: {quoted(after.playbook)} instead of {quoted(before.playbook)}"
        )


def of_steps(before: Playbook, after: Playbook) -> Iterator[Change]:
    for step in ALL_STEPS:
        was, now = step.key in before.steps, step.key in after.steps
        if was != now:
            yield Change(sentence=f"The step {quoted(step.title)} is switched {'on' if now else 'off'}")


def of_parking(before: Playbook, after: Playbook) -> Iterator[Change]:
    was, now = before.parking, after.parking
    for name in type(now).model_fields:
        if name != "wake" and getattr(was, name) != getattr(now, name):
            if name == "at_most":
                yield Change(sentence=f"It is closed after {now.at_most} rests instead of {was.at_most}")
            elif name == "reason":
                yield Change(
                    sentence=f"The reason after the last rest is {quoted(now.reason)} instead of {quoted(was.reason)}"
                )
            else:
                yield Change(sentence=in_full("Rests", name, getattr(was, name), getattr(now, name)))


def of_questions(before: Playbook, after: Playbook) -> Iterator[Change]:
    was = {question.key: question for question in before.questions}
    now = {question.key: question for question in after.questions}
    for key, question in now.items():
        if key not in was:
            yield Change(sentence=f"It also asks {quoted(question.ask)}{choices(question)}", kind="new")
        elif was[key] != question:
            yield from of_question(was[key], question)
    for key in was.keys() - now.keys():
        yield Change(sentence=f"It no longer asks {quoted(was[key].ask)}", kind="gone")
    if moved := order([key for key in was if key in now], [key for key in now if key in was]):
        yield Change(
            sentence=f"It asks in another order: {joined([quoted(now[key].ask) for key in moved], 'and then')}"
        )


def of_question(was: Question, now: Question) -> Iterator[Change]:
    for name in Question.model_fields:
        if getattr(was, name) == getattr(now, name):
            continue
        if name == "ask":
            yield Change(sentence=f"It asks {quoted(now.ask)} instead of {quoted(was.ask)}")
        elif name == "options":
            yield Change(sentence=f"The answers to {quoted(now.ask)} are {joined(now.options, 'or') or 'free'} now")
        else:
            yield Change(
                sentence=in_full(f"The question {quoted(now.ask)}", name, getattr(was, name), getattr(now, name))
            )


def choices(question: Question) -> str:
    return f" ({joined(question.options, 'or')})" if question.options else ""


def of_stages(before: Playbook, after: Playbook) -> Iterator[Change]:
    path = list(after.stages)
    for key, stage in after.stages.items():
        if key not in before.stages:
            yield Change(stage=key, kind="new", sentence=f"The stage {stage.title} is new{between(after, key)}")
            yield from of_new_stage(after, key, stage)
        else:
            yield from of_stage(before.stages[key], stage, key)
            yield from of_owner(before, after, key)
    for key, stage in before.stages.items():
        if key not in after.stages:
            yield Change(stage=key, kind="gone", sentence=f"The stage {stage.title} is gone")
    both = [key for key in before.stages if key in after.stages]
    if moved := order(both, [key for key in path if key in before.stages]):
        titles = [after.stages[key].title for key in moved]
        yield Change(stage=moved[0], sentence=f"The stages come in another order: {joined(titles, 'and then')}")


def of_new_stage(after: Playbook, key: str, stage: Stage) -> Iterator[Change]:
    yield Change(stage=key, kind="new", sentence=f"{stage.title} means: {stage.means}")
    yield Change(stage=key, kind="new", sentence=f"{stage.title}: {owner_in_words(after, stage)}")
    for limit in stage.limits:
        yield Change(stage=key, kind="new", rule=limit.id, sentence=f"{stage.title}: {limit_in_words(limit)}")


def between(playbook: Playbook, key: str) -> str:
    path = list(playbook.stages)
    number = path.index(key)
    earlier = playbook.stages[path[number - 1]].title if number else ""
    later = playbook.stages[path[number + 1]].title if number + 1 < len(path) else ""
    if earlier and later:
        return f", between {earlier} and {later}"
    return f", after {earlier}" if earlier else f", before {later}" if later else ""


def of_stage(was: Stage, now: Stage, key: str) -> Iterator[Change]:
    told: Mapping[str, tuple[str, Callable[[Stage], str]]] = {
        "title": (f"The stage {was.title} is called", lambda stage: quoted(stage.title)),
        "phase": (f"{now.title} counts as", lambda stage: stage.phase.replace("_", " ")),
        "means": (f"{now.title} means", lambda stage: quoted(stage.means)),
    }
    elsewhere = {"owner", "enter", "when", "quiet", "next", "limits"}
    for name in Stage.model_fields:
        if name in elsewhere or getattr(was, name) == getattr(now, name):
            continue
        head, say = told.get(name, ("", None))
        values = getattr(was, name), getattr(now, name)
        said = instead(head, say(now), say(was)) if say else in_full(now.title, name, *values)
        yield Change(stage=key, sentence=said)
    yield from of_limits(was.limits, now.limits, key, now.title)


def of_owner(before: Playbook, after: Playbook, key: str) -> Iterator[Change]:
    was, now = before.stages[key], after.stages[key]
    if was.owner != now.owner:
        said = f"{now.title}: {owner_in_words(after, now)}; so far {owner_in_words(before, was)}"
        yield Change(stage=key, sentence=said)


WHO = {
    "round_robin": "it is dealt in turn to {}",
    "load": "it goes to whoever of {} has least",
    "keep": "it stays with its owner, else goes in turn to {}",
    "last_owner": "it goes to whoever of {} had them last, else in turn",
    "who_replied": "it goes to whoever of {} replied last, else in turn",
}


def owner_in_words(playbook: Playbook, stage: Stage) -> str:
    """“it is dealt in turn to Estimators”; what a later schema adds is told as it is written."""
    owner = stage.owner
    said = [WHO[owner.by].format(in_words(owner.team))]
    if owner.match:
        said.append(f"first those who cover the answer to {field_asked(playbook, owner.match)}")
    if owner.if_away == "wait":
        said.append("waiting for whoever is away")
    if owner.if_nobody == "manager":
        said.append("with nobody on duty to a manager")
    if owner.accept:
        said.append(f"to be accepted within {working_time(owner.accept)}")
    known = {"team", "by", "match", "if_away", "if_nobody", "accept"}
    later = {name: value for name, value in plainly(owner).items() if name not in known}
    return ", ".join([*said, *(f"{name.replace('_', ' ')} {value}" for name, value in later.items())])


def of_limits(was: Sequence[Limit], now: Sequence[Limit], key: str, title: str) -> Iterator[Change]:
    before, after = {limit.id: limit for limit in was}, {limit.id: limit for limit in now}
    for id, limit in after.items():
        old = before.get(id)
        if old is None:
            yield Change(stage=key, kind="new", rule=id, sentence=f"{title}: {limit_in_words(limit)} is promised now")
        elif old.clock != limit.clock:
            said = instead(f"{title}:", limit_in_words(limit), limit_in_words(old))
            yield Change(stage=key, rule=id, sentence=said)
        elif old.within != limit.within:
            yield Change(
                stage=key, rule=id, sentence=f"{title}: {limit_in_words(limit)} instead of {working(old.within)}"
            )
        yield from other_fields_of(old, limit, key, title)
    for id, limit in before.items():
        if id not in after:
            yield Change(
                stage=key, kind="gone", rule=id, sentence=f"{title}: {limit_in_words(limit)} is no longer promised"
            )
    if order([id for id in before if id in after], [id for id in after if id in before]):
        said = joined([limit_in_words(limit) for limit in now], "and then")
        yield Change(stage=key, sentence=f"{title}: its promises are read in another order: {said}")


def other_fields_of(was: Limit | None, now: Limit, key: str, title: str) -> Iterator[Change]:
    for name in Limit.model_fields:
        if was and name not in ("id", "clock", "within", "late") and getattr(was, name) != getattr(now, name):
            said = in_full(f"{title}: {limit_in_words(now)}", name, getattr(was, name), getattr(now, name))
            yield Change(stage=key, rule=now.id, sentence=said)


def limit_in_words(limit: Limit) -> str:
    if limit.clock == "stage":
        return f"the stage may last {working(limit.within)}"
    return lower_first(promise(limit))


def of_messages(before: Playbook, after: Playbook) -> Iterator[Change]:
    for key, message in after.messages.items():
        if key not in before.messages:
            sentence = f"The message {quoted(message.title)} is new: {message.text}"
            yield Change(stage=used_in(after, key), kind="new", message=key, sentence=sentence)
        else:
            yield from of_message(before.messages[key], message, key, used_in(after, key))
    for key, message in before.messages.items():
        if key not in after.messages:
            sentence = f"The message {quoted(message.title)} is gone"
            yield Change(stage=used_in(before, key), kind="gone", message=key, sentence=sentence)


PARTS_OF_MESSAGE = {
    "acknowledge": "begins otherwise",
    "ask": "asks something else",
    "next_step": "says something else comes next",
    "subject": "has another subject",
}
CHANNELS = {"same": "on the channel they used", "email": "by email", "sms": "by text"}


def of_message(was: Message, now: Message, key: str, stage: str) -> Iterator[Change]:
    for name in Message.model_fields:
        old, new = getattr(was, name), getattr(now, name)
        if old == new:
            continue
        if name == "title":
            said = f"The message {quoted(was.title)} is called {quoted(now.title)} now"
        elif name == "channel":
            said = f"The message {quoted(now.title)} goes out {CHANNELS[new]} instead of {CHANNELS[old]}"
        elif name in PARTS_OF_MESSAGE:
            told = f"{quoted(new or 'nothing')} instead of {quoted(old or 'nothing')}"
            said = f"The message {quoted(now.title)} {PARTS_OF_MESSAGE[name]}: {told}"
        else:
            said = in_full(f"The message {quoted(now.title)}", name, old, new)
        yield Change(stage=stage, message=key, sentence=said)


def used_in(playbook: Playbook, message: str) -> str:
    """The first stage that sends it; empty for one that is sent after delivery, or by nothing."""
    places: Sequence[RulePlace] = list(playbook.places.values())
    return next((place.stage for place in places if getattr(place.rule, "send", None) == message), "")
