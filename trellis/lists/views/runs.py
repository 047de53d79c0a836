"""Long work: how far it is, pausing it, going on, and taking it back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.lists.permissions import may_steer
from trellis.lists.queries.cursors import Cursor, cursor_at, read_cursor
from trellis.lists.views.bulk import AT_ONCE
from trellis.team.models import Run, User
from trellis.team.permissions import can_administer, sees_run
from trellis.team.runs import go_on, pause_run, undo_run
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import render_page
from trellis.web.sayings import say

PAGE = 50
ORDER = "runs"


@signed_in
def runs(request: Request, *, at: datetime) -> HttpResponse:
    """The newest first, a page at a time."""
    rows = older(seen_by(request.user), request.GET.get("after", "")).select_related("by", "undone_by", "undoes")
    more = list(rows.order_by("-created_at", "-pk")[: PAGE + 1])
    found = more[:PAGE]
    context = {
        "current": "lists",
        "runs": found,
        "steered": {run.pk for run in found if may_steer(request.user, run)},
        "after": cursor_at(ORDER, [found[-1].created_at, found[-1].pk]) if len(more) > PAGE else "",
        "is_under_way": any(run.ended_at is None for run in found),
    }
    return render_page(request, "lists/runs.html", context, at=at)


def seen_by(user: User) -> QuerySet[Run]:
    """Those of which `sees_run` is true."""
    return Run.objects.all() if can_administer(user) else Run.objects.filter(by=user)


def older(rows: QuerySet[Run], after: str) -> QuerySet[Run]:
    """Those beyond the page that ended there; all where there was none."""
    match read_cursor(after):
        case Cursor(order=order, place=[datetime() as at, UUID() as pk]) if order == ORDER:
            return rows.filter(Q(created_at__lt=at) | Q(pk__lt=pk), created_at__lte=at)
    return rows


def run_to_steer(request: Request, run_id: UUID) -> Run:
    """One that they see: otherwise it is not there. One that they might begin still: otherwise it is not for them."""
    run = get_object_or_404(Run.objects.select_related("undoes"), pk=run_id)
    if not sees_run(request.user, run):
        raise Http404
    if not may_steer(request.user, run):
        raise PermissionDenied
    return run


@signed_in
@require_POST
def pause(request: Request, run_id: UUID, *, at: datetime) -> HttpResponse:
    pause_run(run_to_steer(request, run_id), at=at)
    return go_to(request, page_to_return_to(request, reverse("lists:runs")))


@signed_in
@require_POST
def resume(request: Request, run_id: UUID, *, at: datetime) -> HttpResponse:
    go_on(run_to_steer(request, run_id), at=at)
    return go_to(request, page_to_return_to(request, reverse("lists:runs")))


@signed_in
@require_POST
def undo(request: Request, run_id: UUID, *, at: datetime) -> HttpResponse:
    """A few at once; more are taken back step by step as well, and can be watched."""
    run = run_to_steer(request, run_id)
    try:
        back = undo_run(run, by=request.user, at=at, at_once=run.done <= AT_ONCE)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return go_to(request, page_to_return_to(request, reverse("lists:runs")))
    say(request, back.said or f"{back.title}.")
    return go_to(request, page_to_return_to(request, reverse("lists:runs")))
