"""Opening and closing the public doors."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.steps.capture.models import Form
from trellis.steps.capture.queries import document_for
from trellis.team.models import User
from trellis.team.undoing import keeping, this


@transaction.atomic
def open_form(
    *,
    key: str,
    title: str,
    playbook: str,
    intro: str = "",
    button: str = "Send",
    thanks: str = "",
    tags: Sequence[str] = (),
    at: datetime,
) -> Form:
    """Open a form at `/f/<key>`, or open it again with these words."""
    refuse_without_playbook(playbook)
    words = {"title": title, "intro": intro, "button": button, "thanks": thanks, "tags": list(tags)}
    form, _ = Form.objects.update_or_create(
        key=key,
        defaults={**words, "playbook": playbook, "closed_at": None, "closed_by": None},
        create_defaults={**words, "playbook": playbook, "created_at": at},
    )
    forget()
    return form


def close_form(form: Form, *, by: User | None = None, at: datetime) -> Form:
    """Take nothing more in at this form; whoever comes is given our number."""
    form.closed_at, form.closed_by = at, by
    with keeping(this(form), by=by, at=at):
        form.save(update_fields=["closed_at", "closed_by"])
    forget()
    return form


def reopen_form(form: Form, *, by: User | None = None, at: datetime) -> Form:
    """Take leads in again."""
    refuse_without_playbook(form.playbook)
    form.closed_at = form.closed_by = None
    with keeping(this(form), by=by, at=at):
        form.save(update_fields=["closed_at", "closed_by"])
    forget()
    return form


def refuse_without_playbook(key: str) -> None:
    if document_for(key) is None:
        raise Refused("unknown_playbook", f"No playbook “{key}” is published. Publish it, then open the form.")
