"""Why, and why not, at the machine door."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import BaseModel, Field

from trellis.api.needs import needs
from trellis.api.paging import PageOf, Paging, cursor_of, place_of
from trellis.api.requests import ApiRequest
from trellis.journeys.models import Journey
from trellis.journeys.playbook.rule_words import RuleSaid
from trellis.journeys.publish import document_at
from trellis.journeys.queries import with_next_step
from trellis.journeys.why.answers import Answer, why_not
from trellis.journeys.why.coming import Coming, what_next
from trellis.journeys.why.reasons import Reason, Shown, why
from trellis.team.queries import business
from trellis.web.pages import viewer_for

router = Router(tags=["Journeys"])


class WhyQuery(Paging):
    show: Shown = Field("all", description="Everything, only what was done, or only what was not")
    rule: str = Field("", max_length=64, description="Only this rule; `answer` then says what became of it")


class RuleOut(BaseModel):
    """A rule in words. `condition` is empty where it always holds."""

    id: str
    words: str
    condition: str

    @classmethod
    def of(cls, rule: RuleSaid | None) -> Self | None:
        return cls(id=rule.id, words=rule.words, condition=rule.condition) if rule else None


class HappenedOut(BaseModel):
    """The fact that was decided on."""

    fact: str
    said: str
    at: datetime


class ReasonOut(BaseModel):
    """One thing that was done or, with `did` false, was not. `version` is null where it was not the playbook's doing.

    `inputs` is what the decision knew and used.
    """

    id: UUID
    at: datetime
    did: bool
    sentence: str
    rule: str
    version: int | None
    happened: HappenedOut | None
    inputs: dict[str, Any]

    @classmethod
    def of(cls, reason: Reason) -> Self:
        fact = reason.happened
        return cls(
            id=reason.id,
            at=reason.at,
            did=reason.did,
            sentence=reason.sentence,
            rule=reason.rule_id,
            version=reason.version or None,
            happened=HappenedOut(fact=fact.key, said=fact.said, at=fact.at) if fact else None,
            inputs=reason.world,
        )


class ComingOut(BaseModel):
    """One open task: who does it ("by itself" is Trellis), and why it is due just then, in the business's own time."""

    task: UUID
    title: str
    due_at: datetime
    local_time: str
    who: str
    because: str
    rule: RuleOut | None

    @classmethod
    def of(cls, step: Coming) -> Self:
        return cls(
            task=step.task_id,
            title=step.title,
            due_at=step.at,
            local_time=step.when,
            who=step.who,
            because=step.because,
            rule=RuleOut.of(step.rule),
        )


class AnswerOut(BaseModel):
    """What became of one rule: did, did_not, waits, or never when nothing came of it so far."""

    state: str
    sentence: str
    rule: RuleOut | None

    @classmethod
    def of(cls, answer: Answer | None) -> Self | None:
        return cls(state=answer.state, sentence=answer.sentence, rule=RuleOut.of(answer.rule)) if answer else None


class WhyOut(PageOf[ReasonOut]):
    """A page of reasons, the newest first, and what comes next, the soonest first."""

    coming: list[ComingOut]
    answer: AnswerOut | None


@router.get("/journeys/{uuid:journey_id}/why", response=WhyOut, summary="Say why, and why not")
@needs("see", "journey")
def read_why(request: ApiRequest, journey_id: UUID, wanted: Query[WhyQuery]) -> WhyOut:
    """What was decided and what was held back, each with its reason; and what will happen next."""
    journey = get_object_or_404(with_next_step(Journey.objects.visible_to(request.auth, offered=True)), pk=journey_id)
    viewer = viewer_for(AnonymousUser(), request.at, business())
    reasons, after = why(
        journey,
        document_at(journey.playbook_id),
        shown=wanted.show,
        rules=[wanted.rule] if wanted.rule else None,
        before=place_of(wanted.cursor) if wanted.cursor else None,
        limit=wanted.limit,
    )
    return WhyOut(
        items=[ReasonOut.of(reason) for reason in reasons],
        next=cursor_of(*after) if after else None,
        coming=[ComingOut.of(step) for step in what_next(journey, viewer)],
        answer=AnswerOut.of(why_not(journey, wanted.rule, viewer)) if wanted.rule else None,
    )
