"""The public addresses of playbooks."""

from django.urls import path

from trellis.journeys import views

app_name = "journeys"

urlpatterns = [path("api/v1/playbook.schema.json", views.playbook_schema, name="playbook-schema")]
