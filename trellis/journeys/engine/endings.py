"""Resting and ending a journey. Pure."""

from datetime import datetime

from trellis.journeys.engine.effects import Close, DropClock, Park, Withdraw
from trellis.journeys.engine.offers import end_offer
from trellis.journeys.engine.turn import Turn


def park(turn: Turn, until: datetime, reason: str, *, rule_id: str = "", by_hand: bool = False) -> None:
    """Rest until a date, with the wake task as next step; past the playbook's limit of rests, close instead."""
    parking = turn.playbook.parking
    if turn.state.parks >= parking.at_most and not by_hand:
        return close(turn, "lost", parking.reason, rule_id=rule_id)
    clear(turn, reason)
    turn.add_task(kind="wake", title="Wake this up again", due_at=until, why=reason, rule_id=rule_id)
    return turn.do(Park(until=until, by_hand=by_hand, rule_id=rule_id, why=reason))


def close(turn: Turn, outcome: str, reason: str, *, rule_id: str = "") -> None:
    clear(turn, reason)
    turn.do(Close(outcome=outcome, rule_id=rule_id, why=reason))


def clear(turn: Turn, why: str) -> None:
    """Nothing else will happen by itself."""
    end_offer(turn, "withdrawn", why)
    for task in turn.state.planned:
        turn.close_task(task, "cancelled", why)
    for clock in turn.state.clocks:
        turn.do(DropClock(kind=clock.kind, rule_id=clock.rule_id, why=why))
    turn.do(Withdraw(why=why))
