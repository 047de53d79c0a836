"""The addresses of the set-up pages."""

from django.urls import URLPattern, path

from trellis.setup.views import connections

app_name = "setup"
urlpatterns: list[URLPattern] = [
    path("connections", connections.connections, name="connections"),
]
