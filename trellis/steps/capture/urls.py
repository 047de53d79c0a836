"""The public door of every form."""

from django.urls import path

from trellis.steps.capture import views

app_name = "capture"
urlpatterns = [
    path("f/<slug:key>", views.form, name="form"),
    path("f/<slug:key>/thanks", views.thanks, name="thanks"),
]
