"""What a text or an email means: a turn in a journey, the start of one, a word about consent, or a machine's answer."""

from datetime import datetime

from trellis.conversations.models import Message
from trellis.conversations.queries import has_opted_out
from trellis.intake.actions import Settlement
from trellis.intake.models import Signal, SignalKind
from trellis.people.actions import remember_touch
from trellis.people.identity import learn_email, recognize
from trellis.people.models import Contact
from trellis.steps.capture.actions.hear_machines import hear_automatic_reply, hear_bounce
from trellis.steps.capture.actions.hear_opting import hear_opting, opting_of, take_back_opting_out
from trellis.steps.capture.actions.into_journeys import Meaning, aside, into_journey, joined, settled
from trellis.steps.capture.actions.letters import Letter, keep
from trellis.steps.capture.queries import journey_to_join, playbook_for, resting_playbook
from trellis.team.queries import business

NO_SENDER = "Nobody could answer it: it comes from “{sender}”"


def interpret_message(signal: Signal, at: datetime) -> Settlement:
    letter = Letter.read(signal)
    if letter.bounce:
        return hear_bounce(letter, at)
    answered = letter.answers()
    if letter.is_automatic:
        return hear_automatic_reply(letter, answered, at)
    if not (letter.sender or answered):
        return aside(NO_SENDER.format(sender=letter.sender_as_written[:80] or "nobody"))
    contact = _in_thread(signal, letter, answered, at) if answered else _by_address(signal, letter, at)
    opting = opting_of(letter, is_opted_out=lambda: has_opted_out(contact.pk, letter.channel))
    if opting in ("stop", "start"):
        return hear_opting(letter, contact, opting, answered, at)
    if opting == "yes":
        take_back_opting_out(letter, contact, at)
    return _turn(signal, letter, contact, answered, at)


def _turn(signal: Signal, letter: Letter, contact: Contact, answered: Message | None, at: datetime) -> Settlement:
    """They speak: in the open journey that this belongs to, else it starts or reopens one."""
    thread = answered.journey_id if answered else None
    if journey := journey_to_join(contact, thread=thread):
        keep(letter, contact, journey, is_turn=True, at=at)
        return joined(contact, journey)
    meaning = Meaning(
        playbook=resting_playbook(contact, thread=thread) or playbook_for(SignalKind.MESSAGE),
        title=letter.subject or ("Email" if letter.is_email else "Text message"),
        words=letter.text or letter.subject,
    )
    captured = into_journey(signal, contact, meaning, at=at)
    keep(letter, contact, captured.journey, is_turn=False, at=at)
    return settled(captured)


def _in_thread(signal: Signal, letter: Letter, answered: Message, at: datetime) -> Contact:
    """The one we wrote to, from whatever address they answer."""
    contact = answered.contact
    learn_email(contact, name=letter.name, email=letter.sender, at=at)
    remember_touch(contact, _touch(signal))
    return contact


def _by_address(signal: Signal, letter: Letter, at: datetime) -> Contact:
    email, phone = (letter.sender, "") if letter.is_email else ("", letter.sender)
    return recognize(
        name=letter.name, email=email, phone=phone, region=business().region, touch=_touch(signal), at=at
    ).contact


def _touch(signal: Signal) -> dict[str, str]:
    return {"channel": signal.channel, "at": signal.received_at.isoformat()}
