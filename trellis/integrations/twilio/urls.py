from django.urls import path

from trellis.integrations.twilio import views

app_name = "twilio"
urlpatterns = [
    path("hooks/twilio/voice", views.voice, name="voice"),
    path("hooks/twilio/voice-ended", views.voice_ended, name="voice_ended"),
    path("hooks/twilio/sms", views.sms, name="sms"),
    path("hooks/twilio/status", views.status, name="status"),
]
