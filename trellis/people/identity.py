"""Who is it? Whether we know the person who reached out, by their addresses and, where those are shared, their name.

The rules, in order (DESIGN: "Who is it?"):
- The email decides, then the phone; among those who share an address, the one with the same name, else its holder.
- A plainly different full name is another person, who then shares the address without becoming its holder.
- The email of one with the phone of another: the email wins, the phone stays with its holder, a person is asked.
- A phone we know with an email that contradicts ours is the same person only under the same full name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Self
from unicodedata import normalize
from uuid import UUID

import phonenumbers
from django.db.models import Q
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from trellis.core.rows import find_rows, find_values, insert_rows
from trellis.core.text import clean_line
from trellis.core.turns import take_turns
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import DuplicateSuspected
from trellis.people.models import Contact, ContactPoint, PointKind, PossibleDuplicate
from trellis.people.names import is_fuller, plainly_different, same_name
from trellis.people.phones import has_form_of_its_country, plain_phone

# Most addresses: known at a glance to be read as they are, which for a million of them takes a tenth of the time.
PLAIN_ADDRESS = re.compile(
    r"(?=.{1,64}@)[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@(?P<domain>([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24})"
)
SPECIAL = tuple(f".{name}" for name in SPECIAL_USE_DOMAIN_NAMES)
NAME_LIMIT = 200
RAW_LIMIT = 254
SAME_PHONE = "Same phone number, another email address"
PHONE_OF_ANOTHER = "Email address of one, phone number of the other"


@dataclass(frozen=True, kw_only=True)
class Recognition:
    """Who it is. `how` is new, email or phone; `suspected` is who they may be as well."""

    contact: Contact
    is_new: bool
    how: str
    suspected: Contact | None = None


@dataclass(frozen=True, kw_only=True)
class Address:
    """An email address or phone number in the one form we compare, and as it was typed."""

    kind: str
    value: str
    raw: str


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What somebody says about themselves. `touch` is where they came from: page, referrer, utm_source …, at."""

    name: str
    email: Address | None
    phone: Address | None
    place: str
    touch: dict[str, Any] | None

    @classmethod
    def of(cls, *, name: str, email: str, phone: str, region: str, place: str, touch: dict[str, Any] | None) -> Self:
        return cls(
            name=shortened(name),
            email=_address(PointKind.EMAIL, normalize_email(email), email),
            phone=_address(PointKind.PHONE, normalize_phone(phone, region), phone),
            place=shortened(place),
            touch=touch,
        )

    @property
    def addresses(self) -> list[Address]:
        return [address for address in (self.email, self.phone) if address]


@dataclass(frozen=True)
class Acquaintance:
    """A contact who uses one of the addresses, with all of theirs."""

    contact: Contact
    points: list[ContactPoint]

    def uses(self, address: Address) -> bool:
        return any((point.kind, point.value) == (address.kind, address.value) for point in self.points)

    def holds(self, address: Address) -> bool:
        return any((p.kind, p.value) == (address.kind, address.value) and p.held_at for p in self.points)


def recognize(
    *,
    name: str,
    email: str,
    phone: str,
    region: str,
    at: datetime,
    place: str = "",
    touch: dict[str, Any] | None = None,
) -> Recognition:
    """Find the person or welcome a new one, inside the caller's transaction.

    An address that cannot be one is passed over here; whoever calls keeps the words. Two signals of one person are
    read one after the other, whether we know them or not: the second finds whom the first made.
    """
    claim = Claim.of(name=name, email=email, phone=phone, region=region, place=place, touch=touch)
    _take_turns([claim])
    return _recognize(claim, at)


def recognize_all(claims: Sequence[Claim], *, at: datetime) -> list[Contact]:
    """As `recognize`, for several who come in together. Most were never here: they are welcomed in two inserts.

    The others follow one after another, as some of them may be the same person.
    """
    _take_turns(claims)
    new = _strangers(claims)
    contacts = [_contact_of(claim, at) for claim in new]
    insert_rows(contacts)
    insert_rows(point for claim, one in zip(new, contacts, strict=True) for point in _points(one, claim.addresses, at))
    welcomed = {id(claim): contact for claim, contact in zip(new, contacts, strict=True)}
    return [welcomed.get(id(claim)) or _recognize(claim, at).contact for claim in claims]


def turns_at(addresses: Iterable[tuple[str, str]]) -> Iterator[str]:
    """What to take turns by, so that whoever gives one of these (kind, value) to somebody finds who has it by then."""
    return (f"{kind} {value}" for kind, value in addresses)


def turn_of_company(field: str, value: Any) -> str:
    """What to take turns by for a company that is told apart by this; spaces and capitals make no other one."""
    return f"company {field} {' '.join(normalize('NFC', str(value)).split()).casefold()}"


