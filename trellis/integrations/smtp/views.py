"""The page behind “Stop these emails”."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from trellis.conversations.models import Channel
from trellis.conversations.queries import has_opted_out
from trellis.integrations.smtp.unsubscribe import unsubscribing
from trellis.people.actions import withdraw_consent
from trellis.people.queries import contact_now
from trellis.team.queries import business


@csrf_exempt  # Mail programs post here themselves, with one click; the signed link is the authority.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, since scanners open links; stop on POST."""
    contact_id = unsubscribing(token)
    contact = contact_now(contact_id) if contact_id else None
    if contact is None:
        return render(request, "smtp/unsubscribe.html", {"business": business(), "state": "unknown"}, status=404)
    if request.method == "POST" and not has_opted_out(contact.id, Channel.EMAIL):
        withdraw_consent(contact, channel=Channel.EMAIL, source="unsubscribe link", at=timezone.now())
    state = "stopped" if has_opted_out(contact.id, Channel.EMAIL) else "asking"
    return render(request, "smtp/unsubscribe.html", {"business": business(), "state": state})
