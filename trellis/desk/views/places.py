"""Addresses of the desk that views send people to."""

from django.urls import reverse

from trellis.journeys.models import Journey
from trellis.people.models import Contact


def contact_address(journey: Journey) -> str:
    """The contact page with this journey on it."""
    return f"{reverse('desk:contact', args=[journey.contact_id])}?journey={journey.pk}"


def contact_path(contact: Contact) -> str:
    return reverse("desk:contact", args=[contact.pk])
