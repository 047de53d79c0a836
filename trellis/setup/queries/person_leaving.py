"""Who takes over when somebody leaves, as the rules of the playbooks would have it now."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from trellis.core.business_time import Hours
from trellis.core.windows import DAY_NAMES
from trellis.journeys.engine.owners import choose_owner, wanted_by
from trellis.journeys.engine.state import Customer, State, World
from trellis.journeys.models import Journey
from trellis.journeys.playbook.schema import Playbook
from trellis.journeys.publish import document_of, playbook_at
from trellis.journeys.world import known_to, people_at
from trellis.team.models import User

# Who is chosen does not depend on any hours but those of the people.
_ANY = Hours.read("any", "UTC", dict.fromkeys(DAY_NAMES, ()))


def heirs_of(user: User, at: datetime) -> Counter[str]:
    """How many of their journeys would pass to whom, by name. Their own name stands for those that nobody can take."""
    heirs: Counter[str] = Counter()
    owned = list(journeys_owned(user))
    playbooks = {pk: document_of(playbook_at(pk)) for pk, *_ in owned}
    known = known_of(owned, playbooks)
    people, turn, gone = people_at(at, with_load=True), at, str(user.pk)
    for playbook_id, stage, answers, contact_id, status in owned:
        rule = playbooks[playbook_id].stages[stage].owner
        world = World(people=people, hours=_ANY, customer=Customer(**known.get(contact_id, {})))
        wanted = wanted_by(rule, State(answers=answers))
        heir, _ = choose_owner(rule, world, current=gone, without=gone, wanted=wanted)
        heirs[heir.name] += 1
        turn += timedelta(microseconds=1)
        got = {"last_assigned_at": turn, "load": heir.load + (status == "open")}
        people = tuple(replace(one, **got) if one.id == heir.id else one for one in people)
    return heirs


def known_of(owned: list[Any], playbooks: dict[UUID, Playbook]) -> dict[UUID, dict[str, Any]]:
    """What the rules need to know of their customers."""
    by = {way for playbook in playbooks.values() for way in playbook.owners_by}
    return known_to({contact_id for _, _, _, contact_id, _ in owned}, by)


def journeys_owned(user: User) -> Any:
    """What they own in the order in which it is passed on: version, stage, answers, customer and status of each."""
    owned = Journey.objects.exclude(status="closed").filter(owner=user).order_by("due_at", "id")
    return owned.values_list("playbook", "stage__key", "answers", "contact", "status")
