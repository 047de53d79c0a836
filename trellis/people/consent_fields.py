"""What a contact agreed to as fields of contacts: for each channel and purpose the newest word, which counts."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from trellis.core.condition_query import EVERYTHING, Column
from trellis.core.conditions import Kind, Known
from trellis.people.few import by_consent
from trellis.people.fields import Field
from trellis.people.models import CHANNELS, PURPOSES, Consent, Contact

CONSENTED = {"given": "Given", "refused": "Refused", "unknown": "Unknown"}


def consent_fields(who: Any) -> dict[str, Field]:
    """Registered with the fields of people: `consent.email.marketing` and its like."""
    return FIELDS


def consent(channel: str, purpose: str) -> Field:
    """The newest word of theirs, which counts; unknown where they said none."""
    said = Consent.objects.filter(contact=OuterRef("pk"), channel=channel, purpose=purpose)
    word = Case(When(granted=True, then=Value("given")), default=Value("refused"))
    newest = Coalesce(Subquery(said.order_by("-at", "-pk").values(word=word)[:1]), Value("unknown"))

    def saying(looked_for: Sequence[str] | None) -> Q:
        return EVERYTHING if looked_for is None else Q(In(newest, list(looked_for)))

    def read(contact: Contact) -> str:
        words = [one for one in contact.consents.all() if (one.channel, one.purpose) == (channel, purpose)]
        last = max(words, key=lambda one: (one.at, one.pk), default=None)
        return "unknown" if last is None else "given" if last.granted else "refused"

    return Field(
        label=f"Consent to {CHANNELS[channel].lower()}: {PURPOSES[purpose].lower()}",
        column=Column(Known(Kind.CHOICES, tuple(CONSENTED)), saying),
        read=lambda contact: (read(contact),),
        say=lambda contact: CONSENTED[read(contact)],
        needs=("consents",),
        offered=lambda: list(CONSENTED.items()),
        few=by_consent(channel, purpose),
    )


FIELDS = {f"consent.{channel}.{purpose}": consent(channel, purpose) for channel in CHANNELS for purpose in PURPOSES}
