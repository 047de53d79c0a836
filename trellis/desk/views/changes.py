"""The one question that open pages keep asking: did anything change?"""

from datetime import datetime

from django.http import Http404, HttpResponse

from trellis.desk.queries.changes import has_changed, read_cursor
from trellis.desk.views.contact import read_id
from trellis.people.permissions import reaches
from trellis.web.doors import Request, signed_in


@signed_in
def changes(request: Request, *, at: datetime) -> HttpResponse:
    """204 while nothing did; 200 tells the page to ask for itself again."""
    cursor = read_cursor(request.GET.get("since", ""))
    contact_id = read_id(request.GET.get("contact"))
    if contact_id and not reaches(request.user, "see", "contact", contact_id):
        raise Http404
    changed = cursor is None or has_changed(cursor, contact_id)
    return HttpResponse(status=200 if changed else 204, headers={"Cache-Control": "no-store"})
