"""Telling people, and what they have read."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from trellis.core.rows import insert_rows
from trellis.team.models import Notice, User
from trellis.team.undoing import keeping


def tell(
    users: Iterable[User | UUID | str],
    text: str,
    *,
    journey_id: UUID | str | None = None,
    contact_id: UUID | str | None = None,
    at: datetime,
) -> list[Notice]:
    """Write one notice for each person, in one statement. A text that is too long is cut."""
    return write_notices(notices_for(users, text, journey_id=journey_id, contact_id=contact_id, at=at))


def notices_for(
    users: Iterable[User | UUID | str],
    text: str,
    *,
    journey_id: UUID | str | None = None,
    contact_id: UUID | str | None = None,
    at: datetime,
) -> list[Notice]:
    """What `tell` writes, for whoever has more to tell and writes all of it in one statement."""
    ids = dict.fromkeys(str(user.pk if isinstance(user, User) else user) for user in users)
    short = text if len(text) <= 240 else text[:239].rstrip() + "…"
    about = {"journey_id": journey_id, "contact_id": contact_id}
    return [Notice(user_id=UUID(id), text=short, created_at=at, **about) for id in ids]


def write_notices(notices: Iterable[Notice]) -> list[Notice]:
    return insert_rows(notices)


def read_notices(user: User, *, at: datetime) -> int:
    """Mark everything this person was told as read; how many were not."""
    unread = user.notices.filter(read_at=None, created_at__lte=at)
    with keeping(unread, by=user, at=at):
        return unread.update(read_at=at)


def forget_notices(journey_id: UUID, *, told_at: datetime, at: datetime) -> None:
    """What they were told at that moment was taken back: nobody needs to read it."""
    Notice.objects.filter(journey_id=journey_id, created_at=told_at, read_at=None).update(read_at=at)
