"""A journey at its beginning: by a signal, or because another journey of the same customer leads to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from trellis.core.ids import new_id
from trellis.journeys.models import Journey, Playbook
from trellis.journeys.playbook.sentences import in_words
from trellis.journeys.publish import active_playbook, document_of, stage_of
from trellis.people.models import Contact


def new_journey(
    playbook: Playbook,
    contact: Contact,
    *,
    at: datetime,
    title: str = "",
    words: str = "",
    context: Mapping[str, Any],
    continues: Journey | None = None,
) -> Journey:
    """A row that is not written yet: the first fact that `apply` is told about it starts it."""
    return Journey(
        id=new_id(),
        contact=contact,
        playbook=playbook,
        playbook_key=playbook.key,
        stage=stage_of(playbook, document_of(playbook).first_stage),
        title=title[:200],
        words=words,
        context=dict(context),
        started_at=at,
        stage_entered_at=at,
        assigned_at=at,
        continues=continues,
    )


def why_none_follows(journey: Journey, playbook: str) -> str:
    """Why this journey cannot lead to one of that playbook now; empty when it can."""
    if active_playbook(playbook) is None:
        return f"{in_words(playbook)} is not published, so it was not started"
    walks = Journey.objects.exclude(status="closed").filter(contact=journey.contact_id, playbook_key=playbook)
    return f"{in_words(playbook)} is on its way with them already" if walks.exists() else ""


def successor_of(journey: Journey, playbook: str, at: datetime) -> Journey:
    """The journey that this one leads to; `why_none_follows` has been asked."""
    active = active_playbook(playbook)
    assert active is not None
    return new_journey(
        active,
        journey.contact,
        at=at,
        title=journey.title,
        context={"kind": "handed_on", "channel": "", "source": journey.playbook.title, "page": ""},
        continues=journey,
    )
