"""The addresses of the set-up pages."""

from django.urls import URLPattern, path

from trellis.setup.views import connections, playbooks, preferences, welcome, welcome_lead, welcome_steps

app_name = "setup"
urlpatterns: list[URLPattern] = [
    path("welcome", welcome.welcome, name="welcome"),
    path("welcome/business", welcome_steps.change, name="welcome_business"),
    path("welcome/people", welcome_steps.people, name="welcome_people"),
    path("welcome/playbook", welcome_steps.playbook, name="welcome_playbook"),
    path("welcome/form", welcome_steps.form, name="welcome_form"),
    path("welcome/lead", welcome_lead.lead, name="welcome_lead"),
    path("welcome/lead/answer", welcome_lead.answer, name="welcome_answer"),
    path("welcome/passwords", welcome_lead.passwords, name="welcome_passwords"),
    path("welcome/lead/remove", welcome_lead.remove, name="welcome_remove"),
    path("connections", connections.connections, name="connections"),
    path("preferences", preferences.preferences, name="preferences"),
    path("preferences/theme", preferences.set_theme, name="theme"),
    path("preferences/password", preferences.set_own_password, name="own_password"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/", playbooks.playbook, name="playbook"),
    path("playbooks/<slug:key>/versions/", playbooks.versions, name="playbook_versions"),
    path("playbooks/<slug:key>/versions/<int:version>/", playbooks.source, name="playbook_source"),
]
