"""Who is calling: a bearer token with a role. Whoever is not named may not."""

import threading
import time

from django.conf import settings
from django.http import HttpRequest
from ninja.security import HttpBearer

from trellis.api.problems import Problem
from trellis.team.actions.tokens import use_token
from trellis.team.models import ApiToken
from trellis.team.queries import find_token

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Token(HttpBearer):
    """`Authorization: Bearer trl_…`, made by `trellis token create`."""

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        """The door asks before the endpoint does; the second time the answer is known."""
        return getattr(request, "auth", None) or super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        found = find_token(token.strip())
        if found is None:
            raise Problem(
                401, "unknown_token", "This token is unknown or was revoked. Make one with trellis token create."
            )
        _requests.check(found)
        use_token(found, at=request.at)  # type: ignore[attr-defined]  # see requests.ApiRequest
        return found


class _Requests:
    """How many requests each token has left, refilled evenly; counted for each process."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def check(self, token: ApiToken) -> None:
        most = float(settings.API_REQUESTS_PER_MINUTE)
        now = time.monotonic()
        with self._lock:
            left, since = self._left.get(str(token.pk), (most, now))
            left = min(most, left + (now - since) * most / 60)
            self._left[str(token.pk)] = max(left - 1, 0.0) if left >= 1 else left, now
        if left < 1:
            wait = max(1, round((1 - left) * 60 / most))
            raise Problem(429, "too_many_requests", headers={"Retry-After": str(wait)})


_requests = _Requests()
