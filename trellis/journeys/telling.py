"""What the engine did, as facts for the timeline and as sentences for "why"."""

from trellis.events import catalogue as facts
from trellis.events.catalogue import Fact
from trellis.journeys.engine import effects as e
from trellis.journeys.engine.decide import channel_word
from trellis.journeys.engine.effects import Effect
from trellis.journeys.engine.offers import ACCEPT
from trellis.journeys.engine.state import World
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import in_words

SILENT = (
    e.NextEpisode,
    e.Fire,
    e.CloseTask,
    e.StartClock,
    e.DropClock,
    e.TakeOver,
    e.Withdraw,
    e.RecordAnswers,
    e.Deliver,
    e.ResumeClock,
    e.Defer,
    e.Forget,
    e.Release,
)


def first_name(world: World, user_id: str) -> str:
    person = world.person(user_id)
    return person.first_name if person else "Someone"


def fact_of(effect: Effect, document: Document, world: World, *, left: str = "", ids: dict[str, str]) -> Fact | None:
    """The effect as an event; None for what only matters inside. Messages tell of themselves once they have an id."""
    match effect:
        case e.MoveStage(stage=stage, why=why):
            return facts.StageMoved(stage=stage, title=document.stages[stage].title, left=left, why=why)
        case e.Assign(owner=owner, why=why):
            return facts.OwnerAssigned(owner=owner, owner_name=first_name(world, owner), left=left, why=why)
        case e.AddTask(rule_id=rule_id) if rule_id == ACCEPT:
            return None
        case e.AddTask(ref=ref, title=title, due_at=due, assignee=assignee, replaces="") if assignee:
            return facts.StepSet(task_id=ids[ref], title=title, due_at=due)
        case e.BreakClock(kind=kind, title=title, why=why):
            return facts.ClockBroken(clock=kind, title=title.capitalize(), what=why)
        case e.Tell(users=users, text=text):
            names = " and ".join(dict.fromkeys(first_name(world, user) for user in users))
            return facts.PeopleTold(users=list(users), names=names, text=text)
        case _:
            return ending_of(effect) or handing_over(effect, world, left)


def handing_over(effect: Effect, world: World, giver: str) -> Fact | None:
    """What becomes of an offer. That it was accepted or declined was told by the person who did."""
    match effect:
        case e.OfferHandover(taker=taker, due_at=due, why=why):
            name = first_name(world, taker)
            return facts.HandoverOffered(taker=taker, taker_name=name, giver=giver, due_at=due, why=why)
        case e.EndHandover(how="lapsed", taker=taker):
            return facts.HandoverLapsed(taker=taker, taker_name=first_name(world, taker))
        case e.EndHandover(how="withdrawn", taker=taker, why=why):
            return facts.HandoverWithdrawn(taker=taker, taker_name=first_name(world, taker), why=why)
        case _:
            return None


def ending_of(effect: Effect) -> Fact | None:
    match effect:
        case e.Park(until=until, why=why):
            return facts.JourneyParked(until=until, reason=why)
        case e.Close(outcome=outcome, why=why):
            return facts.JourneyClosed(outcome=outcome, reason=why)
        case e.Reopen(why=why):
            return facts.JourneyReopened(why=why)
        case e.SetPriority(why=why):
            return facts.PrioritySet(why=why)
        case _:
            return None


def sentence_of(effect: Effect, document: Document, world: World) -> str:
    """The effect as a decision; empty for what needs no explaining."""
    if isinstance(effect, SILENT) or (isinstance(effect, e.AddTask) and not effect.assignee and effect.kind != "wake"):
        return ""
    match effect:
        case e.MoveStage(stage=stage):
            said = f"Moved to {document.stages[stage].title}"
        case e.Assign(owner=owner):
            said = f"{first_name(world, owner)} is the owner"
        case e.OfferHandover(taker=taker):
            said = f"Offered to {first_name(world, taker)}"
        case e.EndHandover(how=how, taker=taker):
            said = (
                f"The offer to {first_name(world, taker)} was {how}"
                if how != "lapsed"
                else "Nobody accepted it in time"
            )
        case e.AddTask(title=title):
            said = f"Set “{title}”"
        case e.Send(message=message, suppressed=""):
            said = f"Queued “{document.messages[message].title}” by {channel_word(effect.channel)}"
        case e.StopClock(kind=kind):
            said = f"The {kind.replace('_', ' ')} clock stopped"
        case e.StartJourney(playbook=playbook):
            said = f"Started {in_words(playbook)}"
        case e.Park():
            said = "Parked"
        case e.Close(outcome=outcome):
            said = f"Closed as {outcome}"
        case e.Reopen():
            said = "Reopened"
        case e.SetPriority():
            said = "Marked as priority"
        case _:
            return effect.why
    return f"{said}: {effect.why}" if effect.why else said


def held_back(effect: Effect) -> bool:
    return isinstance(effect, e.HoldBack) or (isinstance(effect, e.Send) and bool(effect.suppressed))
