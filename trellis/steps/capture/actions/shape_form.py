"""Making a public form, and changing what it asks and says."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.core.validators import slug_re
from django.db import transaction
from django.utils.text import slugify

from trellis.core.memory import forget
from trellis.core.refusal import Refused
from trellis.core.text import clean_line, clean_text
from trellis.steps.capture.actions.open_form import refuse_without_playbook
from trellis.steps.capture.models import Ask, Form
from trellis.steps.capture.queries import askable_of, has_taken_in
from trellis.team.models import User
from trellis.team.undoing import keeping, this

LONGEST_KEY = 50
UNANSWERABLE = "Ask for an email address, a phone number or a message: without one of them nobody can be answered."


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A form as somebody shapes it. An empty `key` follows from the title; `questions` are keys in order, None: all."""

    title: str
    playbook: str
    key: str = ""
    intro: str = ""
    button: str = "Send"
    thanks: str = ""
    tags: list[str] = field(default_factory=list)
    ask_name: str = Ask.OPTIONAL
    ask_email: str = Ask.OPTIONAL
    ask_phone: str = Ask.OPTIONAL
    ask_message: str = Ask.OPTIONAL
    questions: list[str] | None = None

    def as_form(self) -> Form:
        """The form that this would be, stored nowhere."""
        return Form(**self.columns())

    def columns(self) -> dict[str, Any]:
        lines = {name: clean_line(getattr(self, name), longest) for name, longest in (("title", 120), ("button", 60))}
        texts = {name: clean_text(getattr(self, name), 300) for name in ("intro", "thanks")}
        return asdict(self) | lines | texts


def create_form(draft: Draft, *, by: User | None, at: datetime) -> Form:
    """Open a new form. Refused where its address is taken, or nobody who uses it could be answered."""
    form = draft.as_form()
    _check(form)
    form.key = _own_key(draft.key) if draft.key else free_key(draft.title)
    form.created_at = at
    with keeping(this(form), by=by, at=at):
        form.save(force_insert=True)
    forget()
    return form


@transaction.atomic
def change_form(form: Form, draft: Draft, *, by: User | None, at: datetime) -> Form:
    """Change what a form asks and says. Its address stays once it was used: it stands on websites and on flyers."""
    form = Form.objects.select_for_update().get(pk=form.pk)
    wanted = draft.key or form.key
    if wanted != form.key:
        if has_taken_in(form):
            raise Refused("key_fixed", f"Leads have come in at /f/{form.key}, so this address stays as it is.")
        wanted = _own_key(wanted)
    for name, value in (draft.columns() | {"key": wanted}).items():
        setattr(form, name, value)
    _check(form)
    with keeping(this(form), by=by, at=at):
        form.save()
    forget()
    return form


def refuse_once_used(form: Form, columns: dict[str, Any] | None) -> None:
    """Undo would remove it, or give it another address."""
    is_other = columns is None or columns.get("key", form.key) != form.key
    if is_other and has_taken_in(form):
        raise Refused("used_since", f"Leads have come in at /f/{form.key} since then. Close it instead.")


def free_key(title: str) -> str:
    """An address that follows from the title and is not taken."""
    wanted = slugify(title)[: LONGEST_KEY - 4].strip("-_") or "form"
    taken = set(Form.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    endings = (f"-{number}" for number in range(2, len(taken) + 3))
    return next(key for ending in ("", *endings) if (key := wanted + ending) not in taken)


def _own_key(key: str) -> str:
    if len(key) > LONGEST_KEY or not slug_re.match(key):
        raise Refused("bad_key", "An address has letters, digits and hyphens only, such as roof-repair.")
    if Form.objects.filter(key=key).exists():
        raise Refused("key_taken", f"Another form has the address /f/{key}. Choose a different one.")
    return key


def _check(form: Form) -> None:
    if not form.title:
        raise Refused("no_title", "Give the form a title: it is the first thing people read.")
    refuse_without_playbook(form.playbook)
    if not {"email", "phone", "message"} & form.asks.keys():
        raise Refused("unanswerable_form", UNANSWERABLE)
    known = {question.key for question in askable_of(form)}
    if unknown := [key for key in form.questions or () if key not in known]:
        raise Refused("unknown_question", f"This playbook has no question “{unknown[0]}”. Choose among its own.")
