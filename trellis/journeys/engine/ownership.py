"""Giving a journey and its open steps to somebody. Pure."""

from datetime import datetime

from trellis.events.catalogue import Fact, JourneyImported
from trellis.journeys.engine.effects import Assign, Tell
from trellis.journeys.engine.offers import end_offer, offer
from trellis.journeys.engine.owners import choose_owner, parts_used, wanted_by, works_with_leads
from trellis.journeys.engine.state import Person
from trellis.journeys.engine.turn import Turn


def assign_by_rule(
    turn: Turn, *, rule_id: str = "", without: str = "", keep: bool = False, may_offer: bool = False
) -> None:
    """The owner that the stage's rule names; nothing changes when that is who has it.

    With `may_offer` it is offered to them where the rule wants it accepted, as long as its owner is not away.
    """
    if named := named_by(turn):
        return give_to(turn, named, f"The file names {named.first_name}")
    rule = turn.stage.owner
    person, why = choose_owner(
        rule,
        turn.world,
        current=turn.state.owner,
        without=without,
        keep=keep,
        wanted=wanted_by(rule, turn.state),
        spoke=who_spoke(turn.fact),
    )
    if person.id == turn.state.owner:
        return None
    giver = turn.world.person(turn.state.owner)
    if may_offer and rule.accept and giver and not giver.away_until:
        offer(turn, person, why, accept=rule.accept, rule_id=rule_id, used=parts_used(rule))
        return None
    is_first = not turn.state.owner
    give_to(turn, person, why, rule_id=rule_id, used=parts_used(rule))
    if not is_first:
        turn.do(Tell(users=(person.id,), text=f"{turn.world.customer.name} is yours now: {why}", rule_id=rule_id))
    return None


def named_by(turn: Turn) -> Person | None:
    """The colleague whom the file names that they came with, while nobody has them yet."""
    if not isinstance(turn.fact, JourneyImported) or turn.state.owner:
        return None
    person = turn.world.person(turn.fact.owner)
    return person if person and works_with_leads(person) else None


def who_spoke(fact: Fact) -> str:
    """The user who has just spoken with the customer, by evidence."""
    return str(getattr(fact, "by", "")) if fact.trigger in ("person_replied", "call_answered") else ""


def give_to(
    turn: Turn,
    person: Person,
    why: str,
    *,
    rule_id: str = "",
    overdue_until: datetime | None = None,
    used: tuple[str, ...] = ("people",),
) -> None:
    """Assign, and pass every open step of a person on; steps already overdue get a new time when one is given."""
    end_offer(turn, "withdrawn", why)
    turn.do(Assign(owner=person.id, rule_id=rule_id, why=why, used=used))
    for task in turn.state.person_tasks:
        if task.assignee != person.id:
            due = overdue_until if overdue_until and task.due_at <= turn.at else task.due_at
            turn.replace_task(task, why, due_at=due, assignee=person.id)
