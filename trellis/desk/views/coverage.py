"""The proof behind the badge: every rule of the guarantee, counted."""

from datetime import datetime

from django.http import HttpResponse
from django.urls import reverse

from trellis.desk.queries.coverage import coverage as count_coverage
from trellis.journeys.queries import audit
from trellis.web.doors import Request, signed_in
from trellis.web.navigation import Guarantee
from trellis.web.pages import render_page


@signed_in
def coverage(request: Request, *, at: datetime) -> HttpResponse:
    found = audit()
    context = {"current": "coverage", "audit": found, "coverage": count_coverage()}
    return render_page(request, "desk/coverage.html", context, at=at)


def guarantee(at: datetime) -> Guarantee:
    """The badge on every page."""
    found = count_coverage()
    return Guarantee(covered=found.covered, total=found.total, url=reverse("desk:coverage"))