def _take_turns(claims: Sequence[Claim]) -> None:
    take_turns(turns_at((one.kind, one.value) for claim in claims for one in claim.addresses))


def _strangers(claims: Sequence[Claim]) -> list[Claim]:
    """Those whose addresses nobody uses, and nobody else claims."""
    if len(claims) == 1:
        return []
    claimed = Counter(address.value for claim in claims for address in claim.addresses)
    taken = {point.value for point in find_rows(ContactPoint, kind=PointKind.values, value=claimed)}
    taken |= {value for value, times in claimed.items() if times > 1}
    return [claim for claim in claims if claim.addresses and taken.isdisjoint(one.value for one in claim.addresses)]


def _recognize(claim: Claim, at: datetime) -> Recognition:
    known = _who_uses(claim.addresses)
    found, how = _match(claim, known)
    suspected = _suspect(claim, known, found)
    if found:
        _complete(found, claim, known, at)
    contact = found.contact if found else _welcome(claim, known, at)
    if suspected:
        _ask_a_person(contact, suspected, how, at)
    return Recognition(contact=contact, is_new=not found, how=how, suspected=suspected)


def acquaintances(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], list[Acquaintance]]:
    """Everybody who uses one of these (kind, value), by each of theirs; locked, and known with all their addresses."""
    values = {value for _, value in addresses}
    users = set(find_values(ContactPoint, "contact", kind=PointKind.values, value=values))
    contacts = find_rows(Contact, id=users, order_by=("id",), lock=True, keep_key=True)
    points: dict[UUID, list[ContactPoint]] = {}
    for point in find_rows(ContactPoint, contact=users, order_by=("created_at",)):
        points.setdefault(point.contact_id, []).append(point)
    found = [Acquaintance(one, points.get(one.pk, [])) for one in contacts if one.taken_back_at is None]
    known: dict[tuple[str, str], list[Acquaintance]] = {}
    for one in found:
        for point in one.points:
            known.setdefault((point.kind, point.value), []).append(one)
    return known


def find_acquaintance(
    name: str, emails: Sequence[str], phones: Sequence[str], known: Mapping[tuple[str, str], list[Acquaintance]]
) -> Acquaintance | None:
    """Whom several addresses mean, by the same rules: an email decides, then a phone that no email contradicts."""
    for kind, values in (("email", emails), ("phone", phones)):
        for value in values:
            if not known.get((kind, value)):
                continue
            address = Address(kind=kind, value=value, raw="")
            claim = Claim(name=name, email=None, phone=address, place="", touch=None)
            if emails:
                claim = replace(claim, email=Address(kind=PointKind.EMAIL, value=emails[0], raw=""))
            found = _best(name, address, known.get((kind, value), []))
            if found and not (kind == PointKind.PHONE and _contradicts(claim, found)):
                return found
    return None


def learn_email(contact: Contact, *, name: str, email: str, at: datetime) -> None:
    """They wrote to a thread of theirs from an address that nobody uses: it is theirs too, unless the name says not."""
    value = normalize_email(email)
    if not value or plainly_different(name, contact.name):
        return
    take_turns(turns_at([(PointKind.EMAIL, value)]))
    used = ContactPoint.objects.filter(kind=PointKind.EMAIL, value=value, contact__taken_back_at=None)
    if not used.exists():
        _add_points(contact, [Address(kind=PointKind.EMAIL, value=value, raw=shortened(email, RAW_LIMIT))], [], at)


@lru_cache(maxsize=1024)
def normalize_email(text: str) -> str:
    """Lower case and IDNA, nothing else: no folding of provider tricks. Empty when it cannot be an address."""
    plain = text.strip().lower()
    if len(plain) <= RAW_LIMIT and (found := PLAIN_ADDRESS.fullmatch(plain)) and is_ordinary(found["domain"]):
        return plain
    try:
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return ""
    value = f"{checked.local_part}@{checked.ascii_domain}".lower()
    return value if len(value) <= RAW_LIMIT else ""


def is_ordinary(domain: str) -> bool:
    """Neither in other letters nor kept for a special use: the long way tells of those."""
    return "--" not in domain and len(domain) <= 253 and not f".{domain}".endswith(SPECIAL)


