"""What the settings say of themselves at a glance."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from trellis.journeys.models import Playbook
from trellis.journeys.publish import active_playbook
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import Snippet, embed_snippet, leads_since
from trellis.team.models import ApiToken, User

RECENT = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """A public form in the list: where it stands, what it starts, what it brought lately."""

    form: Form
    address: str
    playbook: str
    leads: int


def form_lines(at: datetime, user: User) -> list[FormLine]:
    """Every form, the open ones first."""
    leads = leads_since(at - RECENT, user)
    lines = [
        FormLine(form=form, address=address_of(form), playbook=playbook_title(form), leads=leads.get(form.key, 0))
        for form in Form.objects.order_by("title", "pk")
    ]
    return sorted(lines, key=lambda line: line.form.closed_at is not None)


def playbooks() -> list[Playbook]:
    """Those that a form may start."""
    published = Playbook.objects.exclude(active_at=None).exclude(kind="support").defer("source", "document")
    return list(published.order_by("published_at", "pk"))


def any_form() -> Form:
    """A form to show the business's color on: an open one, else one made up for it."""
    sample = Form(title="How can we help?", intro="Tell us what happened. We answer as soon as we can.")
    return Form.objects.filter(closed_at=None).order_by("created_at").first() or sample


def address_of(form: Form) -> str:
    return f"{settings.PUBLIC_URL}/f/{form.key}"


def playbook_title(form: Form) -> str:
    playbook = active_playbook(form.playbook)
    return playbook.title if playbook else form.playbook


def snippet_of(form: Form) -> Snippet:
    return embed_snippet(form, settings.PUBLIC_URL)


def tokens() -> QuerySet[ApiToken]:
    """The keys of machines that still open something, the newest first."""
    return ApiToken.objects.filter(revoked_at=None).select_related("created_by").order_by("-created_at", "-pk")
