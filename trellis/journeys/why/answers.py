"""Why was that not done? An answer for any rule, whether or not anything was ever decided about it."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import F, Q

from trellis.core.questions import RowsOf, ask_together
from trellis.journeys.models import Clock, Draft, Journey, Playbook, StageVisit, Task
from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
from trellis.journeys.playbook.rule_words import RuleSaid, promise_of, rule_in_words, triggers_of
from trellis.journeys.playbook.schema import Next, RulePlace
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import TRIGGER_NOUNS, either, lower_first, way_on
from trellis.journeys.playbook.steps import ALL_STEPS, step_of
from trellis.journeys.publish import document_of, read_back
from trellis.journeys.why.reasons import Reason, why
from trellis.web.times import Viewer, short_moment

MOST = 8
ENOUGH = 2_000
# Words of a question that name no rule.
EMPTY = frozenset(
    {
        *("a", "an", "and", "any", "are", "at", "did", "do", "does", "for", "from", "get", "got", "had", "has", "have"),
        *("he", "her", "him", "how", "i", "in", "is", "it", "its", "me", "my", "no", "not", "of", "on", "or", "our"),
        *("out", "she", "so", "that", "the", "their", "them", "then", "they", "this", "to", "us", "was", "we", "were"),
        *("what", "when", "who", "why", "with", "yet", "you"),
    }
)
ALIKE = {
    "text": "send", "texts": "send", "email": "send", "emails": "send", "mail": "send", "message": "send",
    "messages": "send", "sms": "send", "sent": "send", "texted": "send", "wrote": "send", "write": "send",
    "written": "send", "called": "call", "calls": "call", "phone": "call", "parked": "park", "rest": "park",
    "moved": "move", "closed": "close", "manager": "escalate", "escalated": "escalate", "reassigned": "reassign",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`state` is did, did_not, waits or never (nothing came of it so far)."""

    rule: RuleSaid
    state: str
    sentence: str


@dataclass
class Record:
    """All that is known of a journey: two queries, however many `rules` are asked about (all where it is None)."""

    journey: Journey
    viewer: Viewer
    rules: Collection[str] | None = None

    @cached_property
    def document(self) -> Document:
        return document_of(self.journey.playbook)

    @cached_property
    def newest(self) -> dict[str, Reason]:
        """What was last decided about each rule."""
        found, _ = why(self.journey, self.document, rules=self.rules, limit=ENOUGH)
        return {one.rule_id: one for one in reversed(found)}

    @cached_property
    def known(self) -> dict[str, list[Any]]:
        """What is open and timed, where it has been, and the versions that somebody may mean."""
        of, key = self.journey.pk, self.journey.playbook_key
        stays = StageVisit.objects.filter(journey=of).annotate(stage_key=F("stage__key"))
        meant = Q(pk=self.journey.playbook_id) | Q(key=key, active_at__isnull=False)
        return ask_together(
            self.journey,
            tasks=RowsOf(Task.objects.filter(journey=of, status="open")),
            stays=RowsOf(stays.order_by("entered_at", "id")),
            clocks=RowsOf(Clock.objects.filter(journey=of).order_by("started_at", "id")),
            versions=RowsOf(Playbook.objects.filter(meant)),
            drafts=RowsOf(Draft.objects.filter(key=key)),
        )

    @cached_property
    def waiting(self) -> dict[str, Task]:
        return {task.rule_id: task for task in self.known["tasks"]}

    @cached_property
    def visits(self) -> dict[str, StageVisit]:
        """The last stay in each stage."""
        return {stay.stage_key: stay for stay in self.known["stays"]}

    @cached_property
    def clocks(self) -> dict[str, Clock]:
        return {clock.rule_id: clock for clock in self.known["clocks"]}

    @cached_property
    def written(self) -> Document:
        """The version that it walks with the steps that are switched off."""
        walked = next(one for one in self.known["versions"] if one.pk == self.journey.playbook_id)
        return read_back(walked.document)

    @cached_property
    def live(self) -> tuple[int, Document] | None:
        """The live version, where that is another one."""
        others = (one for one in self.known["versions"] if one.pk != self.journey.playbook_id)
        return next(((one.version, read_back(one.document)) for one in others), None)

    @cached_property
    def drafted(self) -> Document | None:
        """The draft, as far as it can be read."""
        try:
            return next((load_playbook(draft.source) for draft in self.known["drafts"]), None)
        except PlaybookFaulty:
            return None

    @property
    def documents(self) -> Iterator[Document]:
        """Where a rule may stand, the one that it walks first."""
        yield from (self.document, self.written)
        if self.live:
            yield self.live[1]
        if self.drafted:
            yield self.drafted


def ask(journey: Journey, question: str, viewer: Viewer) -> list[Answer]:
    """What became of the rules that a question names: “still need help”, “why was no text sent?”, a rule's id."""
    record = Record(journey, viewer)
    asked = words_of(question)
    found: dict[str, tuple[Document, RulePlace]] = {}
    for document in record.documents:
        for id, place in document.places.items():
            if asked and id not in found and names(document, place, question, asked):
                found[id] = document, place
    record.rules = list(found)
    ordered = sorted(found.items(), key=lambda one: one[0] not in record.newest and one[0] not in record.waiting)
    return [answer(record, document, place) for _, (document, place) in ordered[:MOST]]


