"""J4: what messages say: three parts, one question, and only what is known of whoever gets them. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from liquid import Environment, StrictDefaultUndefined
from liquid.exceptions import LiquidError

from trellis.journeys.engine.effects import Send
from trellis.journeys.engine.state import State
from trellis.journeys.lint.case import Case
from trellis.journeys.lint.search import Edge
from trellis.journeys.playbook.schema import Message, Playbook, Rule
from trellis.journeys.rehearsal.walk import Step, Walk

_environment = Environment(undefined=StrictDefaultUndefined)
_NAMED = re.compile(r"\b(contact|business|owner|step|answers)\.(\w+)|{{-?\s*(\w+(?:\.\w+)?)")
_TAG = re.compile(r"{{.*?}}|{%.*?%}")

PARTS = (("acknowledge", "confirms nothing"), ("ask", "asks nothing"), ("next_step", "does not say what comes next"))
NAMES = frozenset({"contact.name", "contact.first_name"})
ALWAYS = frozenset(
    {"business.name", "business.phone", "business.place", "owner.name", "owner.first_name"}
)  # A business has said these of itself, and a journey always has an owner.
STEP = frozenset({"step.title", "step.due"})
TITLES = NAMES


@dataclass(frozen=True)
class Lack:
    """What a message names and somebody who gets it does not have, with how that came about."""

    name: str
    how: str


def check_wording(case: Case, opt_outs: frozenset[str]) -> None:
    for key, message in case.playbook.messages.items():
        parts(case, key, message)
        questions(case, key, message)
    unknown_names(case)
    titles(case)
    for edge in case.search.edges:
        for step in edge.steps:
            for send in sends(step):
                nameless(case, edge, send)
                unresolved(case, edge, step, send)
                opting_out(case, edge, send, opt_outs)


def parts(case: Case, key: str, message: Message) -> None:
    """A part that comes out empty for somebody who has everything, or for whom only the fallbacks hold."""
    for part, lacks in PARTS:
        texts = (rendered(getattr(message, part), known) for known in (known_names(case.playbook), ALWAYS))
        if any(text is not None and not any(letter.isalnum() for letter in text) for text in texts):
            case.add(
                "J4.part-empty",
                f"“{message.title}” {lacks}: `{part}` comes out empty.",
                f"Write `{part}` in words that everybody gets.",
                place=("messages", key, part),
            )


def questions(case: Case, key: str, message: Message) -> None:
    asked = {part: _TAG.sub("", getattr(message, part)).count("?") for part, _ in PARTS}
    if asked["ask"] == 0:
        case.add(
            "J4.no-question",
            f"“{message.title}” asks nothing, so there is nothing to answer.",
            "Ask one question in `ask` that can be answered in a word, and end it with a question mark.",
            place=("messages", key, "ask"),
        )
    elif sum(asked.values()) > 1:
        case.add(
            "J4.two-questions",
            f"“{message.title}” asks {sum(asked.values())} things at once; people answer the easier one, or none.",
            "Keep the one question that leads on.",
            place=("messages", key, next(part for part in ("ask", "acknowledge", "next_step") if asked[part])),
        )


def unknown_names(case: Case) -> None:
    """What no customer ever has."""
    everything = known_names(case.playbook)
    for key, message in case.playbook.messages.items():
        for part in ("subject", *(part for part, _ in PARTS)):
            for name in lacking(getattr(message, part) or "", everything):
                case.add(
                    "J4.variable",
                    f"“{message.title}” names `{name}`, which nobody has: it would never go out.",
                    f"A message knows {', '.join(sorted(NAMES | ALWAYS | STEP))} and answers.<question>.",
                    place=("messages", key, part),
                )


def titles(case: Case) -> None:
    for id, place in case.playbook.places.items():
        if isinstance(place.rule, Rule) and place.rule.task:
            for name in lacking(place.rule.task.title, TITLES):
                case.add(
                    "J4.title",
                    f"The step “{place.rule.task.title}” names `{name}`, which stays empty in a title.",
                    "A title knows contact.name and contact.first_name.",
                    stage=place.stage,
                    rule=id,
                )


def sends(step: Step) -> Iterator[Send]:
    return (effect for effect in step.effects if isinstance(effect, Send) and not effect.suppressed)


def nameless(case: Case, edge: Edge, send: Send) -> None:
    """Whoever calls or writes first has no name yet."""
    everything = known_names(case.playbook)
    for name in lacking(text_of(case.playbook.messages[send.message]), everything - NAMES):
        if name in NAMES:
            case.add(
                "J4.variable",
                f"“{title_of(case, send)}” names `{name}`; whoever has given no name does not get it.",
                f"Write {{{{ {name} | default: 'there' }}}}.",
                stage=edge.after.stage,
                rule=send.rule_id,
                place=("messages", send.message, *part_naming(case, send, name)),
                path=replace(
                    case.story(edge, f"they gave no name, so “{title_of(case, send)}” is not sent"),
                    customer=replace(case.search.customer, name="", first_name=""),
                ),
            )


def unresolved(case: Case, edge: Edge, step: Step, send: Send) -> None:
    """What is not known of this journey when the message goes out."""
    for name in lacks_in(case.playbook, step.after, send):
        case.add(
            "J4.variable",
            f"“{title_of(case, send)}” names `{name}`, {why_not(name)} when `{send.rule_id}` sends it.",
            f"Write {{{{ {name} | default: '…' }}}}, or send it only where that is known.",
            stage=step.after.stage,
            rule=send.rule_id,
            message=send.message,
            path=case.story(edge, f"`{name}` is not known, so “{title_of(case, send)}” is not sent"),
        )


def check_by_hand(case: Case, walks: Iterable[tuple[Walk, Step]]) -> None:
    """The same of journeys that somebody moved to a stage by hand."""
    for walk, step in walks:
        for send in sends(step):
            for name in lacks_in(case.playbook, step.after, send):
                if not already(case, send.rule_id, name):
                    case.add(
                        "J4.variable-by-hand",
                        f"“{title_of(case, send)}” names `{name}`, {why_not(name)} of somebody moved there by hand.",
                        f"Write {{{{ {name} | default: '…' }}}}.",
                        stage=step.after.stage,
                        rule=send.rule_id,
                        message=send.message,
                        path=case.story(walk, f"`{name}` is not known, so “{title_of(case, send)}” is not sent"),
                    )


def already(case: Case, rule: str, name: str) -> bool:
    return any(
        finding.code == "J4.variable" and finding.rule_id == rule and f"`{name}`" in finding.sentence
        for finding in case.findings
    )


def opting_out(case: Case, edge: Edge, send: Send, opt_outs: frozenset[str]) -> None:
    """Texts end with STOP and emails with a link; a channel that adds neither must not be written to by rules."""
    if send.channel not in opt_outs:
        case.add(
            "J4.opt-out",
            f"“{title_of(case, send)}” goes out by {send.channel}, where nobody can ask us to stop.",
            "Send it on a channel that offers a way out.",
            rule=send.rule_id,
            path=case.story(edge, "they got an automatic message that they cannot stop"),
        )


def lacks_in(playbook: Playbook, state: State, send: Send) -> list[str]:
    known = known_names(playbook) - STEP - answers_of(playbook)
    known |= STEP if state.person_tasks else frozenset()
    known |= {f"answers.{key}" for key, value in state.answers.items() if value}
    whole = known_names(playbook)
    return [name for name in lacking(text_of(playbook.messages[send.message]), frozenset(known)) if name in whole]


def why_not(name: str) -> str:
    return "but nobody has a step" if name in STEP else "which is not known"


def title_of(case: Case, send: Send) -> str:
    return case.playbook.messages[send.message].title


def part_naming(case: Case, send: Send, name: str) -> tuple[str, ...]:
    message = case.playbook.messages[send.message]
    parts = ("subject", "acknowledge", "ask", "next_step")
    return tuple(part for part in parts if name in (getattr(message, part) or ""))[:1]


def text_of(message: Message) -> str:
    return f"{message.subject or message.title}\n{message.text}"


def known_names(playbook: Playbook) -> frozenset[str]:
    return NAMES | ALWAYS | STEP | answers_of(playbook)


def answers_of(playbook: Playbook) -> frozenset[str]:
    return frozenset(f"answers.{question.key}" for question in playbook.questions)


@lru_cache(maxsize=4096)
def lacking(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """The names without which this text cannot be rendered, given that only these are known."""
    if "{" not in text or rendered(text, known) is not None:
        return ()
    named = dict.fromkeys(f"{group}.{name}" if group else other for group, name, other in _NAMED.findall(text))
    missing = [name for name in named if name not in known]
    return tuple(name for name in missing if rendered(text, known | set(missing) - {name}) is None)


@lru_cache(maxsize=4096)
def rendered(text: str, known: frozenset[str]) -> str | None:
    """The text as somebody gets it of whom just this is known; None when it would not go out."""
    words: dict[str, dict[str, str] | str] = {"contact": {}, "business": {}, "owner": {}, "step": {}, "answers": {}}
    for name in known:
        group, _, part = name.partition(".")
        room = words.setdefault(group, {} if part else "word")
        if part and isinstance(room, dict):
            room[part] = "word"
    try:
        return _environment.from_string(text).render(**words)
    except LiquidError:
        return None
