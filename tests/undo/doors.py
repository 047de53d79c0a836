"""Every door of the desk and the set-up pages: what is done there and taken back, what cannot be, what only reads."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import URLPattern

from tests.cast import TUESDAY, Business, next_step
from tests.segments import segment
from trellis.intake.actions import interpret, receive
from trellis.journeys.actions import close_journey, move_journey
from trellis.lists.actions import save_view
from trellis.people.changing import add_company, change_contact
from trellis.people.custom import define_field
from trellis.people.models import Contact
from trellis.steps.capture.actions.open_form import close_form, open_form
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.hours import set_day
from trellis.team.actions.notices import tell
from trellis.team.actions.people import deactivate_user
from trellis.team.actions.tokens import create_token
from trellis.team.models import ApiToken, Calendar, Team
from trellis.team.roles import RIGHTS

# Where an act is sent, and what is sent there, once the business is as the act needs it.
Sent = tuple[str, dict[str, Any]]
QUESTIONS = ["urgency", "address", "owner", "insurance"]
ASKED = {f"ask_{name}": "optional" for name in ("name", "email", "phone", "message")}
SHAPE = ASKED | {"title": "Hail", "button": "Send", "playbook": "storm-and-repair", "order": QUESTIONS}
BUSINESS = {
    "business_name": "Ridgeline & Sons",
    "place": "Little Rock, AR",
    "phone": "(501) 555-0177",
    "time_zone": "America/Denver",
    "region": "US",
    "currency": "EUR",
    "locale": "en-GB",
    "look": "own",
    "color": "#b0206a",
}
REACH = {f"{noun}-{verb}": "3" for noun, verbs in RIGHTS.items() for verb in verbs} | {"journey-change": "1"}
BEN = {"name": "Ben W.", "email": "ben@ridgeline.example", "role": "manager"}
WEEK = {"name": "Office", "time_zone": "America/Denver", "mon-0-from": "08:30", "mon-0-until": "16:00"}
SOON = TUESDAY + timedelta(days=2)


def of_journey(act: str, **fields: str) -> Callable[[Business], Sent]:
    return lambda office: (f"/journeys/{office.lead().pk}/{act}", fields)


def of_step(act: str, **fields: str) -> Callable[[Business], Sent]:
    return lambda office: (f"/steps/{next_step(office.lead()).pk}/{act}", fields)


def miss(office: Business) -> Sent:
    """They did not come to what was agreed."""
    lead = move_journey(office.lead(), stage="qualified", by=office.ben, at=TUESDAY)
    return f"/steps/{next_step(lead).pk}/missed", {"asked": "1", "note": "Waited 20 minutes"}


def write(office: Business) -> Sent:
    lead = office.lead()
    return f"/contacts/{lead.contact_id}/email", {"text": "On our way", "journey": str(lead.pk)}


def of_contact(act: str, **fields: str | list[str]) -> Callable[[Business], Sent]:
    return lambda office: (f"/contacts/{office.contact().pk}/{act}", fields)


def of_field(act: str, **fields: str) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        field = define_field(noun="contact", label="Roof age", kind="number", by=None, at=TUESDAY)
        return f"/settings/fields/{field.pk}{act}", fields

    return prepare


def of_view(act: str, **fields: str) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        view = save_view(listing="contacts", name="Everybody", asks={}, by=office.maya, at=TUESDAY)
        return f"/lists/views/{view.pk}{act}", fields

    return prepare


def of_lead_field(office: Business) -> Sent:
    define_field(noun="journey", label="Roof type", kind="text", by=None, at=TUESDAY)
    told = {"title": "Carport", "value": "1200", "custom.roof_type": "Slate"}
    return f"/journeys/{office.lead().pk}/fields", told


def of_segment(act: str, **fields: str) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        kept = segment(office)
        return f"/lists/segments/{kept.pk}{act}", fields

    return prepare


def need_two_steps(office: Business) -> Sent:
    """Asked for by somebody who has a second step, as has Ben."""
    for person in (office.maya, office.ben):
        TOTP.activate(person, generate_totp_secret())
    return "/settings/sign-in", {"of_everybody": "on"}


def reopen(office: Business) -> Sent:
    lead = office.lead()
    close_journey(lead, outcome="lost", reason="Price", by=office.ben, at=TUESDAY)
    return f"/journeys/{lead.pk}/reopen", {}


def let_in(office: Business) -> Sent:
    """A form that looked like spam."""
    told = {"name": "Lin Zhao", "email": "lin@example.com", "message": "Skylight leaks", "trap": "x"}
    signal, _ = receive(kind="form", channel="web", source="roof-repair", payload=told, at=TUESDAY)
    return f"/signals/{interpret(signal, at=TUESDAY).pk}/take-back", {}


def be_told(office: Business) -> Sent:
    tell([office.maya], "Renee Castillo is yours now", at=TUESDAY)
    return "/notices/read", {}


def join_company(office: Business) -> Sent:
    office.contact()
    bakery = add_company({"name": "Castillo Bakery"}, by=office.ben, at=TUESDAY)
    who = str(Contact.objects.get().pk)
    return f"/companies/{bakery.pk}/add", {"person": "Renee", "who": who, "job_title": "Baker"}


def leave_company(office: Business) -> Sent:
    contact = change_contact(office.contact(), {"company": "Castillo Bakery"}, by=office.ben, at=TUESDAY)
    return f"/companies/{contact.company_id}/{contact.pk}/take-out", {}


def of_company(act: str, **fields: str) -> Callable[[Business], Sent]:
    """Of one with somebody, beside another that is called nearly the same."""

    def prepare(office: Business) -> Sent:
        contact = change_contact(office.contact(), {"company": "Castillo Bakery"}, by=office.ben, at=TUESDAY)
        other = add_company({"name": "Castillo Bakery, Inc."}, by=office.ben, at=TUESDAY)
        told = {name: value.format(other=other.pk) for name, value in fields.items()}
        return f"/companies/{contact.company_id}/{act}", told

    return prepare


def of_form(act: str, *, closed: bool = False, **fields: Any) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        form = open_form(key="roof-repair", title="Roof repair", playbook=office.playbook.key, at=TUESDAY)
        if closed:
            close_form(form, by=office.ben, at=TUESDAY)
        return f"/settings/forms/{form.pk}{act}", fields

    return prepare


def revoke(office: Business) -> Sent:
    create_token(name="Website", role="sales", by=office.maya, at=TUESDAY)
    return f"/settings/tokens/{ApiToken.objects.get().pk}/revoke", {}


def of_ben(act: str, **fields: Any) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        for number in range(2):
            office.lead(office.contact(f"Lead {number}", f"lead{number}@example.com"))
        return f"/people/{office.ben.pk}{act}", fields

    return prepare


def welcome_back(office: Business) -> Sent:
    deactivate_user(office.tom, by=office.ben, at=TUESDAY)
    return f"/people/{office.tom.pk}/back", {}


def of_absence(act: str, **fields: str) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        away = put_on_leave(
            office.ben, starts_at=SOON, ends_at=SOON + timedelta(days=3), reason="Lake", by=office.ben, at=TUESDAY
        )
        return f"/people/away/{away.pk}{act}", {"user": str(office.ben.pk)} | fields

    return prepare


def of_front_desk(act: str, **fields: Callable[[Business], str] | str) -> Callable[[Business], Sent]:
    def prepare(office: Business) -> Sent:
        said = {name: value if isinstance(value, str) else value(office) for name, value in fields.items()}
        return f"/people/teams/{Team.objects.get(key='front-desk').pk}{act.format(ben=office.ben.pk)}", said

    return prepare


def first_hours(office: Business) -> Sent:
    """Nobody wrote down any hours yet, and no playbook needs them."""
    type(office.playbook).objects.update(active_at=None)
    Calendar.objects.all().delete()
    return "/people/first-hours", {}


def drop_day(office: Business) -> Sent:
    calendar = Calendar.objects.get(key="office")
    day = set_day(calendar, SOON.date(), windows=[["08:00", "10:00"]], label="Picnic", by=office.ben, at=TUESDAY)
    return f"/people/hours/office/days/{day.pk}/remove", {}


UNDONE: dict[str, Callable[[Business], Sent]] = {
    "desk:complete": of_step("done", then="Send the tarp crew", then_due_at="2026-06-11T09:00"),
    "desk:miss": miss,
    "desk:snooze": of_step("snooze", until="week"),
    "desk:assign": lambda office: (f"/journeys/{office.lead().pk}/owner", {"owner": str(office.tom.pk)}),
    "desk:move": of_journey("stage", stage="qualified"),
    "desk:move_to_column": of_journey("column", column="qualified"),
    "desk:plan": of_journey("plan", title="Bring the ladder", kind="do", due_at="2026-06-09T10:02"),
    "desk:park": of_journey("park", weeks="4", reason="Waits for the insurance"),
    "desk:close": of_journey("close", outcome="lost", reason="Chose another roofer"),
    "desk:reopen": reopen,
    "desk:answer": of_journey("answers/owner", answer="yes"),
    "desk:change": of_lead_field,
    "desk:compose": write,
    "desk:new_lead": lambda office: ("/leads/new", {"name": "Lin Zhao", "email": "lin@example.com", "kind": "call"}),
    "desk:take_back": let_in,
    "desk:read_notices": be_told,
    "desk:edit_contact": of_contact("edit", name="Renee Castillo", place="Conway"),
    "desk:tags": of_contact("tags", add="Storm, Hail"),
    "desk:consent": of_contact(
        "consent", word="agreed", channel="email", purposes=["service", "marketing"], source="Paper form"
    ),
    "desk:add_contact": lambda office: ("/contacts/new", {"name": "Lin Zhao", "emails": "lin@example.com"}),
    "lists:cell": lambda office: (f"/lists/contacts/{office.contact().pk}/place", {"value": "Conway"}),
    "lists:add_to_company": join_company,
    "lists:take_out_of_company": leave_company,
    "lists:add_company": lambda office: ("/companies/new", {"name": "Lind and Sons"}),
    "lists:merge_company": of_company("merge", company="Castillo Bakery", which="{other}"),
    "lists:remove_company": of_company("remove"),
    "lists:save_view": lambda office: ("/lists/contacts/save", {"name": "Everybody"}),
    "lists:change_view": of_view("", name="All of them"),
    "lists:keep_view": of_view("/keep", query="match=all&f=place&o=is&v=Conway"),
    "lists:remove_view": of_view("/remove"),
    "lists:save_segment": lambda office: (
        "/lists/segments/new?match=all&f=place&o=is&v=Conway",
        {"name": "In Conway"},
    ),
    "lists:rename_segment": of_segment("", name="Covered"),
    "lists:reshape_segment": of_segment("/filter", query="match=all&f=place&o=is&v=Conway"),
    "lists:remove_segment": of_segment("/remove"),
    "setup:add_field": lambda office: ("/settings/fields/new/contact", {"label": "Roof age", "kind": "number"}),
    "setup:edit_field": of_field("", label="Age of the roof"),
    "setup:move_field": of_field("/move", move="out"),
    "setup:business": lambda office: ("/settings/business", BUSINESS),
    "setup:sign_in": need_two_steps,
    "setup:form_new": lambda office: ("/settings/forms/new", SHAPE),
    "setup:form": of_form("", **SHAPE),
    "setup:form_close": of_form("/close"),
    "setup:form_reopen": of_form("/reopen", closed=True),
    "setup:token_revoke": revoke,
    "setup:role": lambda office: ("/settings/roles/sales", REACH),
    "setup:edit_person": of_ben("", **BEN),
    "setup:release_person": of_ben("/left"),
    "setup:welcome_back": welcome_back,
    "setup:add_absence": lambda office: (
        "/people/away/new",
        {"user": str(office.ben.pk), "from_day": "2026-07-06", "until_day": "2026-07-10"},
    ),
    "setup:change_absence": of_absence("", from_day="2026-07-06", until_day="2026-07-10"),
    "setup:remove_absence": of_absence("/remove"),
    "setup:add_team": lambda office: ("/people/teams/new", {"name": "Night shift"}),
    "setup:edit_team": of_front_desk("", name="Phones"),
    "setup:add_member": of_front_desk("/members", user=lambda office: str(office.tom.pk)),
    "setup:place_member": of_front_desk("/members/{ben}", move="up"),
    "setup:set_week": lambda office: ("/people/hours/office/week", WEEK),
    "setup:add_hours": lambda office: ("/people/new-hours", {"name": "Saturdays"}),
    "setup:start_hours": first_hours,
    "setup:add_day": lambda office: ("/people/hours/office/days/new", {"day": "2026-06-12", "label": "Picnic"}),
    "setup:drop_day": drop_day,
    "setup:preferences": lambda office: (
        "/preferences",
        {"name": "Maya O.", "hour_cycle": "h23", "single_keys": "off", "theme": "dark"},
    ),
    "setup:theme": lambda office: ("/preferences/theme", {"theme": "dark"}),
}
# What people may always take back, for it is about nobody but themselves.
OWN = {"desk:read_notices", "setup:preferences", "setup:theme"} | {
    f"lists:{name}_view" for name in ("save", "change", "keep", "remove")
}

FIRST_RUN = "The first run: every step can be taken again, and changes what it made."
ONCE = "Its answer is a secret that is shown once."
OUTSIDE = "It has reached the outside, which takes nothing back."
LOOKS = "It changes nothing: it shows what is typed just now."
IS_UNDO = "It is an undo itself; what it took back can be done again."
FINAL: dict[str, str] = {
    "desk:undo": IS_UNDO,
    "desk:merge_picked": "It changes nothing: it leads to where the two stand side by side.",
    "desk:copy": "A file that was taken away cannot be taken back; that it was taken stands on the timeline.",
    "lists:export": "A file that was taken away cannot be taken back.",
    "desk:erase": "It erases somebody for good, as it says before: what could be brought back would not be erased.",
    "desk:undo_signal": IS_UNDO,
    "desk:undo_apart": IS_UNDO,
    "desk:undo_merge": IS_UNDO,
    "setup:undo": IS_UNDO,
    "setup:undo_release": IS_UNDO,
    "setup:welcome": FIRST_RUN,
    "setup:welcome_business": FIRST_RUN,
    "setup:welcome_people": FIRST_RUN,
    "setup:welcome_playbook": FIRST_RUN,
    "setup:welcome_form": FIRST_RUN,
    "setup:welcome_lead": "A test lead, which the last page takes out with everything about it.",
    "setup:welcome_answer": "The answer to a test lead is handed over at once, so that its story goes on.",
    "setup:welcome_passwords": ONCE,
    "setup:welcome_remove": "It removes a sample for good, as it says; another test lead can be sent.",
    "setup:business_preview": LOOKS,
    "setup:form_preview": LOOKS,
    "setup:add_person": f"{ONCE} Whoever was added by mistake is let go with “has left”.",
    "setup:reset_password": ONCE,
    "setup:two_steps_off": "Codes and passkeys are forgotten at once, as the question says; others can be set up.",
    "setup:inbound_make": f"{ONCE} The one before opens nothing any more.",
    "setup:inbound_end": "The secret is forgotten at once; another one can be made.",
    "setup:token_new": f"{ONCE} Revoking it ends what it opens.",
    "setup:connection": f"{OUTSIDE} What was typed was tested for real, and the password before it is forgotten.",
    "setup:connection_test": OUTSIDE,
    "setup:connection_disconnect": "The password is forgotten at once, as the question says.",
}

IN_A_DRAFT = "Only the draft changes; its own Undo brings back the text of before, and “Discard” all of it."
BY_ROLL_BACK = "Versions never change: it is taken back in one step on their page, where that is a new version."
# What is taken back by a way of its own, which has tests of its own.
ELSEWHERE: dict[str, str] = {
    "desk:accept": "An act on a journey, undone like the others; an offer has to be there first.",
    "desk:apart": "Its toast takes it back, and anybody who may change may: it is asked again.",
    "desk:merge": "Its toast takes it back, and so does the timeline, days later and whoever may change.",
    "desk:decline": "An act on a journey, undone like the others; an offer has to be there first.",
    **dict.fromkeys(
        ("setup:draft_cell", "setup:draft_stage_new", "setup:draft_stage_out", "setup:draft_scenario_out"), IN_A_DRAFT
    ),
    "setup:draft_everywhere": IN_A_DRAFT,
    **dict.fromkeys(("setup:draft_message", "setup:draft_message_new", "setup:draft_text"), IN_A_DRAFT),
    "setup:draft_undo": IS_UNDO,
    "setup:draft_discard": "Its own Undo brings the text back; what is live stays as it is.",
    **dict.fromkeys(("setup:playbook_plan", "setup:roll_back", "setup:step_switch"), BY_ROLL_BACK),
    "setup:steps_undo": IS_UNDO,
    "setup:change_pause": "It is resumed by the button in its place.",
    "setup:change_resume": "It is paused by the button in its place.",
    "setup:playbook_held": "What was decided for those who stood still is decided; a roll-back brings them back.",
    "lists:undo": IS_UNDO,
    "lists:undo_run": IS_UNDO,
    "lists:bulk": "A run, taken back by a run of its own, step by step.",
    "lists:pause_run": "It goes on by the button in its place.",
    "lists:resume_run": "It is paused by the button in its place.",
    "transfer:import": "Only a file is kept; nothing is written before it is begun.",
    "transfer:columns": "Says where columns go; can be said again until it begins.",
    "transfer:shape": "Says how the file is read; can be said again until it begins.",
    "transfer:keep": "Says where columns go; can be said again until it begins.",
    "transfer:choices": "Says what else is to happen; can be said again until it begins.",
    "transfer:preview": "Begins a run, taken back by a run of its own, step by step.",
    "setup:playbook_add": "A playbook that nobody starts on does nothing; its versions stay.",
}

READS = {
    *(
        "lists:start",
        "lists:table",
        "lists:count",
        "lists:words",
        "lists:company",
        "lists:runs",
        "lists:segments",
    ),
    *("transfer:imported", "transfer:failed", "setup:fields"),
    *("desk:today", "desk:changes", "desk:find", "desk:contacts", "desk:contact", "desk:drafts", "desk:board"),
    *("desk:board_table", "desk:inbox", "desk:conversation", "desk:signals", "desk:coverage", "desk:why"),
    *(
        "setup:settings",
        "setup:history",
        "setup:history_file",
        "setup:roles",
        "setup:forms",
        "setup:inbound_email",
        "setup:tokens",
        "setup:connections",
        "setup:people",
    ),
    *("desk:duplicates", "desk:merge_with"),
    *("setup:absences", "setup:foresee_absence", "setup:teams", "setup:hours", "setup:calendar"),
    *("setup:holiday_parts", "setup:playbooks", "setup:playbook", "setup:playbook_versions", "setup:playbook_source"),
    *("setup:coverage", "setup:draft_replay", "setup:draft_scenarios", "setup:playbook_compare"),
    *("setup:playbook_draft", "setup:playbook_steps", "setup:step_caught"),
}


def doors(room: str, patterns: Iterable[URLPattern]) -> dict[str, Any]:
    """The views of a room by the full name of their address."""
    return {f"{room}:{pattern.name}": pattern.callback for pattern in patterns}
