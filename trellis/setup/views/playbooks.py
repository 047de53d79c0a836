"""Playbooks: what there is, the matrix of one, its versions and the text of each."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from trellis.journeys.models import Playbook
from trellis.journeys.publish import active_playbook
from trellis.setup.queries.matrix import matrix_of
from trellis.setup.queries.playbooks import listed_playbooks, versions_of
from trellis.web.doors import Request, signed_in
from trellis.web.pages import render_page


@signed_in
def playbooks(request: Request, *, at: datetime) -> HttpResponse:
    return render_page(
        request, "setup/playbooks.html", {"current": "playbooks", "playbooks": listed_playbooks()}, at=at
    )


@signed_in
def playbook(request: Request, key: str, *, at: datetime) -> HttpResponse:
    live = active_playbook(key)
    if live is None:
        raise Http404
    matrix = matrix_of(live, at)
    asked = request.GET.get("stage", "")
    context = {
        "current": "playbooks",
        "playbook": live,
        "matrix": matrix,
        "chosen": asked if asked in matrix.document.stages else matrix.document.first_stage,
    }
    return render_page(request, "setup/playbook.html", context, at=at)


@signed_in
def versions(request: Request, key: str, *, at: datetime) -> HttpResponse:
    before = request.GET.get("before", "")
    found = versions_of(key, before=int(before) if before.isdecimal() and len(before) < 10 else None)
    if not found.rows:
        raise Http404
    context = {"current": "playbooks", "playbook": found.rows[0].playbook, "versions": found}
    return render_page(request, "setup/playbook_versions.html", context, at=at)


@signed_in
def source(request: Request, key: str, version: int, *, at: datetime) -> HttpResponse:
    shown = get_object_or_404(Playbook.objects.select_related("published_by"), key=key, version=version)
    context = {"current": "playbooks", "playbook": shown, "lines": shown.source.splitlines()}
    return render_page(request, "setup/playbook_source.html", context, at=at)
