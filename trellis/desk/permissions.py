"""What of the desk somebody sees and may do, for the rows of a page and for one person."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from trellis.journeys.models import Journey
from trellis.journeys.permissions import changed_by, may_change
from trellis.people.permissions import Near, among
from trellis.team.models import User
from trellis.team.permissions import may, owners_in_reach, reach_of, sees_all
from trellis.team.roles import Reach


def shared_as(user: User) -> str:
    """Whom a count is shared with, as a part of the name it is kept under: everybody who sees all, else nobody."""
    return "" if sees_all(user) else f"{user.pk}.{reach_of(user, 'see', 'journey')}"


def heard_by(user: User, contact_ids: Iterable[UUID]) -> set[UUID]:
    """With whom of these people they may read what was said, of the rows of one page."""
    return among(contact_ids, user, "see", "conversation")


def talks_in_reach(user: User) -> frozenset[UUID] | None:
    """Whose journeys' conversations they read in the Inbox; None where that is everybody's."""
    reach = min(reach_of(user, "see", "journey"), reach_of(user, "see", "conversation"))
    return None if reach == Reach.ALL else owners_in_reach(user, reach)


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What somebody may with the rows of one page: with whom they read what was said and noted, whose they change."""

    hear: set[UUID]
    notes: set[UUID]
    change: Container[UUID | None]

    @classmethod
    def of(cls, user: User, contact_ids: Sequence[UUID]) -> "Rights":
        near = Near(user, contact_ids)
        return cls(hear=near.among("see", "conversation"), notes=near.among("see", "note"), change=changed_by(user))


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """What somebody may do with one person and the journey that is shown of them."""

    near: Near
    change: bool
    send: bool
    note: bool
    hear: bool

    @property
    def tabs(self) -> set[str]:
        """Of the composer."""
        return ({"email", "sms", "call"} if self.send else set()) | ({"note"} if self.note else set())


def allowed_with(user: User, contact_id: UUID, journey: Journey | None) -> Allowed:
    """No query where the rights reach all; else one, for these and whatever is asked of `near` later."""
    near = Near(user, [contact_id])
    return Allowed(
        near=near,
        change=may_change(user, journey) if journey else may(user, "add", "journey"),
        send=near.may("send", "conversation"),
        note=near.may("add", "note"),
        hear=near.may("see", "conversation"),
    )
