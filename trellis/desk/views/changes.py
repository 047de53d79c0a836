"""The one question that open pages keep asking: did anything change?"""

from datetime import datetime

from django.http import HttpResponse

from trellis.desk.queries.changes import has_changed, read_cursor
from trellis.desk.views.contact import read_id
from trellis.web.doors import Request, signed_in


@signed_in
def changes(request: Request, *, at: datetime) -> HttpResponse:
    """204 while nothing did; 200 tells the page to ask for itself again."""
    cursor = read_cursor(request.GET.get("since", ""))
    changed = cursor is None or has_changed(cursor, read_id(request.GET.get("contact")))
    return HttpResponse(status=200 if changed else 204, headers={"Cache-Control": "no-store"})
