"""Every door there is and the right that it asks for: of the desk, of the set-up pages, of the machine door."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, reverse

from tests.reach.world import Theirs, World
from trellis.team.models import Absence, ApiToken, Team

Right = tuple[str, str]
ADMIN: Right = ("change", "settings")
OWN: Right = ("", "what is about oneself")
SEES_ALL: Right = ("see", "journey")
SEES: Right = ("see", "contact")
SEE = {noun: ("see", noun) for noun in ("form", "playbook", "hours", "person", "settings", "history")}
CHANGE = {noun: ("change", noun) for noun in ("form", "playbook", "hours", "journey", "signal")}
SHAPE: Right = ("change", "segment")
SEES_SEGMENTS: Right = ("see", "segment")
ADD_LEAD, ADD, EDIT, IMPORT = (("add", "journey"), ("add", "contact"), ("change", "contact"), ("import", "contact"))


def each(*paths: str) -> Callable[[World], Iterable[str]]:
    """Addresses for each of the three: {contact}, {journey}, {task}, {signal}, {company} are theirs.

    So is {alone}, a company that nobody belongs to.
    """
    return lambda world: [address(path, theirs) for theirs in world.records.values() for path in paths]


def these(*paths: str) -> Callable[[World], Iterable[str]]:
    return lambda world: paths


def address(path: str, theirs: Theirs) -> str:
    told = {"contact": theirs.contact.pk, "journey": theirs.journey.pk, "task": theirs.task, "signal": theirs.signal}
    return path.format(**told, company=theirs.company, alone=theirs.alone)


# What shows rows, and where: whatever is out of reach may not be in the answer.
SHOWS: dict[str, Callable[[World], Iterable[str]]] = {
    "desk:today": these("/?who=team", "/?who=mine", "/?who=team&owner=me"),
    "desk:changes": each("/changes?since=&contact={contact}"),
    "desk:find": these(
        "/find?q=xqcontact",
        "/find?q=xqcontactstrange&palette",
        "/find?q=@tom",
        "/find?q=stranger@e",
        "/find?q=x",
        "/find?q=works&palette",
        "/find?q=wroks",
        "/find?q=xqcontatcstranger",
    ),
    "desk:contacts": these(
        "/contacts/", "/contacts/?order=name", "/contacts/?q=xqcontact", "/contacts/?q=xqcontactstrangr"
    ),
    "desk:merge_with": each("/contacts/{contact}/merge?q=xqcontact"),
    "desk:contact": each("/contacts/{contact}/?journey={journey}&why"),
    "desk:drafts": each("/journeys/{journey}/templates/email"),
    "desk:why": each("/journeys/{journey}/why?ask=text"),
    "desk:board": these("/board/", "/board/?column=new"),
    "desk:board_table": these("/board/table", "/board/table?sort=-due"),
    "desk:inbox": these(*(f"/inbox/?show={name}" for name in ("needs-reply", "mine", "waiting", "done"))),
    "desk:conversation": each("/inbox/{contact}/"),
    "desk:signals": these("/signals/", "/signals/?state=set_aside"),
}
LISTS = ("contacts", "companies", "leads", "steps")
SHOWS |= {
    "lists:table": these(
        *(f"/lists/{key}/?match=all" for key in LISTS), "/lists/contacts/?match=all&f=name&o=known:yes&v="
    ),
    "lists:company": each("/companies/{company}/", "/companies/{alone}/"),
    "lists:count": these(*(f"/lists/{key}/count?match=all" for key in LISTS)),
    "lists:words": these(*(f"/lists/{key}/words" for key in LISTS)),
    "lists:segments": these("/lists/segments/", "/lists/contacts/?match=all&f=segment&o=is&v=everybody"),
    "lists:export": these(*(f"/lists/{key}/export.csv?match=all" for key in LISTS), "/lists/contacts/export.xlsx"),
}
# Where each word must be read by whoever reaches it, and which further nouns it takes to get there.
TELLS: dict[str, dict[str, tuple[str, ...]]] = {
    "contact": {
        "/lists/contacts/?match=all": (),
        "/lists/contacts/?match=all&f=segment&o=is&v=everybody": ("segment",),
        "/contacts/": (),
        "/contacts/?q=xqcontact": (),
        "/find?q=xqcontact": (),
        "/companies/{company}/": (),
        "/companies/{alone}/": (),
    },
    "journey": {
        "/lists/leads/?match=all": (),
        "/lists/steps/?match=all": (),
        "/?who=team": (),
        "/board/": (),
        "/board/table": (),
    },
    "conversation": {"/?who=team": ("journey",), "/inbox/{contact}/": ()},
    "note": {"/contacts/{contact}/?journey={journey}&why": ()},
    "signal": {"/signals/": ("conversation",)},
}


@dataclass(frozen=True)
class Act:
    """What changes a record: the right it asks for, where it is sent, and what is sent there."""

    right: Right
    path: str
    body: dict[str, Any] = field(default_factory=dict)
    only_post: bool = False
    method: str = "POST"


def of_journey(path: str, *, only_post: bool = False, **body: str) -> Act:
    return Act(CHANGE["journey"], f"/journeys/{{journey}}/{path}", body, only_post)


def of_step(path: str, **body: str) -> Act:
    return Act(CHANGE["journey"], f"/steps/{{task}}/{path}", body)


def write(tab: str, right: Right, **body: str) -> Act:
    return Act(right, f"/contacts/{{contact}}/{tab}", body, only_post=True)


SEND = ("send", "conversation")
SAID = {"word": "stop", "channel": "email", "purposes": "marketing", "source": "By phone"}
ACTS: list[tuple[str, Act]] = [
    ("desk:complete", of_step("done", asked="1", then="Look in", then_due_at="2026-06-11T09:00")),
    ("desk:miss", of_step("missed", asked="1")),
    ("desk:snooze", of_step("snooze", until="week")),
    ("desk:assign", of_journey("owner", owner="{asker}")),
    ("desk:move", of_journey("stage", stage="qualified")),
    ("desk:move_to_column", of_journey("column", only_post=True, column="qualified")),
    ("desk:plan", of_journey("plan", title="Bring the ladder", kind="do", due_at="2026-06-09T12:02")),
    ("desk:park", of_journey("park", weeks="4", reason="Waits")),
    ("desk:close", of_journey("close", outcome="lost", reason="Price")),
    ("desk:reopen", of_journey("reopen", only_post=True)),
    ("desk:answer", of_journey("answers/owner", answer="yes")),
    ("desk:change", of_journey("fields", **{"custom.roof_type": "Slate"})),
    ("desk:compose", write("email", SEND, text="On our way")),
    ("desk:compose", write("call", SEND, outcome="answered", note="Spoke")),
    ("desk:compose", write("note", ("add", "note"), text="Has a dog")),
    ("desk:edit_contact", Act(EDIT, "/contacts/{contact}/edit", {"name": "Somebody", "place": "Conway"})),
    ("desk:tags", Act(EDIT, "/contacts/{contact}/tags", {"add": "Storm"}, only_post=True)),
    ("desk:consent", Act(EDIT, "/contacts/{contact}/consent", SAID)),
    ("lists:cell", Act(EDIT, "/lists/contacts/{contact}/place", {"value": "Conway"})),
    ("lists:cell", Act(CHANGE["journey"], "/lists/steps/{task}/due_at", {"value": "2026-06-12T09:00"})),
    ("lists:add_to_company", Act(EDIT, "/companies/{company}/add", {"person": "Zed Newman"})),
    ("lists:merge_company", Act(EDIT, "/companies/{company}/merge")),
    ("lists:remove_company", Act(EDIT, "/companies/{company}/remove")),
    ("lists:remove_company", Act(EDIT, "/companies/{alone}/remove")),
    ("lists:take_out_of_company", Act(EDIT, "/companies/{company}/{contact}/take-out", only_post=True)),
    ("desk:take_back", Act(CHANGE["signal"], "/signals/{signal}/take-back", only_post=True)),
]
# Nothing is offered to anybody here, so that whoever sees it is told so, and nothing changes.
ANSWERS_OFFERS = {"desk:accept": "/journeys/{journey}/accept", "desk:decline": "/journeys/{journey}/decline"}

# Pages of what belongs to nobody: the right to open them, and the right to send them something.
BOTH = {noun: (right, right) for noun, right in SEE.items()}
SHAPES, PUBLISHES, ROSTERS = ((CHANGE[noun], CHANGE[noun]) for noun in ("form", "playbook", "hours"))
ADMINS, ONESELF, ALL_LEADS = (ADMIN, ADMIN), (OWN, OWN), (SEES_ALL, SEES_ALL)
PAGES: dict[str, tuple[Right, Right]] = {
    "desk:coverage": ALL_LEADS,
    "desk:new_lead": (ADD_LEAD, ADD_LEAD),
    **dict.fromkeys(("desk:undo", "desk:undo_signal", "desk:read_notices"), ONESELF),
    "desk:add_contact": (ADD, ADD),
    "lists:add_company": (ADD, ADD),
    "desk:copy": (("export", "contact"), ("export", "contact")),
    "desk:erase": (("erase", "contact"), ("erase", "contact")),
    "desk:duplicates": (("see", "contact"), ("see", "contact")),
    "desk:merge_picked": (EDIT, EDIT),
    **{f"desk:{name}": ONESELF for name in ("apart", "undo_apart", "merge", "undo_merge")},
    "lists:bulk": (EDIT, EDIT),
    **{f"lists:{name}": ONESELF for name in ("start", "undo", "save_view", "change_view", "keep_view", "remove_view")},
    **{f"lists:{name}": ONESELF for name in ("runs", "pause_run", "resume_run", "undo_run")},
    **{f"transfer:{name}": (IMPORT, IMPORT) for name in ("import", "columns", "shape", "choices", "keep", "preview")},
    **{f"transfer:{name}": (IMPORT, IMPORT) for name in ("imported", "failed")},
    **{
        f"lists:{name}": (SHAPE, SHAPE)
        for name in ("save_segment", "rename_segment", "reshape_segment", "remove_segment")
    },
    "setup:business": (SEE["settings"], ADMIN),
    "setup:connection": (SEE["settings"], ADMIN),
    "setup:form": (SEE["form"], CHANGE["form"]),
    **{
        f"setup:{name}": BOTH["settings"]
        for name in ("settings", "fields", "business_preview", "inbound_email", "tokens")
    },
    "setup:connections": BOTH["settings"],
    "setup:history": BOTH["history"],
    "setup:history_file": BOTH["history"],
    "setup:forms": BOTH["form"],
    **{f"setup:{name}": SHAPES for name in ("form_new", "form_preview", "form_close", "form_reopen")},
    **{f"setup:{name}": ADMINS for name in ("inbound_make", "inbound_end", "token_new", "token_revoke")},
    **{f"setup:{name}": ADMINS for name in ("connection_test", "connection_disconnect", "playbook_add")},
    **{f"setup:{name}": BOTH["person"] for name in ("people", "teams")},
    **{f"setup:{name}": ADMINS for name in ("add_person", "edit_person", "reset_password", "release_person")},
    **{f"setup:{name}": ADMINS for name in ("undo_release", "welcome_back", "add_team", "edit_team", "add_member")},
    **{
        f"setup:{name}": ADMINS
        for name in (
            "place_member",
            "roles",
            "role",
            "sign_in",
            "two_steps_off",
            "add_field",
            "edit_field",
            "move_field",
        )
    },
    **{f"setup:{name}": BOTH["hours"] for name in ("coverage", "absences", "foresee_absence", "hours", "calendar")},
    "setup:holiday_parts": BOTH["hours"],
    **{f"setup:{name}": ROSTERS for name in ("change_absence", "remove_absence", "set_week", "add_day", "drop_day")},
    **{f"setup:{name}": ROSTERS for name in ("add_hours", "start_hours")},
    **{f"setup:{name}": ONESELF for name in ("undo", "add_absence", "preferences", "theme")},
    **{f"setup:{name}": BOTH["playbook"] for name in ("playbooks", "playbook", "playbook_steps", "playbook_versions")},
    **{f"setup:{name}": BOTH["playbook"] for name in ("playbook_source", "playbook_compare", "playbook_draft")},
    "setup:draft_scenarios": BOTH["playbook"],
    **{f"setup:{name}": ALL_LEADS for name in ("step_caught", "draft_replay")},
    **{f"setup:{name}": PUBLISHES for name in ("step_switch", "steps_undo", "roll_back", "change_pause")},
    **{f"setup:{name}": PUBLISHES for name in ("change_resume", "playbook_held", "playbook_plan", "draft_discard")},
    **{f"setup:draft_{name}": PUBLISHES for name in ("text", "undo", "stage_new", "stage_out", "cell", "everywhere")},
    **{f"setup:draft_{name}": PUBLISHES for name in ("message", "message_new", "scenario_out")},
    **{f"setup:welcome_{name}": ADMINS for name in ("business", "people", "playbook", "form", "lead", "answer")},
    **{f"setup:welcome_{name}": ADMINS for name in ("passwords", "remove")},
}
# Whoever is not known here passes these too.
OPEN = {"setup:welcome"}

# The machine door, by the name of its operations.
API_SHOWS: dict[str, Callable[[World], Iterable[str]]] = {
    "list_contacts": these("/contacts", "/contacts?email=stranger@example.com"),
    "read_contact": each("/contacts/{contact}"),
    "read_timeline": each("/contacts/{contact}/timeline"),
    "list_duplicates": each("/contacts/{contact}/duplicates"),
    "list_journeys": lambda world: ["/journeys", *each("/journeys?contact={contact}")(world)],
    "read_journey": each("/journeys/{journey}"),
    "read_why": each("/journeys/{journey}/why"),
    "list_tasks": these("/tasks"),
    "list_companies": these("/companies", "/companies?name=Xqcontactstranger+Ltd"),
    "read_company": each("/companies/{company}", "/companies/{alone}"),
    "list_people_of_company": each("/companies/{company}/contacts"),
    "read_list": these(*(f"/lists/{key}?count=true" for key in LISTS)),
    "list_messages": lambda world: [
        *each("/messages?contact={contact}")(world),
        *each("/messages?journey={journey}")(world),
    ],
}
API_TELLS: dict[str, dict[str, tuple[str, ...]]] = {
    "contact": {
        "/contacts": (),
        "/contacts/{contact}": (),
        "/companies/{company}/contacts": (),
        "/companies/{alone}": (),
        "/lists/contacts?count=true": (),
    },
    "journey": {
        "/journeys": (),
        "/tasks": (),
        "/journeys/{journey}": (),
        "/lists/leads?count=true": (),
        "/lists/steps?count=true": (),
    },
    "conversation": {"/messages?contact={contact}": (), "/contacts/{contact}/timeline": (), "/journeys": ("journey",)},
    "note": {"/contacts/{contact}/timeline": ()},
    "signal": {},
}
GIVEN = {"channel": "email", "purposes": ["service"], "granted": True, "source": "Checkout"}
API_ACTS: list[tuple[str, Act]] = [
    ("record_word", Act(EDIT, "/contacts/{contact}/consents", GIVEN, only_post=True)),
    ("complete_task", Act(CHANGE["journey"], "/tasks/{task}/complete", {"then": "Look in"}, only_post=True)),
    ("change_journey", Act(CHANGE["journey"], "/journeys/{journey}", {"title": "The roof"}, method="PATCH")),
    ("replace_tags", Act(EDIT, "/contacts/{contact}/tags", {"tags": ["vip"]}, method="PUT")),
    ("change_tags", Act(EDIT, "/contacts/{contact}/tags", {"add": ["vip"]}, method="PATCH")),
    ("delete_company", Act(EDIT, "/companies/{company}", method="DELETE")),
    ("edit_company", Act(EDIT, "/companies/{company}", {"place": "Conway"}, method="PATCH")),
    ("edit_company", Act(EDIT, "/companies/{alone}", {"place": "Conway"}, method="PATCH")),
]
NOWHERE = uuid4()
API_ANSWERS_OFFERS = {
    "accept_handover": "/journeys/{journey}/accept",
    "decline_handover": "/journeys/{journey}/decline",
}
API_PAGES: dict[str, tuple[Right, str, str]] = {
    "add_person": (ADD, "POST", "/contacts"),
    "upsert_people": (EDIT, "POST", "/contacts/upsert"),
    "change_person": (EDIT, "PATCH", f"/contacts/{NOWHERE}"),
    "write_company": (ADD, "POST", "/companies"),
    "merge_company": (EDIT, "POST", f"/companies/{NOWHERE}/merge"),
    "upsert_companies": (EDIT, "POST", "/companies/upsert"),
    "list_tags": (SEES, "GET", "/tags"),
    "list_fields": (SEES, "GET", "/fields"),
    "add_custom_field": (ADMIN, "POST", "/fields"),
    "change_custom_field": (ADMIN, "PATCH", f"/fields/{NOWHERE}"),
    "list_lists": (SEES, "GET", "/lists"),
    "search_list": (SEES, "POST", "/lists/contacts/search"),
    "change_many": (SEES, "POST", "/lists/contacts/bulk"),
    "list_views": (SEES, "GET", "/views"),
    "read_view": (SEES, "GET", f"/views/{NOWHERE}"),
    "add_view": (SEES, "POST", "/views"),
    "edit_view": (SEES, "PATCH", f"/views/{NOWHERE}"),
    "delete_view": (SEES, "DELETE", f"/views/{NOWHERE}"),
    "list_segments": (SEES_SEGMENTS, "GET", "/segments"),
    "read_segment": (SEES_SEGMENTS, "GET", f"/segments/{NOWHERE}"),
    "add_segment": (SHAPE, "POST", "/segments"),
    "edit_segment": (SHAPE, "PATCH", f"/segments/{NOWHERE}"),
    "delete_segment": (SHAPE, "DELETE", f"/segments/{NOWHERE}"),
    "list_runs": (SEES, "GET", "/runs"),
    "read_run": (SEES, "GET", f"/runs/{NOWHERE}"),
    **{f"{verb}_work": (SEES, "POST", f"/runs/{NOWHERE}/{verb}") for verb in ("pause", "resume", "undo")},
    "add_import": (IMPORT, "FORM", "/imports"),
    "list_imports": (IMPORT, "GET", "/imports"),
    "read_import": (IMPORT, "GET", f"/imports/{NOWHERE}"),
    "set_import_shape": (IMPORT, "PUT", f"/imports/{NOWHERE}/shape"),
    "set_import_plan": (IMPORT, "PUT", f"/imports/{NOWHERE}/plan"),
    "preview_import": (IMPORT, "GET", f"/imports/{NOWHERE}/preview"),
    "begin_import": (IMPORT, "POST", f"/imports/{NOWHERE}/start"),
    "read_failed_rows": (IMPORT, "GET", f"/imports/{NOWHERE}/failed.csv"),
    "merge_people": (EDIT, "POST", f"/contacts/{NOWHERE}/merge"),
    "send_signal": (ADD_LEAD, "POST", "/signals"),
    "list_playbooks": (SEE["playbook"], "GET", "/playbooks"),
    "read_playbook": (SEE["playbook"], "GET", "/playbooks/storm-and-repair"),
    "list_versions": (SEE["playbook"], "GET", "/playbooks/storm-and-repair/versions"),
    "plan_playbook": (SEE["playbook"], "POST", "/playbooks/storm-and-repair/plan"),
    "publish_version": (CHANGE["playbook"], "POST", "/playbooks/storm-and-repair/publish"),
    "roll_back": (CHANGE["playbook"], "POST", "/playbooks/storm-and-repair/roll-back"),
}


def parts(world: World) -> dict[str, str]:
    """What the parts of the addresses of PAGES are; what a door looks up behind its right need not be there."""
    unknown = [
        "act",
        "signal",
        "day",
        "change",
        "view",
        "segment",
        "run",
        "import",
        "company",
        "pair",
        "merge",
        "contact",
        "other",
        "field",
    ]
    nowhere = dict.fromkeys((f"{name}_id" for name in unknown), str(uuid4()))
    places = {
        "user_id": str(world.office.tom.pk),
        "team_id": str(Team.objects.all()[0].pk),
        "token_id": str(ApiToken.objects.all()[0].pk),
        "absence_id": str(Absence.objects.all()[0].pk),
        "form_id": str(world.form),
        "key": world.office.playbook.key,
        "version": str(world.office.playbook.version),
    }
    words = {
        "kind": "recovery",
        "stage": "new",
        "message": "we-got-it",
        "step": "loyalty",
        "role": "sales",
        "noun": "contact",
        "place": "0",
    }
    connections = ("connection", "connection_test", "connection_disconnect")
    calendars = ("calendar", "set_week", "add_day", "drop_day")
    return {
        **nowhere,
        **places,
        **words,
        "lists:save_view key": "contacts",
        "lists:bulk key": "contacts",
        "act_key": "tag",
        "setup:draft_everywhere kind": "questions",
        **{f"setup:{name} key": "smtp" for name in connections},
        **{f"setup:{name} key": "office" for name in calendars},
    }


def page_address(name: str, pattern: URLPattern, known: dict[str, str]) -> str:
    matcher: Any = pattern.pattern
    named = list(matcher.converters or matcher.regex.groupindex)
    return reverse(name, kwargs={part: known.get(f"{name} {part}") or known[part] for part in named})
