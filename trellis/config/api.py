"""The machine door put together: /api/v1, room by room."""

from trellis.api.door import Door
from trellis.conversations.api import router as conversations
from trellis.intake.api import router as intake
from trellis.journeys.api import router as journeys
from trellis.journeys.api_playbooks import router as playbooks
from trellis.journeys.why.api import router as why
from trellis.people.api_changes import router as people

api = Door(
    title="Trellis",
    version="1",
    description="Send signals in; read and change people; read journeys, tasks and messages; complete tasks; "
    "publish playbooks. "
    "Every request needs a bearer token from `trellis token create`.",
    urls_namespace="api",
)
for router in (intake, people, journeys, why, playbooks, conversations):
    api.add_router("", router)
