"""The rules of a playbook in plain words, as somebody who answers for them would say them. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trellis.core.conditions import Condition
from trellis.core.durations import Duration
from trellis.journeys.playbook.schema import Limit, Next, OwnerRule, Playbook, Rule

# What may set a rule off, as a thing and as something that happens.
TRIGGER_NOUNS = {
    "form": "web form", "call": "phone call", "missed_call": "missed call", "message": "message",
    "referral": "referral", "message_received": "message", "call_answered": "talk on the phone",
    "call_tried": "no answer to our call", "no_show": "no-show",
    "answer_given": "answer written down", "handed_on": "another journey of theirs",
    "person_replied": "reply of ours", "answers_complete": "all answers in",
}  # fmt: skip
TRIGGER_CLAUSES = {
    "form": "they fill in the form", "call": "they call", "missed_call": "we miss their call",
    "message": "they write", "referral": "they are referred", "message_received": "they write",
    "call_answered": "we speak by phone", "call_tried": "nobody picks up", "no_show": "they do not come",
    "answer_given": "an answer is written down", "handed_on": "another journey of theirs leads here",
    "person_replied": "one of us replies",
}  # fmt: skip
OWNED = {
    "round_robin": "In turn: whoever waited longest",
    "load": "By load: whoever has least",
    "keep": "Whoever has it keeps it",
    "last_owner": "Whoever of the team had this customer last, else in turn",
    "who_replied": "Whoever replied keeps it, else in turn",
}
PROMISES = {"first_response": "First reply in", "reply": "Reply in"}
CUSTOMER = "the customer"
UNITS = {"m": "minute", "h": "hour", "d": "day"}

# A place in a text that is filled in for each customer: {{ contact.first_name | default: 'there' }}.
_FIELD = re.compile(r"{{\s*([\w.]+)[^}]*}}")
FIELDS = {
    "contact.name": "their name", "contact.first_name": "first name", "business.name": "our name",
    "business.phone": "our phone number", "business.place": "our town", "owner.name": "owner’s name",
    "owner.first_name": "owner’s first name", "step.title": "next step", "step.due": "when we call",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A part of a text: words as they stand, or the name of what is filled in."""

    text: str
    is_field: bool = False


def pieces(text: str) -> list[Piece]:
    """A template as it reads before it is filled in."""
    parts = _FIELD.split(text)
    found = [Piece(field_in_words(part), True) if place % 2 else Piece(part) for place, part in enumerate(parts)]
    return [piece for piece in found if piece.text]


def field_in_words(name: str) -> str:
    return FIELDS.get(name) or name.rpartition(".")[2].replace("_", " ")


def step_in_words(title: str) -> str:
    """A step's title without anybody's name: “Call the customer”."""
    return _FIELD.sub(lambda field: CUSTOMER if field[1].startswith("contact.") else field_in_words(field[1]), title)


def what_it_does(playbook: Playbook, rule: Rule | Next, *, title: str = "") -> str:
    """The act of a rule as a promise: “the owner and the manager are told”. `title` is that of its step, where set."""
    if isinstance(rule, Next):
        return f"it moves to {playbook.stages[rule.to].title}"
    match rule.action:
        case "send":
            return f"“{playbook.messages[rule.send or ''].title}” goes out by itself"
        case "task" if rule.task:
            return f"the step “{title or step_in_words(rule.task.title)}” is set"
        case "reassign":
            return "it moves to the next free person and both are told"
        case "escalate":
            return "the owner and the manager are told"
        case "start":
            return f"{in_words(rule.start or '')} begins"
        case "park" if rule.park:
            return f"it rests for {rule.park.in_words}: {lower_first(rule.reason or '')}"
        case "close":
            return f"it is closed as {rule.close}: {lower_first(rule.reason or '')}"
        case "tag":
            return f"they are tagged {rule.tag}"
        case _:
            return f"it is marked as priority: {lower_first(rule.priority or '')}"


def briefly(playbook: Playbook, rule: Rule) -> str:
    """`what_it_does` where there is little room and many rules stand together."""
    match rule.action:
        case "reassign":
            return "goes to the next free person"
        case "escalate":
            return "owner and manager are told"
        case "park" if rule.park:
            return f"rests for {rule.park.in_words}: {lower_first(rule.reason or '')}"
        case "close":
            return f"closed as {rule.close}: {lower_first(rule.reason or '')}"
        case "priority":
            return f"priority: {lower_first(rule.priority or '')}"
        case _:
            return what_to_do(rule) or what_it_does(playbook, rule)


def what_to_do(rule: Rule) -> str:
    """A step that a rule sets, with its time: “Call the customer within 5 min”."""
    return f"{step_in_words(rule.task.title)} within {working(rule.task.due)}" if rule.task else ""


def owned(rule: OwnerRule) -> str:
    """Whose it is, as the head of a sentence: “By load: whoever has least”."""
    return OWNED[rule.by]


def owned_details(playbook: Playbook, rule: OwnerRule) -> list[str]:
    """What else the rule says of the owner, each a short sentence."""
    asked = f"Those who cover the answer to {field_asked(playbook, rule.match)} come first." if rule.match else ""
    nobody = "Nobody on duty: a manager gets it." if rule.if_nobody == "manager" else ""
    accept = f"Handed over: must be accepted within {working_time(rule.accept)}." if rule.accept else ""
    away = "Away: it waits for them." if rule.if_away == "wait" else "Away: next free."
    return [said for said in (asked, accept, away, nobody) if said]


