"""Every address, room by room."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path

from trellis.config.api import api
from trellis.config.health import healthz, readyz

handler429 = "trellis.entrance.views.pages.too_many"


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for it here when an answer names no icon."""
    return HttpResponseRedirect(static("web/mark.svg"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("favicon.ico", favicon),
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("trellis.journeys.urls")),
    path("api/v1/", api.urls),
    # Before the many pages: the more addresses are tried first, the longer a lead takes.
    path("", include("trellis.steps.capture.urls")),
    path("", include("trellis.desk.urls")),
    path("", include("trellis.lists.urls")),
    path("", include("trellis.transfer.urls")),
    path("", include("trellis.entrance.urls")),
    path("", include("trellis.setup.urls")),
    path("", include("trellis.integrations.smtp.urls")),
    path("", include("trellis.integrations.twilio.urls")),
    path("", include("trellis.integrations.inbound_email.urls")),
]