@lru_cache(maxsize=1024)
def normalize_phone(text: str, region: str) -> str:
    """E.164, read with the business's region where it has no prefix. Empty when it cannot be a number.

    Possible and of the form that numbers of its country have, not assigned: tables of assigned numbers age. A row of
    one digit is a way of not telling.
    """
    if plain := plain_phone(text, region):
        return plain
    try:
        number = phonenumbers.parse(text[:RAW_LIMIT], region)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    if len(set(str(number.national_number))) == 1 or not has_form_of_its_country(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def shortened(text: str, limit: int = NAME_LIMIT) -> str:
    """One clean line, cut where it is too long to be a name: the signal keeps all of it."""
    return clean_line(text[:limit], limit * 4)[:limit].rstrip()


def _address(kind: str, value: str, raw: str) -> Address | None:
    return Address(kind=kind, value=value, raw=shortened(raw, RAW_LIMIT)) if value else None


def _who_uses(addresses: list[Address]) -> list[Acquaintance]:
    """Everybody with one of the addresses, oldest first. A quick look first: most who come were never here."""
    values = [address.value for address in addresses]
    users = {point.contact_id for point in find_rows(ContactPoint, kind=PointKind.values, value=values)}
    if not users:
        return []
    points = (
        ContactPoint.objects.filter(contact__in=users, contact__taken_back_at=None)
        .select_related("contact")
        .select_for_update(of=("contact",), no_key=True)
        .order_by("contact_id", "created_at")
    )
    found: dict[Contact, list[ContactPoint]] = {}
    for point in points:
        found.setdefault(point.contact, []).append(point)
    return [Acquaintance(contact, theirs) for contact, theirs in found.items()]


def _match(claim: Claim, known: list[Acquaintance]) -> tuple[Acquaintance | None, str]:
    if claim.email and (found := _best(claim.name, claim.email, known)):
        return found, "email"
    if claim.phone and (found := _best(claim.name, claim.phone, known)) and not _contradicts(claim, found):
        return found, "phone"
    return None, "new"


def _contradicts(claim: Claim, found: Acquaintance) -> bool:
    """Whether they gave another email than we have, and no full name that would settle it."""
    has_email = any(point.kind == PointKind.EMAIL for point in found.points)
    return claim.email is not None and has_email and not same_name(claim.name, found.contact.name)


def _best(name: str, address: Address, known: list[Acquaintance]) -> Acquaintance | None:
    """Of those who use the address and may bear the name: who surely does, else the holder, else the oldest."""
    able = [one for one in known if one.uses(address) and not plainly_different(name, one.contact.name)]
    return max(able, key=lambda one: (same_name(name, one.contact.name), one.holds(address)), default=None)


def _suspect(claim: Claim, known: list[Acquaintance], found: Acquaintance | None) -> Contact | None:
    """Who may be the same person as well: whose phone came with another's email, or with an email we did not know."""
    if not claim.phone or (found and found.uses(claim.phone)):
        return None
    other = _best("" if found else claim.name, claim.phone, known)
    return other.contact if other else None


def _welcome(claim: Claim, known: list[Acquaintance], at: datetime) -> Contact:
    contact = _contact_of(claim, at)
    insert_rows([contact])
    _add_points(contact, claim.addresses, known, at)
    return contact


def _contact_of(claim: Claim, at: datetime) -> Contact:
    contact = Contact(name=claim.name, place=claim.place, created_at=at)
    contact.take_touch(claim.touch or {})
    return contact


def _complete(found: Acquaintance, claim: Claim, known: list[Acquaintance], at: datetime) -> None:
    """Add what we did not know yet. Nothing that we knew is overwritten."""
    contact = found.contact
    changed: set[str] = set()
    if claim.name and (not contact.name or is_fuller(claim.name, contact.name)):
        contact.name = claim.name
        changed.add("name")
    if claim.place and not contact.place:
        contact.place = claim.place
        changed.add("place")
    if claim.touch:
        contact.take_touch(claim.touch)
        changed |= {"first_touch", "last_touch", "heard_at"}
    if changed:
        contact.save(update_fields=changed)
    _add_points(contact, [address for address in claim.addresses if not found.uses(address)], known, at)


def _add_points(contact: Contact, addresses: Iterable[Address], known: list[Acquaintance], at: datetime) -> None:
    insert_rows(_points(contact, addresses, at, known))


def _points(
    contact: Contact, addresses: Iterable[Address], at: datetime, known: Sequence[Acquaintance] = ()
) -> list[ContactPoint]:
    """An address that somebody holds is shared, not taken from them."""
    return [
        ContactPoint(
            contact=contact,
            kind=address.kind,
            value=address.value,
            raw=address.raw,
            created_at=at,
            held_at=None if any(one.holds(address) for one in known) else at,
        )
        for address in addresses
    ]


def _ask_a_person(contact: Contact, suspected: Contact, how: str, at: datetime) -> None:
    reason = SAME_PHONE if how == "new" else PHONE_OF_ANOTHER
    either = Q(contact=contact, other=suspected) | Q(contact=suspected, other=contact)
    if PossibleDuplicate.objects.filter(either).exists():
        return
    PossibleDuplicate.objects.create(contact=contact, other=suspected, reason=reason, found_at=at)
    fact = DuplicateSuspected(other_id=str(suspected.id), other_name=suspected.name, reason=reason)
    announce([Announcement(fact=fact, at=at, contact_id=contact.id)])
