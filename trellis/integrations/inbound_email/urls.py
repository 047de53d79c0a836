from django.urls import path

from trellis.integrations.inbound_email import views

app_name = "inbound_email"
urlpatterns = [path("hooks/email", views.email, name="email")]
