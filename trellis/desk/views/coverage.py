"""The proof behind the badge: every rule of the guarantee, counted."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from trellis.desk.queries.coverage import Coverage
from trellis.desk.queries.coverage import coverage as count_coverage
from trellis.journeys.queries import audit
from trellis.web.doors import Request, signed_in
from trellis.web.navigation import Guarantee
from trellis.web.pages import render_page


@signed_in
def coverage(request: Request, *, at: datetime) -> HttpResponse:
    counted = count_coverage()
    context = {"current": "coverage", "audit": audit(), "coverage": counted, "guarantee": badge_of(counted)}
    return render_page(request, "desk/coverage.html", context, at=at)


def guarantee(at: datetime) -> Guarantee:
    """The badge on every page."""
    return badge_of(count_coverage())


def badge_of(counted: Coverage) -> Guarantee:
    return Guarantee(covered=counted.covered, total=counted.total, url=reverse("desk:coverage"))
