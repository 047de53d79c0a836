"""The first run: the door that only the set-up key opens, and behind it the step that opens the first account."""

from datetime import datetime
from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from trellis.core.refusal import Refused
from trellis.setup.actions.welcome import open_business
from trellis.setup.actions.welcome_key import forget_set_up_key, is_set_up_key, nobody_is_here, set_up_key
from trellis.setup.forms.welcome import FirstForm, KeyForm
from trellis.setup.queries.welcome import STEPS, next_step, stem, steps_done
from trellis.setup.views.welcome_steps import UNDER_WAY, is_under_way
from trellis.team.models import User
from trellis.web.compressing import compressed
from trellis.web.doors import posted
from trellis.web.pages import render_public
from trellis.web.tries import Tries

# Ten wrong keys in a quarter of an hour from one address.
WRONG_KEYS = Tries("set-up", most=10, seconds=15 * 60)
WRONG = "That is not the set-up key of this installation. Copy it again, from its first letter to its last."
TOO_MANY = "That was wrong ten times. Wait 15 minutes, then paste the key once more."
SEAL = "set_up_key"


@never_cache
@compressed
@sensitive_post_parameters("password", "key")
def welcome(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    if not nobody_is_here():
        return go_on(request)
    if "key" in request.GET or "key" in request.POST or not has_shown_key(request):
        return ask_for_key(request, at)
    return first_step(request, at)


def go_on(request: HttpRequest) -> HttpResponse:
    """Somebody is here, so the key is worth nothing: on with what an admin left, else to where people log in."""
    if isinstance(request.user, User) and is_under_way(request):
        return redirect(f"setup:welcome_{next_step(steps_done())}")
    return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))


def ask_for_key(request: HttpRequest, at: datetime) -> HttpResponse:
    """The key comes with the address that was printed, or is pasted. It then stays out of the address."""
    sent = posted(request) or (request.GET if "key" in request.GET else None)
    form = KeyForm(sent)
    if form.is_bound and form.is_valid() and unlock(request, form):
        return redirect("setup:welcome")
    return render_public(request, "setup/welcome_key.html", {"form": form}, at=at, status=status_of(form))


def unlock(request: HttpRequest, form: KeyForm) -> bool:
    """Remember that this browser has shown the key, or say on the form why not."""
    address = request.META.get("REMOTE_ADDR", "")
    if WRONG_KEYS.are_used_up(address):
        form.add_error(None, TOO_MANY)
        return False
    if not is_set_up_key(form.cleaned_data["key"]):
        WRONG_KEYS.count(address)
        form.add_error(None, WRONG)
        return False
    WRONG_KEYS.forget(address)
    request.session[SEAL] = seal()
    return True


def has_shown_key(request: HttpRequest) -> bool:
    return constant_time_compare(request.session.get(SEAL, ""), seal())


def seal() -> str:
    """What a session keeps of the key: of use for this key only, and not the key itself."""
    return salted_hmac("trellis.set-up", set_up_key(), algorithm="sha256").hexdigest()


def status_of(form: KeyForm) -> int:
    if not form.is_bound:
        return 200
    if TOO_MANY in form.non_field_errors():
        return 429
    return 403 if WRONG in form.non_field_errors() else 422


def first_step(request: HttpRequest, at: datetime) -> HttpResponse:
    """The business and its first admin, who is logged in at once."""
    form = FirstForm(posted(request))
    if request.method == "POST" and form.is_valid() and open_account(request, form, at):
        return redirect("setup:welcome_people")
    context: dict[str, Any] = {"form": form, "steps": stem(dict.fromkeys(STEPS, False), "business")}
    return render_public(request, "setup/welcome.html", context, at=at, status=422 if form.is_bound else 200)


def open_account(request: HttpRequest, form: FirstForm, at: datetime) -> bool:
    said = form.cleaned_data
    try:
        user = open_business(facts=form.facts, name=said["name"], email=said["email"], password=said["password"], at=at)
    except Refused as refused:
        form.add_error(None, refused.sentence)
        return False
    forget_set_up_key()
    perform_login(request, user, email_verification="none")
    request.session.pop(SEAL, None)
    request.session[UNDER_WAY] = True
    return True
