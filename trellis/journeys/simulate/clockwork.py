"""What people and customers need of a run: the time, the agenda, and the engine's ear. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from trellis.events.catalogue import Fact
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.simulate.lead import Lead
from trellis.journeys.simulate.luck import Luck
from trellis.journeys.simulate.scenario import Scenario

if TYPE_CHECKING:
    from trellis.journeys.simulate.crowd import Crowd
    from trellis.journeys.simulate.desk import Desk


class Clockwork(Protocol):
    at: datetime
    end: datetime
    playbook: Playbook
    scenario: Scenario
    luck: Luck
    roster: Roster
    leads: list[Lead]
    desk: "Desk"
    crowd: "Crowd"

    def plan(self, at: datetime, act: Callable[..., None], *arguments: Any) -> None: ...

    def tell(self, lead: Lead, fact: Fact) -> None: ...

    def name(self, lead: Lead) -> str: ...
