"""The email addresses and phone numbers of a person, set as a whole: what is new, what goes, which is the main one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from trellis.core.refusal import Refused
from trellis.people.identity import RAW_LIMIT, normalize_email, normalize_phone, shortened
from trellis.people.models import Contact, ContactPoint, PointKind
from trellis.team.queries import business

MOST = 20


def set_addresses(contact: Contact, kind: str, typed: Sequence[str], *, at: datetime) -> dict[str, list[str]]:
    """Let these be all that they have of this kind, the first before the others. Says before and after, if different.

    What somebody else holds is shared with them, not taken. Refused for what cannot be an address.
    """
    wanted = _wanted(kind, typed)
    known = {point.value: point for point in contact.points.filter(kind=kind)}
    before = [point.value for point in sorted(known.values(), key=best_first)]
    if before == list(wanted):
        return {}
    gone = [point.pk for value, point in known.items() if value not in wanted]
    ContactPoint.objects.filter(pk__in=gone).delete()
    held = set(
        ContactPoint.objects.filter(kind=kind, value__in=wanted, held_at__isnull=False)
        .exclude(contact=contact)
        .values_list("value", flat=True)
    )
    for place, (value, raw) in enumerate(wanted.items()):
        # The order is that of their age, and the newest comes first wherever addresses are shown.
        written_at = at - timedelta(milliseconds=place)
        _write(contact, kind, value, raw, written_at, known.get(value), is_held=value in held)
    return {kind: [", ".join(before), ", ".join(wanted)]}


def read_address(kind: str, text: str, region: str = "") -> str:
    """The one form that we compare; a number without a prefix is one of the `region`, else of the business's.

    Refused where it cannot be one.
    """
    is_email = kind == PointKind.EMAIL
    value = normalize_email(text) if is_email else normalize_phone(text, region or business().region)
    if not value and kind == PointKind.EMAIL:
        raise Refused("bad_email", f"“{text[:80]}” is not an email address: write one such as ana@example.com.")
    if not value:
        raise Refused(
            "bad_phone", f"“{text[:80]}” is not a phone number: write it with its area code, or with + and its country."
        )
    return value


def best_first(point: ContactPoint) -> tuple[bool, bool, float]:
    """Reachable before not, their own before shared, the newest first."""
    return (point.unreachable_at is not None, point.held_at is None, -point.created_at.timestamp())


def _wanted(kind: str, typed: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for text in typed:
        if text.strip():
            wanted.setdefault(read_address(kind, text), shortened(text, RAW_LIMIT))
    if len(wanted) > MOST:
        raise Refused("too_many", f"{MOST} addresses are as many as one person can have.")
    return wanted


def _write(
    contact: Contact, kind: str, value: str, raw: str, at: datetime, point: ContactPoint | None, *, is_held: bool
) -> None:
    if point is None:
        point = ContactPoint(contact=contact, kind=kind, value=value, raw=raw, held_at=None if is_held else at)
    point.created_at = at
    point.save()