def why_not(journey: Journey, rule_id: str, viewer: Viewer) -> Answer | None:
    """What became of one rule; None where no version knows it."""
    record = Record(journey, viewer, [rule_id])
    for document in record.documents:
        if place := document.places.get(rule_id):
            return answer(record, document, place)
    return None


def words_of(question: str) -> list[str]:
    words = re.findall(r"[\w]+", question.lower())
    return [ALIKE.get(word, word) for word in words if word not in EMPTY] or words


def names(document: Document, place: RulePlace, question: str, asked: list[str]) -> bool:
    """Whether every word that was asked begins one of the rule's own."""
    rule = place.rule
    if rule.id == question.strip():
        return True
    told = rule_in_words(document, place)
    kinds = ["move"] if isinstance(rule, Next) else [rule.action, rule.task.kind if rule.task else ""]
    own = re.findall(r"[\w]+", f"{told.words} {told.stage_title} {rule.id}".lower()) + kinds
    return all(any(one.startswith(word) for one in own) for word in asked)


def answer(record: Record, document: Document, place: RulePlace) -> Answer:
    state, sentence = became(record, document, place)
    return Answer(rule=rule_in_words(document, place), state=state, sentence=sentence)


def became(record: Record, document: Document, place: RulePlace) -> tuple[str, str]:
    id = place.rule.id
    if task := record.waiting.get(id):
        because = f" {task.why}." if task.why else ""
        return "waits", f"It waits: due {moment(record, task.due_at)}.{because}"
    if any(task.get("rule_id") == id for task in (record.journey.held or {}).get("tasks", [])):
        return "waits", "It stands still until somebody decides which version this goes on with."
    if last := record.newest.get(id):
        return ("did" if last.did else "did_not"), f"{last.sentence.rstrip('.')}. That was {moment(record, last.at)}."
    return "never", elsewhere(record, id) or not_yet(record, document, place)


def elsewhere(record: Record, id: str) -> str:
    """A rule that the version it walks does not run."""
    if id in record.document.places:
        return ""
    if id in record.written.places:
        step = next(one.title for one in ALL_STEPS if one.key == step_of(record.written.places[id]))
        return f"It is switched off: the step “{step}” is not among those of this playbook."
    walked = record.journey.playbook.version
    if record.live and id in record.live[1].places:
        return f"This one walks version {walked}; the rule stands in version {record.live[0]}."
    return f"It stands in the draft alone and is not published. This one walks version {walked}."


def not_yet(record: Record, document: Document, place: RulePlace) -> str:
    """Nothing was ever decided about it: what it waits for."""
    if place.part == "after_delivery":
        return since_delivery(record, document)
    if place.part == "wake":
        return "It has not rested so far, so nothing had to wake it."
    visit = record.visits.get(place.stage)
    title = document.stages[place.stage].title
    if visit is None:
        return f"It belongs to {title}, where this one has not been. It is in {record.journey.stage.title}."
    left = f" It left {title} {moment(record, visit.left_at)}." if visit.left_at else ended(record)
    return f"{untouched(record, document, place, title)}{left}"


def untouched(record: Record, document: Document, place: RulePlace, title: str) -> str:
    if isinstance(place.rule, Next):
        told = way_on(document, place.stage, place.rule)
        return f"It goes that way {told}; that did not happen while it was in {title}."
    match place.part:
        case "when":
            nouns = either([TRIGGER_NOUNS[word] for word in dict.fromkeys(triggers_of(document, place))])
            return f"It answers to a {nouns}: nothing of the kind came while it was in {title}."
        case "late":
            return in_time(record, place)
        case "quiet" if any(is_owed(clock) for clock in record.clocks.values()):
            return "Their silence is not counted while a reply is owed to them."
        case "quiet":
            return f"They were not quiet for so long while it was in {title}."
        case _:
            return f"{title} was entered before this rule was part of the version that it walks."


def is_owed(clock: Clock) -> bool:
    return clock.kind != "stage" and clock.met_at is None and clock.dropped_at is None


def in_time(record: Record, place: RulePlace) -> str:
    assert place.limit
    promise = promise_of(place.limit)
    clock = record.clocks.get(place.limit.id)
    if clock is None:
        return f"{promise} was never owed, so it could not be late."
    if clock.met_at:
        late = "late" if clock.met_at > clock.due_at else "in time"
        return f"{promise} was kept {late}, {moment(record, clock.met_at)}."
    if clock.dropped_at:
        return f"{promise} was no longer owed from {moment(record, clock.dropped_at)} on."
    return f"{promise} runs until {moment(record, clock.due_at)}."


def since_delivery(record: Record, document: Document) -> str:
    delivery = document.stages[document.delivery_stage].title if document.delivery_stage else "the delivery"
    if record.journey.delivered_at is None:
        return f"It begins with {delivery}, and this one has not come to {delivery}.{ended(record)}"
    return f"{delivery} was reached {moment(record, record.journey.delivered_at)}, before this rule was there."


def ended(record: Record) -> str:
    if closed := record.journey.closed_at:
        return f" It was closed {moment(record, closed)}: {lower_first(record.journey.closed_reason)}."
    return ""


def moment(record: Record, at: datetime) -> str:
    return short_moment(at, record.viewer)
