"""How somebody gets in: a link by which they choose their own password, or a password to hand over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from trellis.core.refusal import Refused
from trellis.setup.forms.people import LINK, NewPasswordForm, NewPersonForm
from trellis.steps.capture.queries import leads_here
from trellis.team.actions.invitations import invitation_for
from trellis.team.actions.people import create_user, password_to_hand_over, set_password
from trellis.team.actions.teams import set_teams
from trellis.team.actions.two_steps import switch_off_two_steps
from trellis.team.models import User
from trellis.team.queries import business
from trellis.web import letters
from trellis.web.asking import INTO_THE_DIALOG, Question, administers, ask, show
from trellis.web.doors import Request, posted
from trellis.web.forms import KitForm
from trellis.web.letters import PlainLetter, Undelivered
from trellis.web.locales import known, writing_of
from trellis.web.pages import render_page


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is shown once. `sent` says what became of the email with the link."""

    password: str = ""
    link: str = ""
    sent: str = ""

    @property
    def is_local(self) -> bool:
        return bool(self.link) and leads_here(self.link)


@never_cache
@sensitive_post_parameters("password")
@administers
def add_person(request: Request, *, at: datetime) -> HttpResponse:
    form = NewPersonForm(posted(request))
    question = Question(
        title="Add a person",
        text="They can log in at once, and get leads as the rules of their teams say.",
        button="Add person",
        back=reverse("setup:people"),
        body="setup/_person_fields.html",
    )
    if request.method == "POST" and form.is_valid():
        answer = form.cleaned_data
        password = None if answer["entry"] == LINK else answer["password"] or password_to_hand_over()
        try:
            person = hire(answer, password, by=request.user, at=at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            entry = Entry(password=password) if password else invite(person, by=request.user, at=at)
            return hand_over(request, person, entry, at=at)
    return show(request, question, form, at=at)


def hire(answer: dict[str, Any], password: str | None, *, by: User, at: datetime) -> User:
    """Their clock is that of the business's region, until they choose another."""
    details = {name: answer[name] for name in ("name", "email", "role", "phone", "calendar", "covers")}
    clock = writing_of(known(business().locale)).own_clock
    person = create_user(**details, password=password, hour_cycle=clock, by=by, at=at)
    return set_teams(person, teams=answer["teams"], by=by, at=at)


@never_cache
@sensitive_post_parameters("password")
@administers
def reset_password(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    person = get_object_or_404(User.objects.active(), pk=user_id)
    form = NewPasswordForm(posted(request), person=person)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["entry"] == LINK:
            return hand_over(request, person, invite(person, by=request.user, at=at), at=at)
        password = form.cleaned_data["password"] or password_to_hand_over()
        set_password(person, password=password, by=request.user, at=at)
        if person == request.user:
            update_session_auth_hash(request, person)
        return hand_over(request, person, Entry(password=password), at=at)
    question = Question(
        title=f"New password for {person.first_name}",
        text=f"Once there is a new one, the old one stops working, and {person.first_name} is logged out everywhere.",
        button="Go on",
        back=reverse("setup:people"),
    )
    return show(request, question, form, at=at)


def invite(person: User, *, by: User, at: datetime) -> Entry:
    """The link, and an email with it where email is connected."""
    link = settings.PUBLIC_URL + reverse("invitation", args=[invitation_for(person)])
    if not letters.can_leave():
        return Entry(link=link)
    words = {"person": person, "by": by, "business": business(), "link": link}
    text = render_to_string("setup/invitation.txt", words)
    subject = f"Your way into {business().name}"
    try:
        letters.send(PlainLetter(name=person.name, address=person.email, subject=subject, text=text, at=at))
    except Undelivered as error:
        return Entry(link=link, sent=f"The email to {person.email} did not leave: {error.reason}.")
    return Entry(link=link, sent=f"We sent it to {person.email}.")


def hand_over(request: Request, person: User, entry: Entry, *, at: datetime) -> HttpResponse:
    """Show it, this once: in the dialog, which nothing that happens on the page takes away, or as a page."""
    in_dialog = bool(getattr(request, "htmx", None))
    page = "setup/_person_password.html" if in_dialog else "setup/person_password.html"
    context = {"current": "people", "person": person, "entry": entry}
    response = render_page(request, page, context, at=at)
    if in_dialog:
        for name, value in INTO_THE_DIALOG.items():
            response.headers[name] = value
    return response


@administers
def switch_off(request: Request, user_id: UUID, *, at: datetime) -> HttpResponse:
    """For somebody who lost their phone."""
    person = get_object_or_404(User.objects.active(), pk=user_id)
    question = Question(
        title=f"Switch off {person.first_name}’s second step?",
        text=f"Do it only when you know that it is {person.first_name} who asks. Codes and passkeys are gone, the "
        f"password is enough, and {person.first_name} is logged out everywhere and told that it was you.",
        button="Switch off",
        back=reverse("setup:people"),
    )

    def act(answer: dict[str, Any]) -> str:
        was_on = switch_off_two_steps(person, by=request.user, at=at)
        return f"{person.first_name} logs in with the password alone." if was_on else "There was no second step."

    return ask(request, question, KitForm(posted(request)), act, at=at)
