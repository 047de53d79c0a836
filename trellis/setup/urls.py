"""The addresses of the set-up pages."""

from django.urls import URLPattern, path

from trellis.setup.views import connections, playbooks

app_name = "setup"
urlpatterns: list[URLPattern] = [
    path("connections", connections.connections, name="connections"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/", playbooks.playbook, name="playbook"),
    path("playbooks/<slug:key>/versions/", playbooks.versions, name="playbook_versions"),
    path("playbooks/<slug:key>/versions/<int:version>/", playbooks.source, name="playbook_source"),
]
