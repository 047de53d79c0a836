"""Email that comes in: the address and the secret to give to whoever forwards it."""

from datetime import datetime

from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from trellis.integrations.inbound_email.secret import end_secret, make_secret
from trellis.setup.queries.connections import way_in
from trellis.setup.views.settings_once import put_by, take
from trellis.team.permissions import can_administer
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page

MADE = "inbound-secret"
CLOUDFLARE = """export default {{
  async email(message) {{
    const answer = await fetch("{address}", {{
      method: "POST",
      headers: {{ "Content-Type": "message/rfc822", Authorization: "Bearer SECRET" }},
      body: await new Response(message.raw).arrayBuffer(),
    }});
    if (!answer.ok) message.setReject("Not taken in: " + answer.status);
  }},
}};"""
PIPE = """curl --fail --silent --data-binary @- \\
  -H "Content-Type: message/rfc822" -H "Authorization: Bearer SECRET" \\
  {address}"""


@never_cache
@sees("settings")
def inbound_email(request: Request, *, at: datetime) -> HttpResponse:
    made = take(request, MADE)
    scheme, _, host = settings.PUBLIC_URL.partition("://")
    context = {
        "current": "settings",
        "way": way_in(),
        "made": made,
        "cloudflare": CLOUDFLARE.format(address=f"{settings.PUBLIC_URL}/hooks/email"),
        "pipe": PIPE.format(address=f"{settings.PUBLIC_URL}/hooks/email"),
        "whole_address": f"{scheme}://trellis:{made}@{host}/hooks/email" if made else "",
        "may_administer": can_administer(request.user),
    }
    return render_page(request, "setup/connection_inbound.html", context, at=at)


@administers
def make(request: Request, *, at: datetime) -> HttpResponse:
    """Make the secret; where there is one already, only after asking."""
    question = Question(
        title="Make a new secret?",
        text="Whoever forwards email with the secret of before is turned away until you give them the new one.",
        button="Make a new secret",
        back=_address(),
    )
    if request.method == "POST" and not way_in().is_connected:
        _make(request, at)
        return go_to(request, _address())
    return ask(request, question, Form(posted(request)), lambda _: _make(request, at), at=at)


@administers
def end(request: Request, *, at: datetime) -> HttpResponse:
    question = Question(
        title="Take no more email in?",
        text="Email that is forwarded here is turned away, so that its sender learns of it. Nothing that came is lost.",
        button="Take no more in",
        back=_address(),
    )

    def act(_: dict[str, object]) -> str:
        end_secret(by=request.user, at=at)
        return "No more email is taken in."

    return ask(request, question, Form(posted(request)), act, at=at)


def _make(request: Request, at: datetime) -> str:
    put_by(request, MADE, make_secret(by=request.user, at=at))
    return "The secret is made. Copy it now: it is not shown again."


def _address() -> str:
    return reverse("setup:inbound_email")
