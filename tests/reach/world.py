"""A business with three of everything: Priya's own, a teammate's and a stranger's, each with a word of its own.

Ben shares a team with Priya, Tom does not. It is always Priya who asks, or a machine with a token that she made.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

from tests.cast import TUESDAY, Business, next_step
from tests.segments import segment, settle
from trellis.conversations.actions import log_call, receive_message
from trellis.core.memory import forget
from trellis.events.models import Event
from trellis.intake.actions import receive
from trellis.intake.models import Signal
from trellis.journeys.actions import assign_journey, plan_step
from trellis.journeys.models import Journey
from trellis.people.actions import write_note
from trellis.people.changing import add_company
from trellis.people.custom import define_field
from trellis.people.models import Company, Contact, PossibleDuplicate
from trellis.steps.capture.actions.open_form import open_form
from trellis.team.actions.tokens import create_token
from trellis.team.models import ApiToken, Grant, User
from trellis.team.roles import ALL, NONE, OWN, TEAM, Reach, Role, by_default

WHOSE = {"own": OWN, "team": TEAM, "stranger": ALL}
ROW_NOUNS = ("contact", "journey", "conversation", "note", "signal")
NOW = TUESDAY + timedelta(minutes=20)
# What a role may is told by the same tables on both databases; one role is enough to see that both ask alike.
ROLES = [role for role in Role if role != Role.ADMIN and (connection.vendor == "sqlite" or role == Role.SALES)]


def word(noun: str, whose: str) -> str:
    return f"Xq{noun}{whose}"


@dataclass(frozen=True)
class Theirs:
    """What belongs to one of the three, for the addresses of doors."""

    whose: str
    owner: User
    contact: Contact
    journey: Journey
    task: UUID
    signal: UUID
    company: UUID
    alone: UUID


@dataclass
class World:
    office: Business
    asker: User
    token: ApiToken
    secret: str
    records: dict[str, Theirs]
    form: UUID

    def let(self, role: str, granted: dict[tuple[str, str], Reach]) -> None:
        """From now on Priya and her token have this role, and it these rights beside what it has by default."""
        Grant.objects.all().delete()
        Grant.objects.bulk_create(
            Grant(role=role, noun=noun, verb=verb, reach=reach) for (verb, noun), reach in granted.items()
        )
        self.role, self.granted = role, granted
        User.objects.filter(pk=self.asker.pk).update(role=role)
        ApiToken.objects.filter(pk=self.token.pk).update(role=role)
        forget()

    def reach(self, verb: str, noun: str) -> Reach:
        """As the tables say, reckoned here once more: nobody reaches further than they see."""
        said = self.granted.get((verb, noun), by_default(self.role, verb, noun))
        if verb != "see" and (verb, noun) != ("add", "note"):
            said = min(said, self.reach("see", noun))
        elif noun != "contact" and noun in ROW_NOUNS:
            said = min(said, self.reach("see", "contact"))
        return Reach(said)

    def covers(self, verb: str, noun: str, whose: str) -> bool:
        return self.reach(verb, noun) >= WHOSE[whose]


def open_world(office: Business) -> World:
    form = open_form(key="roof-repair", title="Roof repair", playbook=office.playbook.key, at=TUESDAY)
    define_field(noun="journey", label="Roof type", kind="text", by=None, at=TUESDAY)
    owners = {"own": office.priya, "team": office.ben, "stranger": office.tom}
    records = {whose: fill(office, whose, owner) for whose, owner in owners.items()}
    segment(office, "Everybody", {"field": "name", "known": True})
    settle(NOW)
    PossibleDuplicate.objects.create(
        contact=records["own"].contact, other=records["stranger"].contact, reason="Same number", found_at=TUESDAY
    )
    token, secret = create_token(name="Hers", role="sales", by=office.priya, at=TUESDAY)
    return World(office=office, asker=office.priya, token=token, secret=secret, records=records, form=form.pk)


def fill(office: Business, whose: str, owner: User) -> Theirs:
    """One contact with a journey, and everything about them; and a company that nobody belongs to."""
    contact = office.contact(word("contact", whose), f"{whose}@example.com")
    contact.company = Company.objects.create(name=f"{word('contact', whose)} Works", created_at=TUESDAY)
    contact.save(update_fields=["company"])
    lead = office.lead(contact)
    if lead.owner != owner:
        assign_journey(lead, owner=owner, by=office.maya, at=TUESDAY + timedelta(minutes=1))
    said = word("conversation", whose)
    receive_message(
        contact=contact, channel="email", sender=f"{whose}@example.com", text=said, journey_id=lead.pk, at=NOW
    )
    log_call(
        contact=contact,
        direction="out",
        outcome="answered",
        seconds=60,
        note=said,
        started_at=NOW,
        by=owner,
        journey_id=lead.pk,
        at=NOW,
    )
    write_note(contact, text=word("note", whose), by=owner, at=NOW, journey_id=lead.pk)
    title, later = word("journey", whose), NOW + timedelta(minutes=30)
    plan_step(lead, title=title, due_at=later, by=owner, at=NOW)
    Journey.objects.filter(pk=lead.pk).update(words=said, title=title)
    for event in Event.objects.filter(key="signal.captured", contact_id=contact.pk):
        Event.objects.filter(pk=event.pk).update(payload=event.payload | {"words": said})
    signal = came_in(whose, contact, lead, "attached")
    came_in(whose, contact, lead, "joined")
    aside = came_in(whose, contact, lead, "set_aside")
    assert signal != aside
    lead.refresh_from_db()
    assert lead.owner == owner
    alone = add_company({"name": f"{word('contact', whose)} Alone"}, by=owner, at=TUESDAY)
    return Theirs(whose, owner, contact, lead, next_step(lead).pk, aside, contact.company.pk, alone.pk)


def came_in(whose: str, contact: Contact, lead: Journey, state: str) -> UUID:
    told = {"name": contact.name, "email": f"{whose}@example.com", "message": word("signal", whose)}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=told, at=NOW)
    Signal.objects.filter(pk=signal.pk).update(
        state=state,
        reason="Looks like spam" if state == "set_aside" else "",
        settled_at=NOW,
        contact=contact,
        journey_id=None if state == "set_aside" else lead.pk,
    )
    return signal.pk


__all__ = ["ALL", "NONE", "NOW", "OWN", "ROLES", "ROW_NOUNS", "TEAM", "WHOSE", "Theirs", "World", "open_world", "word"]
