"""People outside the business: who they are and how to reach them."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Lower

from trellis.core.models import Base
from trellis.people.duplicates import BlockKey as BlockKey
from trellis.people.duplicates import DuplicateSearch as DuplicateSearch
from trellis.people.duplicates import Merge as Merge
from trellis.people.duplicates import PossibleDuplicate as PossibleDuplicate
from trellis.people.erasures import Erasure as Erasure
from trellis.people.reach import in_reach_of
from trellis.people.segments import Segment as Segment
from trellis.people.segments import SegmentCursor as SegmentCursor
from trellis.people.segments import SegmentMember as SegmentMember
from trellis.people.segments import SegmentSweep as SegmentSweep
from trellis.team.permissions import owners_in_reach, reach_of
from trellis.team.roles import Reach

# When a contact was last heard of: whoever was written down by hand, when that was.
LAST_HEARD = Coalesce("heard_at", "created_at")


class CompanyQuerySet(models.QuerySet["Company"]):
    """Companies go with their people, and with whoever wrote them down."""

    def visible_to(self, who: Any) -> Self:
        return self.in_reach(who, "see")

    def in_reach(self, who: Any, verb: str) -> Self:
        """Those of whom the verb reaches somebody, or who added them; all of them where it reaches everybody."""
        reach = reach_of(who, verb, "contact")
        if reach == Reach.ALL:
            return self
        theirs = Contact.objects.genuine().in_reach(who, verb).exclude(company=None)
        added = Company.objects.filter(added_by__in=owners_in_reach(who, reach))
        return self.filter(pk__in=theirs.values("company").union(added.values("pk"), all=True))


class Company(Base):
    """An organisation that contacts belong to. Two may bear one name: a person says which is meant."""

    name = models.CharField(max_length=200)
    website = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True)
    custom = models.JSONField(default=dict, help_text="Values of custom fields, by their keys")
    added_by = models.ForeignKey(
        "team.User",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        db_index=False,
        help_text="Who wrote it down by hand or by a program: they reach it",
    )
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = CompanyQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(Lower("name"), F("id"), name="company_by_name"),
            models.Index(fields=["-created_at", "-id"], name="company_by_age"),
            models.Index(fields=["added_by"], condition=Q(added_by__isnull=False), name="company_by_adder"),
        ]


class Tag(Base):
    """A word that people wear. It is one tag however large or small it is typed: `name` is as it was typed first."""

    name = models.CharField(max_length=60, unique=True)
    small = models.CharField(max_length=120, help_text="Its name in small letters, by which it is found")
    hue = models.CharField(max_length=8, default="moss", help_text="moss, teal, sky, iris, rose or straw")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["small"], name="a_tag_is_one_in_large_and_small_letters")
        ]

    @classmethod
    def called(cls, name: str) -> Self:
        """One that is not written yet."""
        return cls(name=name, small=name.lower())


class ContactQuerySet(models.QuerySet["Contact"]):
    def genuine(self) -> Self:
        """All but those who came only with a lead that was taken back, or were merged into another contact."""
        return self.filter(taken_back_at=None)

    def visible_to(self, who: Any) -> Self:
        """Those whom a user or a token sees: nothing is added to the question where that is everybody."""
        return self.in_reach(who, "see")

    def in_reach(self, who: Any, verb: str, noun: str = "contact") -> Self:
        """Those whom a verb reaches: `in_reach(user, "export")`, `in_reach(user, "see", "conversation")`."""
        return self.filter(in_reach_of(who, verb, noun, contact="pk"))


class Contact(Base):
    """A person. Never typed in twice: `people.identity` decides whether we know them already.

    `first_touch` and `last_touch` say where they came from: channel, page, referrer, utm_source … utm_content, at.
    """

    name = models.CharField(max_length=200, blank=True)
    company = models.ForeignKey(Company, null=True, blank=True, on_delete=models.SET_NULL, related_name="contacts")
    job_title = models.CharField(max_length=200, blank=True, help_text="What they are at their company")
    place = models.CharField(max_length=200, blank=True)
    address = models.TextField(blank=True)
    language = models.CharField(max_length=16, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    first_touch = models.JSONField(default=dict)
    last_touch = models.JSONField(default=dict)
    tags: "models.ManyToManyField[Tag, ContactTag]" = models.ManyToManyField(
        Tag, through="ContactTag", related_name="contacts"
    )
    custom = models.JSONField(default=dict, help_text="Values of custom fields, by their keys")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When a person or a file changed it")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="Last time they reached out to us")
    sampled_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(
        null=True, blank=True, help_text="Set when the lead that brought them was taken back, or they were merged"
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="+",
        help_text="Who they are now",
        db_index=False,
    )

    objects: ClassVar = ContactQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="contact_by_age"),
            models.Index(LAST_HEARD.desc(), F("id").desc(), name="contact_by_last_heard"),
            models.Index(Lower("name"), F("id"), name="contact_by_name"),
            models.Index(fields=["place"], name="contact_by_place"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="contact_merged_into"),
        ]

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0] if self.name else ""

    @property
    def initials(self) -> str:
        words = self.name.split()
        if not words:
            return "?"
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else words[0][:2].upper()

    def take_touch(self, touch: dict[str, Any]) -> None:
        """Remember where they came from this time, and when. What it does not mention stays; what is empty goes."""
        self.last_touch = {name: value for name, value in {**self.last_touch, **touch}.items() if value}
        self.first_touch = self.first_touch or self.last_touch
        if at := touch.get("at"):
            self.heard_at = max(filter(None, [self.heard_at, datetime.fromisoformat(at)]))


class FieldKind(models.TextChoices):
    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    MONEY = "money", "Money"
    DATE = "date", "Date"
    CHOICE = "choice", "Choice of one"
    CHOICES = "choices", "Choice of several"
    YES_NO = "yes_no", "Yes or no"
    LINK = "link", "Link"
    PERSON = "person", "Colleague"


class CustomField(Base):
    """A field that the business added. Values stand in `custom` of the record, under a key that never changes."""

    noun = models.CharField(
        max_length=8, choices={"contact": "Contacts", "company": "Companies", "journey": "Journeys"}
    )
    key = models.SlugField(max_length=40)
    label = models.CharField(max_length=80)
    kind = models.CharField(max_length=8, choices=FieldKind)
    choices = models.JSONField(default=list, help_text="The words to choose from, in order")
    place = models.PositiveSmallIntegerField(default=0, help_text="Its position among the others of its noun")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is not shown; its values stay")
    keyed_at = models.DateTimeField(null=True, blank=True, help_text="Since when records are told apart by it")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["noun", "key"], name="a_custom_field_has_a_key_of_its_own")
        ]


class ContactTag(Base):
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="contact_tags", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="contact_tags")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["contact", "tag"], name="a_tag_is_once_on_a_contact")]


class PointKind(models.TextChoices):
    EMAIL = "email", "Email"
    PHONE = "phone", "Phone"


class ContactPoint(Base):
    """An address of a contact, normalised in `value`; `raw` keeps what they typed.

    Two people may share one (a household phone); `held_at` marks the one who is found by it.
    """

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="points", db_index=False)
    kind = models.CharField(max_length=8, choices=PointKind)
    value = models.CharField(max_length=254)
    raw = models.CharField(max_length=254)
    created_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, blank=True, help_text="Set for the primary holder of this address")
    unreachable_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contact", "kind", "value"], name="a_contact_has_an_address_once"),
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(held_at__isnull=False), name="an_address_has_one_primary_holder"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "value"], name="point_by_value")]


CHANNELS = {"email": "Email", "sms": "Texts", "phone": "Calls"}
PURPOSES = {"service": "About their request", "marketing": "Offers and news"}


class Consent(Base):
    """What a person agreed to on a channel for a purpose; the newest row of each pair counts."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="consents", db_index=False)
    channel = models.CharField(max_length=8)
    purpose = models.CharField(max_length=12, choices=PURPOSES)
    granted = models.BooleanField()
    source = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["contact", "-at"], name="consent_of_contact"),
            # Begins with what only a search for a word asks: of one contact the other index finds the newest.
            models.Index(fields=["granted", "channel", "purpose", "contact"], name="consent_by_word"),
        ]
