"""What a draft changes of somebody whom we know, by the policy of each column; and the contact of somebody new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.core.rows import new_row
from trellis.people.custom import custom_fields
from trellis.people.custom_values import as_text
from trellis.people.models import PURPOSES, Company, Contact, ContactPoint
from trellis.transfer.importing.plan import CUSTOM, EMAILS, FILL, KEEP, NAMES, OVERWRITE, PHONES, Draft, Plan

LABELS = {"name": "name", "company": "company", "job_title": "job title", "place": "place", "address": "address"}


@dataclass(kw_only=True)
class Outcome:
    """What a row does to a contact. `changes` are before and after in words, `before` the columns as they stood.

    `notes` are what is noted of them, by the ids of what tells it, `consents` what they said by channel; but for what
    stands there already.
    """

    contact: Contact
    draft: Draft
    is_new: bool
    changes: dict[str, list[str]] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    points: list[ContactPoint] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: dict[UUID, str] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)

    @property
    def did(self) -> str:
        if self.is_new:
            return "added"
        anything = self.changes or self.points or self.tags or self.notes or self.consents
        return "changed" if anything else "same"


def purposes_of(granted: bool) -> Sequence[str]:
    """Who refuses wants nothing at all by that channel; who agrees agrees to offers, for which it was asked."""
    return ("marketing",) if granted else tuple(PURPOSES)


def policies_of(plan: Plan) -> Mapping[str, str]:
    """The policy of each field, whichever of its columns says it: overwriting wins."""
    found: dict[str, str] = {}
    for column in plan.columns:
        key = field_of(column.target)
        if key and found.get(key) != OVERWRITE:
            found[key] = column.policy
    return found


def field_of(target: str) -> str:
    if target in NAMES:
        return "name"
    if target in (*EMAILS, *PHONES):
        return "points"
    return "address" if target in ("postal_code", "region", "country") else target


def welcome(draft: Draft, companies: Mapping[str, Company], *, stamp: datetime, pk: UUID) -> Outcome:
    """Somebody new. They are as old as the file says, and were changed by this import."""
    values = dict(draft.values)
    company = companies.get(values.pop("company", "").lower())
    contact = new_row(
        Contact,
        id=pk,
        name=draft.name,
        company_id=company.pk if company else None,
        custom={key: value for key, value in draft.custom.items() if value is not None},
        created_at=datetime.fromisoformat(draft.created_at) if draft.created_at else stamp,
        changed_at=stamp,
        **values,
    )
    if company:
        # It may not be written yet: a second row about the same person must not look for it.
        contact.company = company
    if draft.source:
        contact.take_touch({"utm_source": draft.source})
    return Outcome(contact=contact, draft=draft, is_new=True, tags=list(draft.tags))


def complete(
    contact: Contact, draft: Draft, policies: Mapping[str, str], companies: Mapping[str, Company], worn: Sequence[str]
) -> Outcome:
    """Somebody whom we know: each field is kept, filled or overwritten, and says what it was."""
    outcome = Outcome(contact=contact, draft=draft, is_new=False)
    wanted = {"name": draft.name, **draft.values}
    for name, value in wanted.items():
        if name == "company":
            set_company(outcome, value, policies.get(name, FILL), companies)
        else:
            set_plain(outcome, name, value, policies.get(name, FILL))
    for definition in custom_fields("contact"):
        if definition.key in draft.custom:
            policy = policies.get(f"{CUSTOM}{definition.key}", FILL)
            set_custom(outcome, definition, draft.custom[definition.key], policy)
    if policies.get("tags", FILL) != KEEP:
        outcome.tags = [tag for tag in draft.tags if tag.lower() not in worn]
    return outcome


def may_set(before: Any, after: Any, policy: str) -> bool:
    """An empty cell says nothing, whatever the policy."""
    if after in (None, "", []) or before == after or policy == KEEP:
        return False
    return policy == OVERWRITE or before in (None, "", [])


def set_plain(outcome: Outcome, name: str, value: str, policy: str) -> None:
    before = getattr(outcome.contact, name)
    if may_set(before, value, policy):
        outcome.before[name] = before
        outcome.changes[LABELS.get(name, name)] = [before, value]
        setattr(outcome.contact, name, value)


def set_company(outcome: Outcome, name: str, policy: str, companies: Mapping[str, Company]) -> None:
    before, after = outcome.contact.company, companies.get(name.lower())
    if after and may_set(before and before.pk, after.pk, policy):
        outcome.before["company_id"] = str(before.pk) if before else None
        outcome.changes["company"] = [before.name if before else "", after.name]
        outcome.contact.company = after


def set_custom(outcome: Outcome, definition: Any, value: Any, policy: str) -> None:
    contact = outcome.contact
    before = contact.custom.get(definition.key)
    if may_set(before, value, policy):
        outcome.before.setdefault("custom", dict(contact.custom))
        outcome.changes[definition.label] = [as_text(definition.kind, before), as_text(definition.kind, value)]
        contact.custom = contact.custom | {definition.key: value}
