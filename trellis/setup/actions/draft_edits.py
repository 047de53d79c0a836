"""Changing a draft through a form: the edit is made in its text, and what would be no playbook is not kept."""

from collections.abc import Callable
from datetime import datetime

from trellis.core.refusal import Refused
from trellis.journeys.drafts import DraftChanged, discard_draft, draft_of, save_draft
from trellis.journeys.models import Draft
from trellis.journeys.playbook.load import PlaybookFaulty
from trellis.journeys.publish import source_of
from trellis.setup.queries.draft import document_in
from trellis.team.models import User

Edit = Callable[[str], str]


def edit_draft(key: str, edit: Edit, *, seen: int, by: User, at: datetime) -> tuple[Draft | None, str]:
    """Make the edit in the draft, which begins with the live version; returns it, and the text as it was before.

    `seen` is the revision that was looked at, 0 for none. No draft comes back where the edit changes nothing.
    Raises DraftChanged, and Refused for what would be no playbook.
    """
    kept = draft_of(key)
    before = kept.source if kept else source_of(key)
    text = edited(before, edit)
    if text == before and (kept.revision if kept else 0) == seen:
        return None, before
    try:
        return save_draft(key, text, seen=seen or None, by=by, at=at), before
    except DraftChanged as changed:
        who = changed.draft.edited_by.name if changed.draft and changed.draft.edited_by else "Somebody"
        raise DraftChanged(
            changed.draft, f"{who} has changed this draft meanwhile. Save again, and yours is added to it."
        ) from None


def edited(text: str, edit: Edit) -> str:
    """The text after the edit, proven to be a playbook still. Raises Refused."""
    try:
        changed = edit(text)
        document_in(changed)
    except PlaybookFaulty as faulty:
        raise Refused("faulty", " ".join(fault.sentence for fault in faulty.faults)) from None
    return changed


def take_back_edit(key: str, *, to: str | None, seen: int | None, by: User, at: datetime) -> None:
    """The draft as it was before the edit, or before it was thrown away (`seen` is None); none where there was none.

    Raises DraftChanged.
    """
    if to is None:
        discard_draft(key, seen=seen, by=by, at=at)
    else:
        save_draft(key, to, seen=seen, by=by, at=at)
