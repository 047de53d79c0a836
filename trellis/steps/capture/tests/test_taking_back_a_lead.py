"""A lead that somebody wrote down by mistake is no lead: nothing is sent, nobody finds it, and it counts nowhere."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from tests.proof.postman import hired
from trellis.conversations.actions import write_message
from trellis.conversations.ledger import deliver_due
from trellis.conversations.models import Call, Message
from trellis.core.refusal import Refused
from trellis.intake.actions import interpret, receive, restore
from trellis.intake.models import Signal
from trellis.intake.queries import counts
from trellis.journeys.actions import close_journey, reopen_journey
from trellis.journeys.audit import audit
from trellis.journeys.models import Clock, Journey
from trellis.people.actions import write_note
from trellis.people.finding import find_people
from trellis.people.models import Contact, ContactPoint, PossibleDuplicate
from trellis.people.nearly import near_people
from trellis.people.queries import contacts_at, contacts_page
from trellis.steps.capture.actions.take_back import take_back_signal
from trellis.team.models import Notice, User

CLERK = User(role="manager")
NOW, SOON = TUESDAY + timedelta(minutes=1), TUESDAY + timedelta(minutes=1, seconds=4)
Hear = Callable[..., Signal]
WriteDown = Callable[..., Signal]


@pytest.fixture
def write_down(ridgeline: Business) -> WriteDown:
    """Maya writes a lead down."""

    def write_down(kind: str = "referral", at: Any = NOW, **told: str) -> Signal:
        told = {"name": "Lin Zhao", "email": "lin@example.com", "message": "Skylight leaks"} | told
        told |= {"from": told.get("phone", ""), "from_name": told["name"]} if kind == "call" else {}
        signal, _ = receive(kind=kind, channel="phone", source="desk", payload=told, by=ridgeline.maya, at=at)
        return interpret(signal, at=at)

    return write_down


@pytest.fixture
def take_back(ridgeline: Business) -> Callable[[Signal], Signal]:
    return lambda signal: take_back_signal(signal, by=ridgeline.maya, at=SOON)


def test_the_signal_is_set_aside_and_the_sum_still_adds_up(write_down: WriteDown, take_back: Any) -> None:
    signal = take_back(write_down())
    assert (signal.state, signal.reason, signal.journey_id) == ("set_aside", "Maya took it back", None)
    assert counts() == {"received": 1, "attached": 0, "joined": 0, "set_aside": 1, "waiting": 0}
    assert audit()["violations"] == 0


def test_it_is_closed_in_nobodys_hands_and_no_promise_was_made(write_down: WriteDown, take_back: Any) -> None:
    take_back(write_down("call"))
    journey = Journey.objects.get()
    assert (journey.status, journey.outcome, journey.owner, journey.next_task) == ("closed", "void", None, None)
    assert not Journey.objects.genuine().exists()
    assert not Clock.objects.filter(dropped_at=None).exists()
    assert not Clock.objects.exclude(met_at=None).exists()
    assert not Notice.objects.filter(read_at=None).exists()
    assert Call.objects.get().taken_back_at == SOON


def test_what_it_sends_waits_six_seconds_and_then_leaves(write_down: WriteDown) -> None:
    with hired() as postmen:
        write_down()
        assert deliver_due(at=NOW + timedelta(seconds=5)) == 0
        assert deliver_due(at=NOW + timedelta(seconds=6)) == 1
        assert sum(postmen["email"].carried.values()) == 1


def test_what_was_taken_back_sends_nothing(write_down: WriteDown, take_back: Any) -> None:
    with hired():
        take_back(write_down())
        assert deliver_due(at=NOW + timedelta(minutes=5)) == 0
    assert set(Message.objects.values_list("state", "reason")) == {("suppressed", "Maya took it back")}


def test_nobody_finds_the_person_any_more(write_down: WriteDown, take_back: Any) -> None:
    take_back(write_down())
    assert contacts_page(who=CLERK, by="heard", after="", most=10) == ([], "")
    for words in ("zhao", "lin@ex", "l"):
        assert find_people(words, limit=5, who=CLERK) == []
    assert near_people("Lin Zhau", who=CLERK, limit=3) == []
    assert contacts_at("email", "lin@example.com") == []


def test_whoever_really_has_the_address_is_somebody_new(write_down: WriteDown, take_back: Any, hear: Hear) -> None:
    take_back(write_down())
    real = hear("form", "web", at=SOON, name="Linda Marsh", email="lin@example.com", message="Gutters")
    assert real.contact
    assert (real.state, real.contact.name) == ("attached", "Linda Marsh")
    assert contacts_at("email", "lin@example.com") == [real.contact]
    assert ContactPoint.objects.get(contact=real.contact).held_at == SOON
    assert Journey.objects.get(pk=real.journey_id).continues is None
    assert not PossibleDuplicate.objects.exists()


def test_the_same_lead_can_be_added_again_and_taken_back_in(
    ridgeline: Business, write_down: WriteDown, take_back: Any
) -> None:
    first = take_back(write_down())
    again = write_down(at=SOON + timedelta(seconds=1))
    assert again.state == "attached"
    assert again.contact != Contact.objects.exclude(taken_back_at=None).get()
    back_in = restore(first, by=ridgeline.maya, at=SOON + timedelta(seconds=2))
    assert (back_in.state, back_in.contact) == ("joined", again.contact)


def test_nobody_writes_to_them(ridgeline: Business, write_down: WriteDown, take_back: Any) -> None:
    take_back(write_down())
    with pytest.raises(Refused, match="Add the lead again first"):
        write_message(contact=Contact.objects.get(), channel="email", text="Hello", by=ridgeline.ben, at=SOON)


def test_a_lead_that_was_taken_back_is_not_reopened(ridgeline: Business, write_down: WriteDown, take_back: Any) -> None:
    take_back(write_down())
    with pytest.raises(Refused, match="Add the lead again"):
        reopen_journey(Journey.objects.get(), by=ridgeline.maya, at=SOON)


@pytest.mark.parametrize("kind", ["referral", "call"])
def test_a_lead_that_it_joined_stands_again_as_it_stood(
    ridgeline: Business, write_down: WriteDown, take_back: Any, kind: str
) -> None:
    lead = ridgeline.lead()
    before = Journey.objects.values().get()
    known = Contact.objects.values().get()
    told = {"name": "Renee Castillo-Hale", "email": "renee@example.com", "phone": "501 555 0142"}
    joined = write_down(kind, **told)
    lead.contact.refresh_from_db()
    assert (joined.state, lead.contact.name, lead.contact.points.count()) == ("joined", "Renee Castillo-Hale", 2)
    take_back(joined)
    after = Journey.objects.values().get()
    follows = {"episode", "next_task_id"}
    assert {name for name in before if before[name] != after[name]} <= follows
    assert Contact.objects.values().get() == known
    assert lead.contact.points.get().kind == "email"
    assert audit()["violations"] == 0


def test_a_lead_that_it_reopened_is_lost_again(ridgeline: Business, write_down: WriteDown, take_back: Any) -> None:
    lead = ridgeline.lead()
    close_journey(lead, outcome="lost", reason="Price", by=ridgeline.ben, at=TUESDAY)
    signal = write_down(name="Renee Castillo", email="renee@example.com")
    lead.refresh_from_db()
    assert (signal.state, lead.status) == ("joined", "open")
    take_back(signal)
    lead.refresh_from_db()
    assert (lead.status, lead.outcome, lead.closed_reason) == ("closed", "lost", "Price")


def test_a_customer_with_another_lead_stays_a_customer(
    ridgeline: Business, write_down: WriteDown, take_back: Any
) -> None:
    lead = ridgeline.lead()
    close_journey(lead, outcome="won", reason="Paid", by=ridgeline.ben, at=TUESDAY)
    signal = write_down(name="Renee Castillo", email="renee@example.com")
    assert signal.state == "attached"
    take_back(signal)
    assert contacts_at("email", "renee@example.com") == [lead.contact]
    assert list(Journey.objects.genuine()) == [lead]


def test_it_is_refused_once_something_else_happened(
    ridgeline: Business, write_down: WriteDown, take_back: Any, hear: Hear
) -> None:
    signal = write_down()
    hear("message", "email", at=SOON, **{"from": "lin@example.com", "text": "Are you coming?"})
    with pytest.raises(Refused, match="Something else happened here since then"):
        take_back(signal)
    signal.refresh_from_db()
    assert signal.state == "attached"
    assert Journey.objects.get().status == "open"


def test_it_is_refused_once_a_message_has_left(write_down: WriteDown, take_back: Any) -> None:
    with hired():
        signal = write_down()
        deliver_due(at=NOW + timedelta(seconds=6))
        with pytest.raises(Refused, match="A message has left since then"):
            take_back_signal(signal, by=signal.added_by, at=NOW + timedelta(seconds=8))  # type: ignore[arg-type]


def test_a_person_with_whom_somebody_spoke_meanwhile_stays(
    ridgeline: Business, write_down: WriteDown, take_back: Any
) -> None:
    """Outside of the lead: only the lead is taken back."""
    signal = write_down()
    assert signal.contact
    write_note(signal.contact, text="Has a dog", by=ridgeline.ben, at=SOON - timedelta(seconds=1))
    take_back(signal)
    assert contacts_at("email", "lin@example.com") == [signal.contact]


def test_it_is_taken_back_once_and_by_whoever_wrote_it_down(
    ridgeline: Business, write_down: WriteDown, take_back: Any, hear: Hear
) -> None:
    signal = write_down()
    with pytest.raises(Refused, match="by hand"):
        take_back_signal(signal, by=ridgeline.ben, at=SOON)
    take_back(signal)
    with pytest.raises(Refused, match="nothing to take back"):
        take_back(signal)
    came_by_itself = hear("call", "phone", at=SOON, **{"from": "+15015550177"})
    with pytest.raises(Refused, match="by hand"):
        take_back(came_by_itself)


def test_one_that_still_waits_is_never_understood(
    ridgeline: Business, take_back: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = {"name": "Lin Zhao", "email": "lin@example.com"}
    signal, _ = receive(kind="referral", channel="phone", source="desk", payload=told, by=ridgeline.maya, at=NOW)
    assert take_back(signal).state == "set_aside"
    assert interpret(signal, at=SOON).state == "set_aside"
    assert not Contact.objects.exists()


def test_spam_that_was_let_in_is_aside_again_for_its_old_reason(
    ridgeline: Business, roof_repair: Any, take_back: Any
) -> None:
    told = {"name": "RankPro", "email": "x@spam.example", "message": "Rank first", "trap": "x", "consent": True}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=told, at=TUESDAY)
    aside = interpret(signal, at=TUESDAY)
    before = Signal.objects.values().get()
    let_in = restore(aside, by=ridgeline.maya, at=NOW)
    assert let_in.state == "attached"
    take_back(let_in)
    assert Signal.objects.values().get() == before
    assert find_people("rankpro", limit=5, who=CLERK) == []
    assert set(Message.objects.values_list("state", flat=True)) == {"suppressed"}


def test_what_somebody_wrote_by_hand_is_not_lost_in_it(
    ridgeline: Business, write_down: WriteDown, take_back: Any
) -> None:
    """A colleague writes to the new lead in the same seconds: their message stands, so the lead stays."""
    signal = write_down()
    assert signal.contact
    write_message(
        contact=signal.contact, channel="email", text="On our way", journey_id=signal.journey_id, by=ridgeline.ben,
        send_at=SOON + timedelta(seconds=5), at=SOON - timedelta(seconds=1),
    )  # fmt: skip
    with pytest.raises(Refused):
        take_back(signal)
    assert Message.objects.get(written_by=ridgeline.ben).state == "queued"
