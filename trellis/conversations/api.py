"""What was said, at the machine door."""

from ninja import Query, Router

from trellis.api.needs import needs
from trellis.api.paging import PageOf, read_page
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.conversations.models import Message
from trellis.conversations.schemas import MessageOut, MessageQuery
from trellis.people.reach import in_reach_of

router = Router(tags=["Conversations"])


@router.get("/messages", response=PageOf[MessageOut], summary="Read messages")
@needs("see", "conversation")
def list_messages(request: ApiRequest, wanted: Query[MessageQuery]) -> PageOf[MessageOut]:
    """In and out, sent or not, the newest first. Say whose: `contact`, `journey` or both."""
    whose = {"contact_id": wanted.contact, "journey_id": wanted.journey}
    given = {name: id for name, id in whose.items() if id}
    if not given:
        raise Problem(422, "bad_fields", "Say whose messages: add ?contact= or ?journey= with an id.")
    reached = in_reach_of(request.auth, "see", "conversation", contact="contact")
    messages = Message.objects.filter(reached, **given).select_related("written_by")
    return read_page(messages, lambda rows: [MessageOut.of(row) for row in rows], wanted, by="created_at")
