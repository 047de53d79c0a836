from django.urls import path

from trellis.integrations.smtp import views

app_name = "smtp"
urlpatterns = [path("u/<str:token>", views.unsubscribe, name="unsubscribe")]
