"""One way to open any form over a draft: ask, check while somebody types, save, and let it be taken back."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from trellis.core.refusal import Refused
from trellis.journeys.drafts import DraftChanged
from trellis.journeys.playbook.load import PlaybookFaulty
from trellis.setup.actions.draft_edits import edit_draft, edited
from trellis.setup.forms.rule_lines import CellForm
from trellis.setup.queries.draft import Desk, desk_of, proof_of, replay_of
from trellis.web.asking import Question, ask
from trellis.web.doors import Request
from trellis.web.pages import render_page
from trellis.web.sayings import Said

BODY = "setup/_cell_fields.html"


def desk_or_404(key: str) -> Desk:
    """The draft, readable. One whose text is no playbook is mended as a text first."""
    desk = desk_of(key)
    if desk is None:
        raise Http404
    try:
        assert desk.document
    except PlaybookFaulty:
        raise Http404 from None
    return desk


def question_for(desk: Desk, title: str, text: str, *, button: str = "Save", stage: str = "") -> Question:
    back = reverse("setup:playbook_draft", args=[desk.live.key]) + (f"?stage={stage}" if stage else "")
    return Question(title=title, text=text, button=button, back=back, body=BODY, context={"playbook": desk.live})


def edit_in(
    request: Request, desk: Desk, form: CellForm, question: Question, said: str, *, at: datetime
) -> HttpResponse:
    """Show the form; with `?check` say what its answer would do, else save it. `said` is for the toast."""
    if "check" in request.GET:
        return check(request, desk, form, at=at)

    def act(answer: dict[str, Any]) -> str:
        try:
            draft, before = edit_draft(desk.live.key, form.edited, seen=answer["seen"], by=request.user, at=at)
        except DraftChanged as changed:
            form.renew(seen=changed.draft.revision if changed.draft else 0)
            raise
        if draft is None:
            return "Nothing is different. The draft is as it was."
        request.session[undo_place(desk.live.key)] = [draft.revision, before if desk.draft else None]
        return Said(said, undo=reverse("setup:draft_undo", args=[desk.live.key]))

    return ask(request, question, form, act, at=at)


def undo_place(key: str) -> str:
    return f"draft of {key}"


def check(request: Request, desk: Desk, form: CellForm, *, at: datetime) -> HttpResponse:
    """What the form would make of the draft, proven and told on the past. Nothing is kept."""
    text, problem = tried(desk.source, form)
    context = {
        "playbook": desk.live,
        "problem": problem,
        "editing": False,
        "proof": proof_of(text, at),
        "replay": replay_of(desk, text, at),
    }
    return render_page(request, "setup/_draft_check.html", context, at=at)


def tried(source: str, form: CellForm) -> tuple[str, str]:
    """The text with the edit, or as it is and what keeps the edit from being made."""
    if not form.is_valid():
        errors = next(iter(form.errors.values()))
        return source, str(errors[0])
    try:
        return edited(source, form.edited), ""
    except Refused as refused:
        return source, refused.sentence
