"""Questions about people."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from trellis.people.models import Consent, Contact, ContactPoint, PointKind, PossibleDuplicate, Tag


@dataclass(frozen=True, kw_only=True)
class ContactSheet:
    """What the contact page shows of the person. `consents` holds the newest word for (channel, purpose)."""

    contact: Contact
    points: list[ContactPoint]
    tags: list[Tag]
    consents: dict[tuple[str, str], Consent]
    duplicates: list[PossibleDuplicate]

    @property
    def emails(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.EMAIL]

    @property
    def phones(self) -> list[ContactPoint]:
        return [point for point in self.points if point.kind == PointKind.PHONE]


def contact_sheet(contact: Contact) -> ContactSheet:
    """Everything about one person, in four reads."""
    return ContactSheet(
        contact=contact,
        points=sorted(contact.points.all(), key=_best_first),
        tags=list(contact.tags.order_by("name")),
        consents=_newest(Consent.objects.filter(contact=contact)),
        duplicates=open_duplicates(contact),
    )


def open_duplicates(contact: Contact) -> list[PossibleDuplicate]:
    """Who this may be as well, from either side, undecided so far."""
    either = Q(contact=contact) | Q(other=contact)
    return list(PossibleDuplicate.objects.filter(either, settled_at=None).select_related("contact", "other"))


def contacts_at(kind: str, value: str) -> list[Contact]:
    """Everybody who uses this address, its holder first."""
    points = ContactPoint.objects.filter(kind=kind, value=value).select_related("contact")
    return [point.contact for point in sorted(points, key=lambda point: (point.held_at is None, point.created_at))]


def find_contacts(text: str, *, limit: int = 20) -> QuerySet[Contact]:
    """Find people by a part of their name, email address or phone number, however the number is written."""
    words = text.strip()
    if not words:
        return Contact.objects.none()
    found = Q(name__icontains=words) | Q(pk__in=_using(PointKind.EMAIL, words.lower()))
    digits = "".join(character for character in words if character.isdecimal())
    if len(digits) >= 3 and not any(character.isalpha() for character in words):
        found |= Q(pk__in=_using(PointKind.PHONE, digits))
    return Contact.objects.filter(found).order_by("-created_at")[:limit]


def _using(kind: PointKind, part: str) -> QuerySet[ContactPoint, UUID]:
    return ContactPoint.objects.filter(kind=kind, value__contains=part).values_list("contact_id", flat=True)


def _best_first(point: ContactPoint) -> tuple[bool, bool, float]:
    """Reachable before not, their own before shared, the newest first."""
    return (point.unreachable_at is not None, point.held_at is None, -point.created_at.timestamp())


def _newest(consents: QuerySet[Consent]) -> dict[tuple[str, str], Consent]:
    return {(consent.channel, consent.purpose): consent for consent in consents.order_by("at", "id")}
