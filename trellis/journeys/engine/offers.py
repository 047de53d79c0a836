"""A journey on offer: the giver has it until the one it is offered to accepts. Pure."""

from collections.abc import Sequence

from trellis.core.durations import Duration
from trellis.journeys.engine.effects import EndHandover, OfferHandover, Tell
from trellis.journeys.engine.state import Person
from trellis.journeys.engine.turn import Turn

# The step of whoever it is offered to, and what happens by itself when they do not take it in time.
ACCEPT, LAPSE = "trellis/accept", "trellis/accept-late"


def offer(
    turn: Turn,
    taker: Person,
    why: str,
    *,
    accept: Duration,
    asked: Sequence[str] = (),
    by_hand: bool = False,
    rule_id: str = "",
    used: tuple[str, ...] = ("people",),
) -> None:
    """Offer it to somebody, who has `accept` of working time. `asked` were offered it before, in this stage."""
    giver, due = turn.world.person(turn.state.owner), turn.world.hours.add(turn.at, accept)
    name = giver.first_name if giver else "us"
    turn.do(
        OfferHandover(
            taker=taker.id,
            due_at=due,
            asked=(*asked, taker.id),
            by_hand=by_hand,
            rule_id=rule_id,
            why=why,
            used=(*used, "hours"),
        )
    )
    title = f"Accept {turn.worded('{{ contact.first_name }}')} from {name}"
    asked_why = f"Offered to {taker.first_name}: {why}"
    turn.add_task(kind="do", title=title, due_at=due, why=asked_why, rule_id=ACCEPT, assignee=taker.id)
    late = f"{name} keeps it" if by_hand else "the next free person is asked"
    title = f"The manager is told that {taker.first_name} did not take it, and {late}"
    turn.add_task(kind="check", title=title, due_at=due, why="If it is not accepted in time", rule_id=LAPSE)
    said = f"{name} hands {turn.world.customer.name} over to you: accept it within {accept.in_words} of working time"
    turn.do(Tell(users=(taker.id,), text=said, rule_id=rule_id))


def end_offer(turn: Turn, how: str, why: str, *, by: str = "") -> None:
    """It is no longer on offer. `how` is accepted, declined, lapsed or withdrawn; nothing happens where none was."""
    if turn.state.offer is None:
        return
    turn.do(EndHandover(how=how, taker=turn.state.offer.taker, by=by, why=why))
    for task in turn.state.planned:
        if task.rule_id in (ACCEPT, LAPSE):
            done = how == "accepted" and task.rule_id == ACCEPT
            turn.close_task(task, "done" if done else "cancelled", why, by=by if done else "")
