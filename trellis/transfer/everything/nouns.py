"""What an export holds, what it does not, and why: every table that we know stands here once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import models


@dataclass(frozen=True)
class Noun:
    """One kind of row. `name` is that of its part, `label` that of its model, `says` what it is in a sentence."""

    name: str
    label: str
    says: str

    @property
    def part(self) -> str:
        return f"{self.name}.jsonl"

    @property
    def model(self) -> type[models.Model]:
        return apps.get_model(self.label)

    @property
    def fields(self) -> list[Any]:
        """Those that are told, the id first."""
        return [field for field in self.model._meta.concrete_fields if (self.label, field.attname) not in LEFT_OUT]

    def filled(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with what stands after an import in the fields that are not told."""
        mine = [attname for label, attname in LEFT_OUT if label == self.label]
        return row | {attname: FILLED[attname](row) for attname in mine}


NOUNS = (
    Noun("businesses", "team.Business", "The business itself: one row."),
    Noun("calendars", "team.Calendar", "Named working hours."),
    Noun("calendar_days", "team.CalendarDay", "Dates that differ from the week."),
    Noun("users", "team.User", "Who works here, or did."),
    Noun("teams", "team.Team", "Teams."),
    Noun("memberships", "team.Membership", "Who is in which team, in what order."),
    Noun("absences", "team.Absence", "When somebody is away."),
    Noun("notices", "team.Notice", "What a person is told in the app."),
    Noun("grants", "team.Grant", "Where a role reaches further, or less far, than by default."),
    Noun("runs", "team.Run", "Long work: imports, changes of many."),
    Noun("run_parts", "team.RunPart", "What a step of a run changed, so that it can be taken back."),
    Noun("companies", "people.Company", "Organizations."),
    Noun("tags", "people.Tag", "Tags."),
    Noun("custom_fields", "people.CustomField", "Fields that the business made for itself."),
    Noun("contacts", "people.Contact", "People."),
    Noun("contact_tags", "people.ContactTag", "Who carries which tag."),
    Noun("contact_points", "people.ContactPoint", "Their email addresses, numbers and handles."),
    Noun("consents", "people.Consent", "What they agreed to or refused, word for word in time."),
    Noun("possible_duplicates", "people.PossibleDuplicate", "Two who may be one, and what was decided."),
    Noun("segments", "people.Segment", "Filters of contacts that are kept."),
    Noun("erasures", "people.Erasure", "That somebody was erased: when, by whom, why, and how much."),
    Noun("merges", "people.Merge", "Who was merged into whom, and what moved."),
    Noun("signals", "intake.Signal", "Acts of interest, and what became of each."),
    Noun("raw_signals", "intake.RawSignal", "Their bodies as they came in, in base64."),
    Noun("conversations", "conversations.Conversation", "Threads of messages."),
    Noun("messages", "conversations.Message", "What was written, either way; also what is about to leave."),
    Noun("calls", "conversations.Call", "Calls."),
    Noun("playbooks", "journeys.Playbook", "Every published version of every playbook, with its text."),
    Noun("drafts", "journeys.Draft", "Versions that are being written."),
    Noun("version_changes", "journeys.VersionChange", "Leads brought from one version to another."),
    Noun("stages", "journeys.Stage", "Stages of the playbooks."),
    Noun("tasks", "journeys.Task", "What happened next or will: steps of people and of the machine."),
    Noun("journeys", "journeys.Journey", "One customer walking one playbook: leads, jobs, tickets."),
    Noun("stage_visits", "journeys.StageVisit", "When a journey was in which stage."),
    Noun("clocks", "journeys.Clock", "Promises that were timed."),
    Noun("decisions", "journeys.Decision", "What the engine did or not, and why."),
    Noun("acts", "journeys.Act", "What a person did with a lead, and how it stood before."),
    Noun("handovers", "journeys.Handover", "Leads offered by one person to another."),
    Noun("events", "events.Event", "Everything that happened: the timeline."),
    Noun("forms", "capture.Form", "Public forms."),
    Noun("saved_views", "lists.SavedView", "Lists with their filters that somebody kept."),
    Noun("imports", "transfer.Import", "Lists that were brought in."),
    Noun("imported_rows", "transfer.ImportedRow", "What became of each of their rows."),
)

# Tables that are not in an export, and the reason.
EXCUSED = {
    "team.ApiToken": "Keys for machines are secrets: make new ones.",
    "team.Change": "Lets a person take back what they did some minutes ago.",
    "team.Shared": "A cache that empties itself.",
    "api.KeptAnswer": "Answers to machines that may ask twice, for a day, by their keys.",
    "people.BlockKey": "Follows from the contacts: the search for duplicates writes it anew.",
    "people.DuplicateSearch": "How far that search is: it begins anew and learns anew.",
    "people.SegmentMember": "Follows from the segments: the worker finds who is in each anew.",
    "people.SegmentSweep": "How far that looking through is: it begins anew.",
    "people.SegmentCursor": "How far the log was followed for it: it begins anew.",
    "conversations.Connection": "Passwords of outside services, locked with this installation's key: connect again.",
    "journeys.Heartbeat": "Which workers are alive.",
    "auth.Permission": "Made by the program; roles take its place.",
    "auth.Group": "Not used; roles take its place.",
    "auth.Group_permissions": "Not used; roles take its place.",
    "contenttypes.ContentType": "Made by the program.",
    "sessions.Session": "Who is signed in: everybody signs in anew.",
    "account.EmailAddress": "Not used; a user has their address.",
    "account.EmailConfirmation": "Not used.",
    "mfa.Authenticator": "Second steps are secrets: everybody sets theirs up anew.",
    "usersessions.UserSession": "Who is signed in where: everybody signs in anew.",
    "socialaccount.SocialApp": "Holds a secret, and is given by the environment.",
    "socialaccount.SocialAccount": "Ties people to an account elsewhere: tied anew as they sign in.",
    "socialaccount.SocialToken": "Secrets.",
}

# Fields that are not told, and the reason; what they hold after an import is said by `filled`.
LEFT_OUT = {
    ("team.User", "password"): "A secret: everybody chooses a new one by an invitation link.",
    ("people.Tag", "small"): "Follows from the name.",
    ("team.Run", "lease_until"): "Which worker carries it on: the next one that comes.",
    ("journeys.Task", "lease_until"): "Which worker is at it: the next one that comes.",
}

# What stands in them after an import, by the row as it is told.
FILLED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "password": lambda row: make_password(None),
    "small": lambda row: row["name"].lower(),
    "lease_until": lambda row: None,
}

BY_PART = {noun.part: noun for noun in NOUNS}


def every_model() -> Iterator[str]:
    """The label of every table that there is."""
    return (model._meta.label for model in apps.get_models(include_auto_created=True))


def untold() -> list[str]:
    """Tables that are neither in an export nor excused."""
    return sorted(set(every_model()) - {noun.label for noun in NOUNS} - EXCUSED.keys())
