"""Doors that only signed-in people pass, with the request's one `at` taken here and handed down."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from trellis.team.models import User
from trellis.web.compressing import compressed
from trellis.web.pages import render_page


class Request(HttpRequest):
    """A request that passed `signed_in`: there is a user."""

    user: User


class View(Protocol):
    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def signed_in(view: Callable[..., HttpResponse]) -> View:
    """The view for signed-in people; it is given `at`. What it is refused (PermissionDenied) is said with 403."""

    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        at = timezone.now()
        try:
            return view(request, *args, at=at, **kwargs)
        except PermissionDenied:
            return not_allowed(cast(Request, request), at)

    return compressed(login_required(door))


def not_allowed(request: Request, at: datetime) -> HttpResponse:
    """They are known here, and this is not theirs."""
    return render_page(request, "web/not_allowed.html", {}, at=at, status=403)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, nothing when its page is only opened. An empty answer is an answer too."""
    return request.POST if request.method == "POST" else None


def page_to_return_to(request: HttpRequest, otherwise: str) -> str:
    """Where the person was, as their form or link says, when that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours else otherwise


def page_before(request: HttpRequest, otherwise: str) -> str:
    """Where the person was, as their browser says: for links of which a page has hundreds."""
    told = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(told, {request.get_host()}, require_https=request.is_secure()):
        return otherwise
    place = urlsplit(told)
    return f"{place.path}?{place.query}" if place.query else place.path


def go_to(request: HttpRequest, address: str) -> HttpResponse:
    """On to the next page. A swap stays on its page; anywhere else the browser goes itself."""
    htmx = getattr(request, "htmx", None)
    here = (htmx.current_url_abs_path or "") if htmx else ""
    if htmx and here.split("?")[0] != address.split("?")[0].split("#")[0]:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address.split("#")[0] if htmx else address)
