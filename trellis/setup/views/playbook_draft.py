"""The draft of a playbook as a text, what publishing it would do, and publishing it."""

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.drafts import DraftChanged, discard_draft, draft_of, publish_draft, save_draft
from trellis.journeys.linting import PlaybookUnsound
from trellis.journeys.models import Draft, Playbook
from trellis.journeys.playbook.load import PlaybookFaulty
from trellis.journeys.publish import active_now
from trellis.setup.forms.playbooks import DraftForm, PublishForm
from trellis.setup.queries.draft import outcomes_of
from trellis.setup.queries.playbook_versions import by_stage, faults_of, plan_for
from trellis.setup.views.draft_desk import undo_place
from trellis.web.asking import publishes
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import Said, say


@publishes
def draft(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """The text as somebody left it, or the live one to begin from."""
    kept, live = draft_of(key), live_text(key)
    start = {"source": kept.source if kept else live.source, "seen": kept.revision if kept else 0}
    form = DraftForm(posted(request), initial=start)
    theirs: Draft | None = None
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["seen"] or None
        try:
            save_draft(key, form.cleaned_data["source"], seen=seen, by=request.user, at=at)
        except DraftChanged as changed:
            theirs = changed.draft
            form.add_error(None, changed.sentence)
            form.renew(seen=theirs.revision if theirs else 0)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return go_to(request, reverse("setup:playbook_plan", args=[key]))
    context = {
        "current": "playbooks",
        "playbook": live,
        "draft": kept,
        "theirs": theirs,
        "form": form,
        "faults": faults_of(form["source"].value() or ""),
    }
    return render_page(request, "setup/playbook_draft.html", context, at=at, status=422 if form.errors else 200)


@publishes
@require_POST
def discard(request: Request, key: str, *, at: datetime) -> HttpResponse:
    seen, kept = request.POST.get("seen", ""), draft_of(key)
    try:
        discard_draft(key, seen=int(seen) if seen.isdecimal() else None, by=request.user, at=at)
    except Refused as refused:
        say(request, refused.sentence)
    else:
        request.session[undo_place(key)] = [None, kept.source if kept else None]
        undo = reverse("setup:draft_undo", args=[key])
        say(request, Said("The draft is gone. The live version is as it was.", undo=undo if kept else ""))
    return go_to(request, reverse("setup:playbook_versions", args=[key]))


@publishes
def plan(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """What the draft changes, left; what becomes of those on their way, right, with the button that does it."""
    kept, live = draft_of(key), live_text(key)
    if kept is None:
        return go_to(request, reverse("setup:playbook_draft", args=[key]))
    try:
        found = plan_for(kept, at)
    except PlaybookUnsound:
        messages.error(request, "It cannot be published yet. What is to be put right stands below.")
        return go_to(request, reverse("setup:playbook_draft", args=[key]))
    except PlaybookFaulty:
        return go_to(request, reverse("setup:draft_text", args=[key]))
    start = {"seen": kept.revision, "live": live.version, "in_flight": "map"}
    form = PublishForm(posted(request), initial=start, plan=found)
    if request.method == "POST" and form.is_valid():
        try:
            published = publish_draft(key, by=request.user, at=at, **form.choice())
        except (Refused, PlaybookFaulty) as refused:
            form.add_error(None, str(refused))
        else:
            say(request, f"Version {published.version} is live. New leads start on it.")
            return go_to(request, reverse("setup:playbook_versions", args=[key]))
    context = {
        "current": "playbooks",
        "playbook": live,
        "draft": kept,
        "plan": found,
        "stages": by_stage(found.changes, live, kept.source),
        "form": form,
        "failing": [one for one in outcomes_of(kept.source) if not one.passed],
    }
    return render_page(request, "setup/playbook_plan.html", context, at=at, status=422 if form.errors else 200)


def live_text(key: str) -> Playbook:
    live = active_now(key)
    if live is None:
        raise Http404
    return Playbook.objects.defer("document").get(pk=live.pk)
