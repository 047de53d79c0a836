"""The machine door put together: /api/v1, room by room."""

from trellis.api.door import Door
from trellis.conversations.api import router as conversations
from trellis.intake.api import router as intake
from trellis.journeys.api import router as journeys
from trellis.journeys.api_playbooks import router as playbooks
from trellis.journeys.why.api import router as why
from trellis.lists.api import router as lists
from trellis.lists.api_bulk import router as bulk
from trellis.lists.api_runs import router as runs
from trellis.lists.api_segments import router as segments
from trellis.people.api_changes import router as people
from trellis.people.api_companies import router as companies
from trellis.people.api_fields import router as fields
from trellis.transfer.api import router as imports

api = Door(
    title="Trellis",
    version="1",
    description="Send signals in; read and change people and companies; ask lists, keep views and segments, "
    "change many; bring files in; read journeys, tasks and messages; complete tasks; publish playbooks. "
    "Every request needs a bearer token from Settings or `trellis token create`.",
    urls_namespace="api",
)
ROUTERS = (
    *(intake, people, companies, fields, lists, segments, bulk, imports, runs),
    *(journeys, why, playbooks, conversations),
)
for router in ROUTERS:
    api.add_router("", router)
