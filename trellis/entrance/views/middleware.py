"""What the door keeps an eye on while people walk about: when a session was last used, and who needs a second step."""

import time
from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from trellis.team.actions.two_steps import has_two_steps
from trellis.team.models import User
from trellis.team.queries import business

# How exact the list of sessions is: noting each click would be a write for each.
EVERY = 10 * 60
NEEDED = "Everybody here needs a second step. Set up codes or a passkey, then go on."
_noted: dict[str, float] = {}


class EntranceMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Whoever brings no session is nobody we know: no need to ask the database.
        if request.session.session_key and isinstance(user := request.user, User):
            note(request)
            if business().two_steps_since and not is_on_the_way(request) and lacks_second_step(request, user):
                messages.error(request, NEEDED)
                return redirect("mfa_index")
        return self.get_response(request)


def note(request: HttpRequest) -> None:
    """Now and then, that this session is used: never with the first click that this process sees of it."""
    key, now = request.session.session_key or "", time.monotonic()
    if len(_noted) > 10_000:
        _noted.clear()
    if now - _noted.setdefault(key, now) < EVERY:
        return
    _noted[key] = now
    UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())


def lacks_second_step(request: HttpRequest, user: User) -> bool:
    """They came by a password alone and have nothing else. Who comes from elsewhere has the second step there."""
    methods = {record.get("method") for record in get_authentication_records(request, user)}
    return not methods & {"mfa", "socialaccount"} and not has_two_steps(user)


def is_on_the_way(request: HttpRequest) -> bool:
    """The pages on which a second step is set up, and the way out."""
    return request.path.startswith((reverse("mfa_index"), reverse("account_logout"), "/healthz", "/readyz", "/static/"))
