"""Every address, room by room."""

from django.urls import URLPattern, URLResolver, include, path

from trellis.config.api import api
from trellis.config.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("api/v1/", api.urls),
    path("", include("trellis.desk.urls")),
    path("", include("trellis.setup.urls")),
    path("", include("trellis.steps.capture.urls")),
    path("", include("trellis.integrations.smtp.urls")),
    path("", include("trellis.integrations.twilio.urls")),
    path("", include("trellis.integrations.inbound_email.urls")),
]