def way_on(playbook: Playbook, stage: str, way: Next) -> str:
    """What moves a journey on: “when they write or we speak by phone”; with its aim where the path is left."""
    keys = list(playbook.stages)
    following = keys[keys.index(stage) + 1] if stage != keys[-1] else ""
    aim = "" if way.to == following else f"to {playbook.stages[way.to].title} "
    clauses = list(dict.fromkeys(trigger_clause(playbook, word) for word in way.on))
    clauses += [f"“{title_of_rule(playbook, id)}” is done" for id in way.done]
    told = [f"when {either(clauses)}"] if clauses else []
    told += [f"after {way.after.in_words}"] if way.after else []
    return f"{aim}{either(told)}{provided(playbook, way.if_)}"


def trigger_clause(playbook: Playbook, word: str) -> str:
    if word == "answers_complete":
        return f"all {len(playbook.questions)} answers are in"
    return TRIGGER_CLAUSES[word]


def title_of_rule(playbook: Playbook, id: str) -> str:
    place = playbook.places.get(id)
    rule = place.rule if place else None
    return step_in_words(rule.task.title) if isinstance(rule, Rule) and rule.task else id.replace("-", " ")


def triggers(words: Iterable[str]) -> str:
    """What sets rules off, at the head of a sentence: “Web form, referral or message”."""
    return upper_first(either(list(dict.fromkeys(TRIGGER_NOUNS[word] for word in words))))


def cause(why: str) -> str:
    """What set a rule off, for people: “New: form” is “After: web form”. Any other reason stays as it is."""
    word = why.rpartition(": ")[2].replace(" ", "_")
    return f"After: {TRIGGER_NOUNS[word]}" if word in TRIGGER_NOUNS else why


def promise(limit: Limit) -> str:
    """“First reply in 5 min”. The limit of a stage stands at its head, so here is only what happens past it."""
    return f"{PROMISES[limit.clock]} {working(limit.within)}" if limit.clock in PROMISES else "Past the limit"


def provided(playbook: Playbook, condition: Condition | None) -> str:
    """The end of a sentence whose rule has a condition: “, if “Do you own the building?” is yes”."""
    return f", if {condition_in_words(playbook, condition)}" if condition else ""


def condition_in_words(playbook: Playbook, condition: Condition) -> str:
    for parts, joint, none in ((condition.all, "and", ""), (condition.any, "or", ""), (condition.none, "or", "not ")):
        if parts is not None:
            said = joined([part_in_words(playbook, part) for part in parts], joint)
            return f"{none}({said})" if none else said
    operator, operand = condition.test
    if operator == "is" and (clause := CLAUSES.get((condition.field or "", operand))):
        return clause
    asked, joint = field_asked(playbook, condition.field or ""), OPERATORS_IN_WORDS.get(operator, "is")
    if operator == "known":
        return f"{asked} is {'known' if operand else 'not known'}"
    return f"{asked} {joint} {operand_in_words(operand)}"


def part_in_words(playbook: Playbook, part: Condition) -> str:
    """Several together stand in brackets among others."""
    said = condition_in_words(playbook, part)
    return f"({said})" if part.any is not None or part.all is not None else said


# How an operator reads between its field and its value; those that are not here read “is”.
OPERATORS_IN_WORDS = {
    "is_not": "is not", "one_of": "is", "none_of": "is none of", "contains": "contains", "more_than": "is more than",
    "less_than": "is less than", "at_least": "is at least", "at_most": "is at most", "before": "is before",
    "after": "is after",
}  # fmt: skip


# Questions that have no noun to be asked about.
CLAUSES = {
    ("priority", "yes"): "it is marked as urgent",
    ("priority", "no"): "it is not marked as urgent",
    ("contact.has_email", "yes"): "we have an email address of theirs",
    ("contact.has_email", "no"): "we have no email address of theirs",
    ("contact.has_phone", "yes"): "we have a mobile number of theirs",
    ("contact.has_phone", "no"): "we have no mobile number of theirs",
}


def operand_in_words(operand: str | list[str]) -> str:
    if isinstance(operand, str):
        return operand or "empty"
    return either([word or "empty" for word in operand])


def field_asked(playbook: Playbook, field: str) -> str:
    """A field of a condition; the answer to a question is called by what is asked."""
    room, _, key = field.rpartition(".")
    asked = next((question.ask for question in playbook.questions if question.key == key), "")
    if room == "answers" and asked:
        return f"“{asked}”"
    return ASKED_OF_THEM.get(field, f"the {key.replace('_', ' ')}")


ASKED_OF_THEM = {
    "contact.first_name": "their first name", "contact.channel": "how they last wrote",
    "contact.source": "what brought them here", "contact.opted_out": "what they asked us to stop",
    "contact.tags": "their tag", "contact.has_email": "whether we have an email address of theirs",
    "contact.has_phone": "whether we have a mobile number of theirs", "priority": "whether it is marked as urgent",
}  # fmt: skip


def working(span: Duration) -> str:
    """A length of working time: “5 min”, “4 hours”, “3 working days”."""
    if span.unit == "m":
        return f"{span.amount} min"
    return span.in_words if span.unit == "h" else f"{span.amount} working day{'' if span.amount == 1 else 's'}"


def in_words(key: str) -> str:
    """A key as people would write it: `care-plan` is “Care plan”."""
    return upper_first(key.replace("-", " "))


def working_time(span: Duration) -> str:
    """The same within a sentence: “2 working hours”."""
    return f"{span.amount} working {UNITS[span.unit]}{'' if span.amount == 1 else 's'}"


def either(words: Sequence[str]) -> str:
    return joined(words, "or")


def joined(words: Sequence[str], by: str) -> str:
    """a, b or c."""
    return f" {by} ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
