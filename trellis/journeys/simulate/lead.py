"""One lead of a simulation: the customer, their journey, and what happened between us so far. Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from trellis.core.quick import changed
from trellis.journeys.engine.state import Customer, State
from trellis.journeys.simulate.luck import Luck
from trellis.journeys.simulate.scenario import Scenario

A_DAY = timedelta(days=1)
# All bear one name: nobody reads it, and each step is worded once.
NAME = "Somebody"


@dataclass(slots=True, eq=False)
class Lead:
    """`leaves_at` is when they go elsewhere unless somebody has spoken with them; `in_hand` who works on it now.

    `word` counts what was said on either side: an answer is given to the last word only.
    """

    number: int
    luck: Luck
    signal: str
    customer: Customer
    arrived_at: datetime
    leaves_at: datetime | None
    fits: bool
    state: State = field(default_factory=State)
    decisions: int = 0
    assigned_at: datetime | None = None
    answered_at: datetime | None = None
    promised_at: datetime | None = None
    opened_at: datetime | None = None
    in_hand: str = ""
    word: int = 0
    tries: int = 0
    talks: int = 0
    written: int = 0
    refusals: int = 0
    acts: int = 0
    automatic: int = 0
    touched_at: list[datetime] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    ended: str = ""
    outcome: str = ""

    @property
    def has_phone(self) -> bool:
        return "sms" in self.customer.reachable

    @property
    def touches(self) -> int:
        """Everything of ours that reached for them: calls, messages by people, messages by rules."""
        return self.tries + self.talks + self.written + self.automatic

    def is_gone(self, at: datetime) -> bool:
        """They went elsewhere before anybody spoke with them."""
        return self.leaves_at is not None and at >= self.leaves_at and self.answered_at is None

    def count_touches(self, at: datetime) -> None:
        """Before a rule writes by itself: how often we did in the last day."""
        self.touched_at = [touched for touched in self.touched_at if touched > at - A_DAY]
        if len(self.touched_at) != self.customer.touches:
            self.customer = changed(self.customer, touches=len(self.touched_at))

    def channel(self) -> str:
        """Where somebody who writes to them would: the channel that they used last, while it is open to us."""
        open_to_us = self.customer.reachable - self.customer.opted_out
        order = ("sms", "email") if self.customer.last_channel in ("sms", "phone") else ("email", "sms")
        return next((channel for channel in order if channel in open_to_us), "")


def make_lead(scenario: Scenario, number: int, luck: Luck, signal: str, at: datetime) -> Lead:
    customers, mine = scenario.customers, luck.of(number)
    by_phone = signal in ("call", "missed_call")
    has_phone = by_phone or mine.happens(customers.has_phone, "has phone")
    has_email = mine.happens(customers.has_email, "has email") or not has_phone
    name = NAME if mine.happens(customers.has_name, "has name") else ""
    stays = customers.patience.seconds(mine.draw("patience")) if customers.patience else None
    return Lead(
        number=number,
        luck=mine,
        signal=signal,
        customer=Customer(
            name=name or "Someone",
            first_name=name,
            reachable=frozenset({"email"} if has_email else ()) | frozenset({"sms"} if has_phone else ()),
            last_channel="phone" if by_phone else "web",
            time_zone=scenario.zone,
        ),
        arrived_at=at,
        leaves_at=at + timedelta(seconds=stays) if stays is not None else None,
        fits=mine.happens(customers.fits, "fits"),
    )
