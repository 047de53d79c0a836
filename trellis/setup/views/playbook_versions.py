"""The versions of a playbook: what each changed, the text of each, two side by side, and back to an earlier one."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.changes import change_under_way, pause_change, release_held, resume_change
from trellis.journeys.drafts import draft_of
from trellis.journeys.models import InFlight, Playbook
from trellis.journeys.publish import active_now, document_of, roll_back_playbook
from trellis.setup.forms.playbooks import HeldForm, RollBackForm
from trellis.setup.queries.playbook_versions import compared, held_count, moving_back, trail_of
from trellis.setup.queries.playbooks import versions_of
from trellis.team.permissions import can_publish, sees_all
from trellis.web.asking import Question, ask, publishes, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


@sees("playbook")
def versions(request: Request, key: str, *, at: datetime) -> HttpResponse:
    before = request.GET.get("before", "")
    found = versions_of(key, request.user, before=int(before) if before.isdecimal() and len(before) < 10 else None)
    if not found.rows:
        raise Http404
    context = {
        "current": "playbooks",
        "playbook": found.rows[0].playbook,
        "versions": found,
        "change": change_under_way(key) if sees_all(request.user) else None,
        "held": held_count(key) if sees_all(request.user) else 0,
        "draft": draft_of(key),
        "may_publish": can_publish(request.user),
        "trail": trail_of(key),
    }
    return render_page(request, "setup/playbook_versions.html", context, at=at)


@sees("playbook")
def source(request: Request, key: str, version: int, *, at: datetime) -> HttpResponse:
    shown = get_object_or_404(Playbook.objects.select_related("published_by"), key=key, version=version)
    context = {"current": "playbooks", "playbook": shown, "lines": shown.source.splitlines()}
    return render_page(request, "setup/playbook_source.html", context, at=at)


@sees("playbook")
def compare(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """The newest and the one before it, where the address does not say which."""
    newest = Playbook.objects.filter(key=key).count()
    to = asked(request, "to") or newest
    before, after = (
        get_object_or_404(Playbook, key=key, version=version)
        for version in (asked(request, "from") or max(to - 1, 1), to)
    )
    context = {"current": "playbooks", "playbook": after, "before": before, "compared": compared(before, after)}
    return render_page(request, "setup/playbook_compare.html", context, at=at)


def asked(request: Request, name: str) -> int:
    """The version that the address names; 0 where it names none."""
    number = request.GET.get(name, "0")
    if not number.isdecimal() or len(number) > 9:
        raise Http404
    return int(number)


@publishes
def roll_back(request: Request, key: str, version: int, *, at: datetime) -> HttpResponse:
    """One step: what happens to those on their way is said before it is done."""
    earlier = get_object_or_404(Playbook, key=key, version=version)
    live = active_now(key)
    if live is None:
        raise Http404
    question = Question(
        title=f"Roll back to version {version}",
        text=f"Its text goes live again at once, as a new version. Version {live.version} stays in the list.",
        button="Roll back",
        back=reverse("setup:playbook_versions", args=[key]),
        body="setup/_roll_back_fields.html",
        context={"back": moving_back(live, earlier, at), "earlier": earlier},
    )

    def act(answer: dict[str, Any]) -> str:
        new = roll_back_playbook(key, to=version, by=request.user, at=at, expecting=answer.pop("live"), **answer)
        return f"{new.title} is as it was in version {version}. New leads start on it, as version {new.version}."

    form = RollBackForm(posted(request), initial={"in_flight": InFlight.MAP, "live": live.version})
    return ask(request, question, form, act, at=at)


@publishes
@require_POST
def pause(request: Request, key: str, *, at: datetime) -> HttpResponse:
    return set_going(request, key, at, goes=False)


@publishes
@require_POST
def resume(request: Request, key: str, *, at: datetime) -> HttpResponse:
    return set_going(request, key, at, goes=True)


def set_going(request: Request, key: str, at: datetime, *, goes: bool) -> HttpResponse:
    change = change_under_way(key)
    try:
        if change and goes:
            resume_change(change, by=request.user, at=at)
        elif change:
            pause_change(change, by=request.user, at=at)
    except Refused as refused:
        say(request, refused.sentence)
    return go_to(request, reverse("setup:playbook_versions", args=[key]))


@publishes
def release(request: Request, key: str, *, at: datetime) -> HttpResponse:
    live = active_now(key)
    if live is None:
        raise Http404
    document = document_of(live)
    question = Question(
        title="Decide about those that stand still",
        text="Nothing is sent to them by itself until you do. They go on with the time that was left.",
        button="Decide",
        back=reverse("setup:playbook_versions", args=[key]),
    )

    def act(answer: dict[str, Any]) -> str:
        change = release_held(live, document, mapping={}, by=request.user, at=at, **answer)
        return "1 lead goes on." if change.total == 1 else f"{change.total:,} leads go on."

    return ask(request, question, HeldForm(posted(request), initial={"how": InFlight.MAP}), act, at=at)
