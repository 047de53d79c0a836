"""The page that says why: what was decided, what was held back, and what comes next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args
from uuid import UUID

from django.db.models import Q

from trellis.conversations.models import Message, MessageState
from trellis.journeys.models import Journey, Playbook
from trellis.journeys.playbook.rule_words import RuleSaid, said_of
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_at
from trellis.journeys.why.answers import Answer, ask
from trellis.journeys.why.coming import Coming, what_next
from trellis.journeys.why.inputs import inputs_in_words
from trellis.journeys.why.reasons import Cursor, Happened, Reason, Shown, moments, why
from trellis.people.reach import in_reach_of
from trellis.team.models import User
from trellis.team.queries import active_people
from trellis.web.times import Viewer, short_moment

PAGE, MOST_UNSENT = 40, 20
NOT_LEFT = Q(state__in=(MessageState.SUPPRESSED, MessageState.FAILED, MessageState.IN_DOUBT)) | ~Q(held="")


@dataclass(frozen=True, kw_only=True)
class ReasonShown:
    """`rule` is None where no rule of the playbook did it."""

    reason: Reason
    rule: RuleSaid | None
    inputs: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class MomentShown:
    at: datetime
    happened: Happened | None
    reasons: list[ReasonShown]


@dataclass(frozen=True, kw_only=True)
class WhyPage:
    """`unsent` are the messages of ours that have not left, the newest first, for whoever may read them. `before` is
    where the next, older page begins; empty on the last.
    """

    unsent: list[Message]
    moments: list[MomentShown]
    coming: list[Coming]
    answers: list[Answer]
    before: str


def why_page(journey: Journey, viewer: Viewer, *, shown: Shown, before: str, asked: str, who: User) -> WhyPage:
    """About ten queries, however long the story is; one for all that was decided."""
    document = document_at(journey.playbook_id)
    reasons, after = why(journey, document, shown=shown, before=read_cursor(before), limit=PAGE)
    documents = documents_of(journey, reasons)
    names = {str(person.pk): person.name for person in active_people()}

    def show(reason: Reason) -> ReasonShown:
        walked = documents.get(reason.version, document)
        inputs = inputs_in_words(reason.world, names, lambda at: short_moment(at, viewer))
        return ReasonShown(reason=reason, rule=said_of(walked, reason.rule_id), inputs=inputs)

    told = [
        MomentShown(at=one.at, happened=one.happened, reasons=[show(reason) for reason in one.reasons])
        for one in moments(reasons)
    ]
    answers = ask(journey, asked, viewer) if asked else []
    return WhyPage(
        unsent=[] if before else unsent(journey, who),
        moments=told,
        coming=what_next(journey, viewer),
        answers=answers,
        before=write_cursor(after),
    )


def unsent(journey: Journey, who: User) -> list[Message]:
    may_read = in_reach_of(who, "see", "conversation", contact="contact")
    rows = Message.objects.filter(may_read, NOT_LEFT, journey_id=journey.pk, direction="out")
    return list(rows.select_related("written_by").order_by("-created_at")[:MOST_UNSENT])


def documents_of(journey: Journey, reasons: Iterable[Reason]) -> dict[int, Document]:
    """The other versions that were decided by, by their numbers."""
    others = {reason.version for reason in reasons} - {0, journey.playbook.version}
    if not others:
        return {}
    found = Playbook.objects.filter(key=journey.playbook_key, version__in=others).values_list("version", "pk")
    return {version: document_at(pk) for version, pk in found}


def read_shown(text: str) -> Shown:
    return cast(Shown, text) if text in get_args(Shown) else "all"


def read_cursor(text: str) -> Cursor | None:
    """Where a page ended; nothing when the address was cut or made up."""
    at, _, pk = text.replace(" ", "+").partition("_")
    try:
        place = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    return place if place[0].tzinfo else None


def write_cursor(place: Cursor | None) -> str:
    return f"{place[0].isoformat()}_{place[1]}" if place else ""
