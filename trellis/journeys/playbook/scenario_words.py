"""A scenario as people read it: how it begins, what happens then, and what must be true. Pure."""

from collections.abc import Iterator

from trellis.journeys.playbook.scenario import Beat, Expectation, Given, Scenario
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.playbook.sentences import in_words, title_of_rule, upper_first

BEGINNINGS = {
    "form": "they send the form",
    "call": "they call",
    "missed_call": "their call is missed",
    "message": "they write",
    "referral": "somebody refers them",
    "handed_on": "another journey leads here",
}
THEY = BEGINNINGS | {"no_show": "they miss the meeting", "opts_out": "they ask us to stop"}
WE = {
    "reply": "the owner replies",
    "call": "the owner calls and they speak",
    "try_to_call": "the owner calls and nobody answers",
}


def beginning_of(playbook: Playbook, given: Given) -> str:
    """“Sat 21:40: their call is missed. They can be reached by text only.”"""
    said = [f"{upper_first(given.at)}: {BEGINNINGS[given.signal]}{answers_in_words(playbook, given.answers)}"]
    if given.reachable != ("email", "sms"):
        ways = " and ".join({"email": "email", "sms": "text"}[one] for one in given.reachable)
        said.append(f"They can be reached by {ways} only" if ways else "They cannot be written to")
    if given.name:
        said.append(f"Their name is {given.name}")
    return ". ".join(said)


def story_of(playbook: Playbook, scenario: Scenario) -> list[str]:
    """A sentence for each line of the story, in its order."""
    return [beat_in_words(playbook, beat) for beat in scenario.story]


def beat_in_words(playbook: Playbook, beat: Beat) -> str:
    """“1 hour later: they write”; “Then: “We got it” has gone out within 1 minute”."""
    if beat.expect:
        return f"Then {expected(playbook, beat.expect)}"
    when = f"{beat.after.in_words} later" if beat.after else upper_first(beat.at or "")
    happened = ", ".join(happenings(playbook, beat))
    return upper_first(": ".join(part for part in (when, happened) if part))


def happenings(playbook: Playbook, beat: Beat) -> Iterator[str]:
    if beat.customer:
        yield THEY[beat.customer]
    if beat.we:
        yield WE[beat.we]
    if beat.done:
        yield f"“{title_of_rule(playbook, beat.done)}” is done"
    if beat.move:
        yield f"it is moved to {playbook.stages[beat.move].title}"
    if beat.answers:
        yield f"it is written down{answers_in_words(playbook, beat.answers)}"


def answers_in_words(playbook: Playbook, answers: dict[str, str]) -> str:
    """“: Is water coming in right now? yes”; nothing where none is given."""
    asked = {question.key: question.ask for question in playbook.questions}
    said = "; ".join(f"{asked.get(key, key)} {answer}" for key, answer in answers.items())
    return said and f": {said}"


def expected(playbook: Playbook, wanted: Expectation) -> str:
    """What must be true, after “Then”."""
    if key := wanted.sent or wanted.not_sent:
        title = f"“{playbook.messages[key].title}”"
        within = f" within {wanted.within.in_words}" if wanted.within else ""
        return f"{title} has gone out{within}" if wanted.sent else f"{title} has not gone out"
    if key := wanted.step or wanted.no_step:
        title = f"the step “{title_of_rule(playbook, key)}”"
        due = f", due {upper_first(wanted.due)}" if wanted.due else ""
        return f"{title} is on the list{due}" if wanted.step else f"{title} is not on the list"
    if wanted.stage:
        return f"it stands in {playbook.stages[wanted.stage].title}"
    if wanted.status:
        return f"it is {wanted.status}"
    if wanted.owner_in:
        return f"somebody of {in_words(wanted.owner_in)} has it"
    if wanted.starts:
        return f"{in_words(wanted.starts)} begins"
    return "it is a priority" if wanted.priority else "it is no priority"
