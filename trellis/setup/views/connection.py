"""Connecting mail and phone: what is typed is tested for real before it is used."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from trellis.conversations import connections as port
from trellis.conversations.connecting import Faulty, connect, disconnect, try_again
from trellis.conversations.connections import Connector, Preset, TrialFailed, connector_for
from trellis.conversations.queries import Kept
from trellis.core.refusal import Refused
from trellis.setup.forms.connections import ConnectionForm
from trellis.setup.queries.connections import WayOut, kept_in, waiting_in, way_out
from trellis.setup.views.settings_once import look_at, put_by, take
from trellis.team.permissions import can_administer
from trellis.team.queries import business
from trellis.web.asking import Question, administers, ask, sees
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say


def connection(request: HttpRequest, key: str) -> HttpResponse:
    """Shown to everybody; connected by an admin."""
    return (connect_it if request.method == "POST" else show_it)(request, key)


@never_cache
@sees("settings")
def show_it(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """The state of a connection and, for an admin, what it takes to connect."""
    connector = _find(key)
    return _show(request, connector, _form(request, connector), at=at)


@sensitive_post_parameters()
@administers
def connect_it(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """Test what was typed, and use it if that went well. What failed stays in the fields, secrets in the session."""
    connector = _find(key)
    form = _form(request, connector, request.POST)
    if not form.is_valid():
        return _show(request, connector, form, at=at)
    before = way_out(connector, at, request.user).kept
    remembered = _remembered(request, key)
    try:
        outcome = connect(connector, typed=form.typed, remembered=remembered, by=request.user, at=at)
    except Faulty as faulty:
        form.complain(faulty.faults)
    except TrialFailed as failed:
        form.add_error(None, failed.sentence)
        form.point_at(failed.field)
    except Refused as refused:
        form.add_error(None, refused.sentence)
    else:
        take(request, _draft(key))
        say(request, f"Connected. {outcome.says}{in_words(before)}")
        return go_to(request, _address(key))
    put_by(request, _draft(key), {"provider": _provider(request), "secrets": remembered | form.typed_secrets})
    form.say_what_is_kept(remembered | form.typed_secrets)
    return _show(request, connector, form, at=at)


@require_POST
@administers
def test_it(request: Request, key: str, *, at: datetime) -> HttpResponse:
    try:
        outcome = try_again(_find(key), by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, outcome.says)
    return go_to(request, _address(key))


@administers
def disconnect_it(request: Request, key: str, *, at: datetime) -> HttpResponse:
    connector = _find(key)
    way = way_out(connector, at, request.user)
    if not way.is_connected:
        return go_to(request, _address(key))
    question = Question(
        title=f"Disconnect {way.title.lower()}?",
        text=consequence(waiting_in(way)),
        button="Disconnect",
        back=_address(key),
    )

    def act(_: dict[str, object]) -> str:
        disconnect(connector, by=request.user, at=at)
        take(request, _draft(key))
        return f"{way.title} is disconnected. What is written from now on is kept here."

    return ask(request, question, Form(posted(request)), act, at=at)


def consequence(waiting: int) -> str:
    """What disconnecting does to what is on its way and to what follows."""
    now = f"{_messages(waiting)} on the way out {'is' if waiting == 1 else 'are'} kept here. " if waiting else ""
    after = "What is written from now on is kept here until you connect again."
    return f"{now}{after} The password is forgotten."


def in_words(kept: Kept) -> str:
    """What became of the messages that were kept here, once they may leave."""
    if not kept.total:
        return ""
    leave = f"{_messages(kept.leaving)} of the last hour {'leaves' if kept.leaving == 1 else 'leave'} now"
    stay = f"{_messages(kept.staying)} {'stays' if kept.staying == 1 else 'stay'} here: too late to send"
    return f" {'; '.join(words for words, count in ((leave, kept.leaving), (stay, kept.staying)) if count)}."


def _messages(count: int) -> str:
    return f"{count:,} message{'' if count == 1 else 's'}"


def _show(request: Request, connector: Connector, form: ConnectionForm, *, at: datetime) -> HttpResponse:
    way: WayOut = way_out(connector, at, request.user)
    context = {
        "current": "settings",
        "way": way,
        "kept": kept_in(way, request.user),
        "form": form,
        "preset": _preset(request, connector),
        "may_administer": can_administer(request.user),
        "failed": form.is_bound,
    }
    page = f"setup/connection_{connector.key}.html"
    return render_page(request, page, context, at=at, status=422 if form.is_bound else 200)


def _form(request: Request, connector: Connector, sent: Any = None) -> ConnectionForm:
    """What was sent, else what is in use without its secrets."""
    chosen = port.stored(connector.key)
    initial = _initial(request, connector, chosen)
    same_place = all(initial.get(name) == chosen.get(name) for name in connector.place)
    held = {field.name for field in connector.fields if field.is_secret and same_place and chosen.get(field.name)}
    kind = ConnectionForm.for_connector(connector, held | _remembered(request, connector.key).keys())
    return kind(sent, initial=initial)


def _initial(request: Request, connector: Connector, chosen: Mapping[str, str]) -> dict[str, str]:
    """What is in use; before that, what is likely. Another provider than before brings its own server."""
    public = {field.name: chosen.get(field.name, "") for field in connector.fields if not field.is_secret}
    if not chosen:
        public |= {"sender": business().email, "number": business().phone, "port": "587", "security": "starttls"}
    preset = _preset(request, connector)
    return public | dict(preset.values) if preset and ("provider" in request.GET or not chosen) else public


def _preset(request: Request, connector: Connector) -> Preset | None:
    """The provider that was chosen, else the one whose server is in use."""
    named = _provider(request)
    host = port.stored(connector.key).get("host")
    for preset in connector.presets:
        if preset.key == named or (not named and host and preset.values.get("host") == host):
            return preset
    return connector.presets[-1] if connector.presets and (named or host) else None


def _find(key: str) -> Connector:
    connector = connector_for(key)
    if connector is None:
        raise Http404
    return connector


def _draft(key: str) -> str:
    return f"typed for {key}"


def _provider(request: Request) -> str:
    return request.POST.get("provider") or request.GET.get("provider") or ""


def _remembered(request: Request, key: str) -> dict[str, str]:
    """The secrets that this person typed for this provider a moment ago, when the test failed."""
    found = look_at(request, _draft(key))
    if not isinstance(found, dict) or _provider(request) not in ("", found["provider"]):
        return {}
    secrets: dict[str, str] = found["secrets"]
    return secrets


def _address(key: str) -> str:
    return reverse("setup:connection", args=[key])
