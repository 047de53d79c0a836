"""The next version of a playbook while it is written: kept as it is, faulty or not, and never overwritten unseen."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from trellis.core.refusal import Refused
from trellis.journeys.models import Draft, InFlight, Playbook
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.publish import active_now, publish_playbook
from trellis.team.models import User

LONGEST_SOURCE = 500_000


class DraftChanged(Refused):
    """Somebody else saved meanwhile. `draft` is theirs; what was sent is still the caller's to show."""

    def __init__(self, draft: Draft | None, sentence: str) -> None:
        super().__init__("draft_changed", sentence)
        self.draft = draft


def draft_of(key: str) -> Draft | None:
    return Draft.objects.select_related("edited_by", "based_on").filter(key=key).first()


@transaction.atomic
def save_draft(key: str, source: str, *, seen: int | None, by: User | None, at: datetime) -> Draft:
    """Keep the text. `seen` is the revision that it was written from, None for none: the second of two is told."""
    if len(source) > LONGEST_SOURCE:
        raise Refused("too_long", f"A playbook has at most {LONGEST_SOURCE:,} characters.")
    Playbook.objects.select_for_update().filter(key=key, active_at__isnull=False).first()
    draft = Draft.objects.select_for_update(of=("self",)).filter(key=key).first()
    require_seen(draft_of(key) if draft else None, seen)
    if draft is None:
        return Draft.objects.create(key=key, source=source, based_on=active_now(key), edited_at=at, edited_by=by)
    draft.source, draft.edited_at, draft.edited_by = source, at, by
    draft.revision += 1
    draft.save(update_fields=["source", "edited_at", "edited_by", "revision"])
    return draft


@transaction.atomic
def discard_draft(key: str, *, seen: int | None, by: User | None, at: datetime) -> None:
    """Throw the text away, if it is the one that was looked at."""
    draft = Draft.objects.select_for_update(of=("self",)).filter(key=key).first()
    require_seen(draft_of(key) if draft else None, seen)
    if draft:
        draft.delete()


@transaction.atomic
def publish_draft(
    key: str,
    *,
    seen: int | None,
    expecting: int | None,
    by: User | None,
    at: datetime,
    in_flight: str = InFlight.FINISH,
    mapping: Mapping[str, str] | None = None,
    reason: str = "",
) -> Playbook:
    """Publish the text that was looked at, and be done with the draft. Raises PlaybookFaulty, DraftChanged, Refused."""
    draft = Draft.objects.select_for_update(of=("self",)).filter(key=key).first()
    require_seen(draft_of(key) if draft else None, seen)
    if draft is None:
        raise Refused("no_draft", "There is no draft any more. Begin one, or publish a text.")
    require_key(draft)
    published = publish_playbook(
        draft.source,
        by=by,
        at=at,
        in_flight=in_flight,
        mapping=mapping,
        reason=reason,
        expecting=expecting,
    )
    draft.delete()
    return published


def require_key(draft: Draft) -> None:
    """A text under another key would publish another playbook, and leave this one as it is."""
    key = load_playbook(draft.source).key
    if key != draft.key:
        raise Refused("other_key", f"The text says `playbook: {key}`. The key of this one is {draft.key}: write that.")


def require_seen(draft: Draft | None, seen: int | None) -> None:
    if (draft.revision if draft else None) == seen:
        return
    if draft is None:
        raise DraftChanged(
            None, "The draft was published or thrown away meanwhile. Your text is still here: save it anew."
        )
    who = draft.edited_by.name if draft.edited_by else "Somebody"
    raise DraftChanged(
        draft, f"{who} has saved this draft meanwhile. Both texts are here: compare them, then save yours."
    )
