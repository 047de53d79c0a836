"""Journeys for people who came with a file: they begin by the engine, in the stage that was chosen, many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from trellis.core.refusal import Refused
from trellis.core.rows import find_rows, insert_rows
from trellis.events.catalogue import JourneyImported
from trellis.journeys.apply import Tell, apply
from trellis.journeys.beginning import new_journey
from trellis.journeys.engine.owners import NobodyCanOwn
from trellis.journeys.models import Act, Journey, Playbook
from trellis.journeys.publish import active_playbook, document_of
from trellis.people.models import Contact
from trellis.team.models import User

NOT_PUBLISHED = "The playbook or stage that was chosen is no longer published. Choose another, or hold the rules."


def startable(playbook: str, stage: str) -> Playbook:
    """The live playbook, with that stage. Refused where it has none."""
    active = active_playbook(playbook)
    if active is None or stage not in document_of(active).stages:
        raise Refused("unknown_stage", NOT_PUBLISHED)
    return active


def begin_imported(
    contacts: Sequence[Contact],
    *,
    playbook: str,
    stage: str,
    source: str,
    owners: Mapping[UUID, str],
    by: User,
    at: datetime,
) -> dict[UUID, Journey]:
    """A journey for each of these who walks none of that playbook, by the contact; inside the caller's transaction.

    `owners` are the colleagues whom the file names, by contact; for the others the stage's rule chooses. What it sends
    can be taken back for a moment, as after any act of a person.
    """
    active = startable(playbook, stage)
    context = {"kind": "import", "channel": "", "source": source, "page": ""}
    walking = walkers([contact.pk for contact in contacts], playbook)
    journeys = [
        new_journey(active, contact, at=at, context=context) for contact in contacts if contact.pk not in walking
    ]
    tells = [
        Tell(
            journey_id=one.pk,
            fact=JourneyImported(source=source, stage=stage, owner=owners.get(one.contact_id, "")),
            by=by.pk,
        )
        for one in journeys
    ]
    try:
        apply(tells, at=at, new=journeys)
    except NobodyCanOwn as error:
        raise Refused("nobody_can_own", f"{error} Invite someone first.") from error
    insert_rows(Act(journey=one, contact=one.contact, by=by, at=at, before={}) for one in journeys)
    return {one.contact_id: one for one in journeys}


def walkers(contacts: Sequence[UUID], playbook: str) -> set[UUID]:
    """Those who walk it already, or rest on it: theirs goes on as it stands."""
    theirs = find_rows(Journey, contact=contacts, playbook_key=[playbook])
    return {one.contact_id for one in theirs if one.status != "closed"}
