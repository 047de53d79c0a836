"""A draft is kept as it is, and of two who write it at once nobody loses a word."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.core.refusal import Refused
from trellis.journeys.drafts import DraftChanged, discard_draft, draft_of, publish_draft, save_draft
from trellis.journeys.models import Draft
from trellis.journeys.playbook.load import PlaybookFaulty
from trellis.journeys.publish import active_now, pack

KEY = "storm-and-repair"
TEXT = pack(KEY)


def test_a_faulty_text_is_kept_and_not_published(ridgeline: Business) -> None:
    draft = save_draft(KEY, "stages: [", seen=None, by=ridgeline.maya, at=TUESDAY)
    assert (draft.source, draft.based_on) == ("stages: [", ridgeline.playbook)
    with pytest.raises(PlaybookFaulty):
        publish_draft(KEY, seen=1, expecting=1, by=ridgeline.maya, at=TUESDAY)
    assert draft_of(KEY)


def test_of_two_who_write_the_second_is_told_and_the_first_is_kept(ridgeline: Business) -> None:
    save_draft(KEY, TEXT, seen=None, by=ridgeline.maya, at=TUESDAY)
    save_draft(KEY, TEXT + "# Ben\n", seen=1, by=ridgeline.ben, at=TUESDAY)
    with pytest.raises(DraftChanged, match="Ben Whitfield has saved this draft meanwhile") as told:
        save_draft(KEY, TEXT + "# Maya\n", seen=1, by=ridgeline.maya, at=TUESDAY)
    assert told.value.draft
    assert told.value.draft.source == Draft.objects.get().source == TEXT + "# Ben\n"
    save_draft(KEY, TEXT + "# Both\n", seen=2, by=ridgeline.maya, at=TUESDAY)
    with pytest.raises(DraftChanged):
        discard_draft(KEY, seen=2, by=ridgeline.ben, at=TUESDAY)


def test_publishing_ends_the_draft(ridgeline: Business) -> None:
    save_draft(KEY, TEXT + "# New\n", seen=None, by=ridgeline.maya, at=TUESDAY)
    published = publish_draft(KEY, seen=1, expecting=1, reason="Why not", by=ridgeline.maya, at=TUESDAY)
    assert (published.version, published.reason, draft_of(KEY)) == (2, "Why not", None)
    with pytest.raises(DraftChanged, match="published or thrown away meanwhile"):
        save_draft(KEY, TEXT, seen=1, by=ridgeline.ben, at=TUESDAY)


def test_a_draft_cannot_become_another_playbook(ridgeline: Business) -> None:
    save_draft(KEY, TEXT.replace(KEY, "other", 1), seen=None, by=ridgeline.maya, at=TUESDAY)
    with pytest.raises(Refused, match="The text says `playbook: other`"):
        publish_draft(KEY, seen=1, expecting=1, by=ridgeline.maya, at=TUESDAY)
    assert active_now("other") is None
