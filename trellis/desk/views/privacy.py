"""What somebody agreed to, or asked us to stop; a copy of all that we hold about them; erasing them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from trellis.desk.views.places import contact_path
from trellis.desk.views.reach import contact_to
from trellis.desk.views.sayings import and_undo_change
from trellis.people.actions import record_consent, withdraw_consent
from trellis.people.copying import copy_person
from trellis.people.erasing import erase_contact, foresee_erasure
from trellis.people.forms import ConsentForm, EraseForm
from trellis.people.permissions import Near, may_copy
from trellis.team.permissions import can_export, may
from trellis.web.asking import Question, ask, only_for
from trellis.web.doors import Request, posted, signed_in


@signed_in
def consent(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    contact = contact_to("change", "contact", request.user, contact_id)
    question = Question(
        title=f"Consent of {contact.first_name or 'this person'}",
        text="The newest word counts, and what was said before stays in view. After a stop nothing leaves on that "
        "channel about their request, and what was waiting to leave by itself is withdrawn for good.",
        button="Write it down",
        back=contact_path(contact),
        body="desk/_consent_fields.html",
    )

    def act(answer: dict[str, Any]) -> str:
        verb = record_consent if answer.pop("word") == "agreed" else withdraw_consent
        verb(contact, **answer, by=request.user, at=at)
        return and_undo_change("Written down.", by=request.user, at=at)

    return ask(request, question, ConsentForm(posted(request)), act, at=at)


@only_for(can_export)
@require_POST
def copy(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    """A file with everything about them: that somebody took it stands on the timeline."""
    contact = contact_to("export", "contact", request.user, contact_id)
    if not may_copy(Near(request.user, [contact_id])):
        raise PermissionDenied
    answer = HttpResponse(copy_person(contact, by=request.user, at=at), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="person-{contact.pk}.zip"'
    return answer


@only_for(lambda user: may(user, "erase", "contact"))
def erase(request: Request, contact_id: UUID, *, at: datetime) -> HttpResponse:
    """Says what goes and what stays, and wants the name typed: nobody can take it back."""
    contact = contact_to("erase", "contact", request.user, contact_id)
    name = contact.name or "this person"
    question = Question(
        title=f"Erase {name}",
        text="All that says who they are is gone for good, here and for everybody. Nobody can take it back. "
        "What happened stays counted, so that every figure stays as it is.",
        button="Erase for good",
        back=contact_path(contact),
        body="desk/_erase_fields.html",
        context={"seen": foresee_erasure(contact, by=request.user, at=at)},
        is_final=True,
    )

    def act(answer: dict[str, Any]) -> str:
        erase_contact(contact, why=answer["why"], by=request.user, at=at)
        return "Erased. Nothing here says any more who this was."

    return ask(request, question, EraseForm(posted(request), name=contact.name), act, at=at)
