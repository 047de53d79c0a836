"""What was said, at the machine door."""

from ninja import Query, Router

from trellis.api.paging import PageOf, read_page
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.conversations.models import Message
from trellis.conversations.schemas import MessageOut, MessageQuery

router = Router(tags=["Conversations"])


@router.get("/messages", response=PageOf[MessageOut], summary="Read messages")
def list_messages(request: ApiRequest, wanted: Query[MessageQuery]) -> PageOf[MessageOut]:
    """In and out, sent or not, the newest first. Say whose: `contact`, `journey` or both."""
    whose = {"contact_id": wanted.contact, "journey_id": wanted.journey}
    given = {name: id for name, id in whose.items() if id}
    if not given:
        raise Problem(422, "bad_fields", "Say whose messages: add ?contact= or ?journey= with an id.")
    messages = Message.objects.filter(**given).select_related("written_by")
    return read_page(messages, lambda rows: [MessageOut.of(row) for row in rows], wanted, by="created_at")
