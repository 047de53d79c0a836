"""Companies that are one, or are not needed: their people stay, and both can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.core.refusal import Refused
from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import CompanyMerged, CompanyRemoved, ContactChanged
from trellis.people.changing import PLAIN_OF_COMPANY
from trellis.people.models import Company, Contact
from trellis.team.models import User
from trellis.team.undoing import keeping

# So many people go over in one act, which keeps how each of them stood.
MOST = 1000


def merge_companies(company: Company, other: Company, *, by: User | None, at: datetime) -> Company:
    """All people of `other` belong to `company`, which takes over what only the other knew; the other is gone."""
    if company.pk == other.pk:
        raise Refused("same_company", "This is one company already.")
    if (company.sampled_at is None) != (other.sampled_at is None):
        raise Refused("sample", "One of them belongs to the sample and goes with it. Keep them apart.")
    with going(other, by=by, at=at, to=company) as (gone, kept):
        assert kept is not None
        for name in PLAIN_OF_COMPANY:
            setattr(kept, name, getattr(kept, name) or getattr(gone, name))
        kept.custom = gone.custom | kept.custom
        kept.created_at = min(kept.created_at, gone.created_at)
        kept.changed_at = at
        kept.save()
        fact = CompanyMerged(company_id=str(kept.pk), name=kept.name, other_id=str(gone.pk), other_name=gone.name)
        announce([Announcement(fact=fact, at=at, by=by.pk if by else None)])
    return kept


def remove_company(company: Company, *, by: User | None, at: datetime) -> None:
    """Its people stay, and belong to no company."""
    with going(company, by=by, at=at) as (gone, _):
        announce(
            [
                Announcement(
                    fact=CompanyRemoved(company_id=str(gone.pk), name=gone.name), at=at, by=by.pk if by else None
                )
            ]
        )


def reaches_all(company: Company, who: Any) -> bool:
    """Whether a user or a token may change everybody who belongs to it."""
    theirs = Contact.objects.genuine().filter(company=company)
    within = Contact.objects.in_reach(who, "change").filter(company=company)
    return not theirs.exclude(pk__in=within.values("pk")).exists()


@contextmanager
def going(
    company: Company, *, by: User | None, at: datetime, to: Company | None = None
) -> Iterator[tuple[Company, Company | None]]:
    """Hold the companies; once what is inside is done, the people go over and `company` is deleted."""
    ids = sorted(one.pk for one in (company, to) if one)
    companies = Company.objects.filter(pk__in=ids)
    people = list(Contact.objects.filter(company=company).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if len(people) > MOST:
        raise Refused(
            "too_many",
            f"More than {MOST:,} people belong to {company.name}. "
            "Change their company in the list of contacts, for all of them at once, and then come back here.",
        )
    with keeping(companies, Contact.objects.filter(pk__in=people), by=by, at=at):
        held = {one.pk: one for one in companies.select_for_update().order_by("pk")}
        if len(held) < len(ids):
            raise Refused("gone", "One of them is gone meanwhile. Look again.")
        yield held[company.pk], held[to.pk] if to else None
        let_go(held[company.pk], people, held[to.pk] if to else None, by=by, at=at)


def let_go(company: Company, people: list[UUID], to: Company | None, *, by: User | None, at: datetime) -> None:
    theirs = Contact.objects.filter(pk__in=people, company=company)
    told = theirs.genuine().order_by("pk").values_list("pk", flat=True)
    fact = ContactChanged(what="company", changes={"company": [company.name, to.name if to else ""]})
    announce([Announcement(fact=fact, at=at, contact_id=pk, by=by.pk if by else None) for pk in told])
    theirs.update(company=to, changed_at=at)
    company.delete()
