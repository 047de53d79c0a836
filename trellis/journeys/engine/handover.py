"""What becomes of an offer: accepted, declined, not answered in time. Pure.

The giver stays the owner all along, so at every moment there is exactly one.
"""

from trellis.events import catalogue as facts
from trellis.journeys.engine.effects import Tell
from trellis.journeys.engine.offers import end_offer, offer
from trellis.journeys.engine.owners import leaders, next_to_ask, wanted_by
from trellis.journeys.engine.ownership import give_to
from trellis.journeys.engine.state import Offer, Person
from trellis.journeys.engine.turn import Turn


def owner_chosen(turn: Turn, fact: facts.OwnerChosen) -> None:
    """Given by hand: within the team at once, to another team as an offer where the stage's rule wants it accepted."""
    person, by, accept = turn.world.person(fact.owner), turn.world.person(fact.by), turn.stage.owner.accept
    if person is None:
        return
    why = f"given by {by.first_name}" if by and by is not person else f"{person.first_name} took it"
    if person.id == turn.state.owner:
        end_offer(turn, "withdrawn", f"{person.first_name} keeps it")
    elif accept and by is not person and is_other_team(turn, person) and not turn.has_ended:
        end_offer(turn, "withdrawn", why)
        offer(turn, person, why, accept=accept, by_hand=True)
    else:
        give_to(turn, person, why)
        if by is not person:
            turn.do(Tell(users=(person.id,), text=f"{turn.world.customer.name} is yours now: {why}"))


def is_other_team(turn: Turn, person: Person) -> bool:
    owner = turn.world.person(turn.state.owner)
    return owner is not None and not owner.away_until and not owner.teams.keys() & person.teams.keys()


def accepted(turn: Turn, fact: facts.HandoverAccepted) -> None:
    """Whoever it is offered to takes it: from now on it is theirs, with every open step. The giver is told."""
    on_offer, taker = turn.state.offer, turn.world.person(fact.by)
    if on_offer and taker and taker.id == on_offer.taker:
        giver = turn.state.owner
        name = first_name(turn, giver)
        end_offer(turn, "accepted", f"{taker.first_name} accepted it", by=taker.id)
        give_to(turn, taker, f"accepted from {name}")
        turn.do(Tell(users=(giver,), text=f"{taker.first_name} accepted {turn.world.customer.name} from you"))


def declined(turn: Turn, fact: facts.HandoverDeclined) -> None:
    """They cannot take it: back to the giver, who is told why, or on to the next."""
    on_offer = turn.state.offer
    if on_offer and fact.by == on_offer.taker:
        name = first_name(turn, fact.by)
        end_offer(turn, "declined", fact.reason, by=fact.by)
        ask_the_next(turn, on_offer, f"{name} cannot take {turn.world.customer.name}: {fact.reason}")


def lapsed(turn: Turn) -> None:
    """Not accepted in time: the managers are told, the next is asked, and the giver has it as before."""
    if on_offer := turn.state.offer:
        name = first_name(turn, on_offer.taker)
        end_offer(turn, "lapsed", f"{name} did not accept it in time")
        told = f"{name} did not accept {turn.world.customer.name} in time"
        ask_the_next(turn, on_offer, told, also=leaders(turn.world))


def taker_gone(turn: Turn, fact: facts.TakerGone) -> None:
    """Whoever it is offered to left, or will not be there in time."""
    on_offer = turn.state.offer
    if on_offer and fact.taker == on_offer.taker:
        end_offer(turn, "withdrawn", fact.reason)
        ask_the_next(turn, on_offer, f"{fact.reason} and cannot take {turn.world.customer.name}")


def ask_the_next(turn: Turn, before: Offer, told: str, also: list[Person] | None = None) -> None:
    """Offer it to the next free person who was not asked yet; what was given by hand goes back to the giver."""
    rule, giver = turn.stage.owner, turn.state.owner
    wanted = wanted_by(rule, turn.state)
    taker = None
    if rule.accept and not before.by_hand:
        taker = next_to_ask(rule, turn.world, current=giver, wanted=wanted, asked=before.asked)
    goes_on = f"{taker.first_name} is asked now" if taker else f"{first_name(turn, giver)} keeps it"
    users = dict.fromkeys([giver, *(boss.id for boss in also or [])])
    turn.do(Tell(users=tuple(users), text=f"{told}; {goes_on}", why=f"{told}; {goes_on}"))
    if taker and rule.accept:
        offer(turn, taker, f"{taker.first_name} is next", accept=rule.accept, asked=before.asked)


def first_name(turn: Turn, user: str) -> str:
    person = turn.world.person(user)
    return person.first_name if person else "Somebody"
