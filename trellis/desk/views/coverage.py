"""The proof behind the badge: every rule of the guarantee, counted."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from trellis.desk.queries.badges import badges
from trellis.desk.queries.coverage import Covered
from trellis.desk.queries.coverage import coverage as count_coverage
from trellis.journeys.auditor import latest_audit
from trellis.team.permissions import sees_all
from trellis.team.queries import business
from trellis.web.asking import only_for
from trellis.web.doors import Request
from trellis.web.navigation import Guarantee, Numbers
from trellis.web.pages import render_page, viewer_for


@only_for(sees_all)
def coverage(request: Request, *, at: datetime) -> HttpResponse:
    counted = count_coverage()
    context = {
        "current": "coverage",
        "proof": latest_audit(at),
        "coverage": counted,
        "guarantee": badge_of(counted),
    }
    return render_page(request, "desk/coverage.html", context, at=at)


def badge_of(counted: Covered) -> Guarantee:
    return Guarantee(covered=counted.covered, total=counted.total, url=reverse("desk:coverage"))


def numbers(user: Any, at: datetime) -> Numbers:
    """What is counted around every page."""
    found = badges(user, viewer_for(user, at, business()))
    counts = {"today": found.mine, "inbox": found.owed, "signals": found.waiting}
    return Numbers(counts=counts, guarantee=badge_of(found.covered) if found.covered else None)
