"""Who takes over when somebody leaves, as the rules of the playbooks would have it now."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count

from trellis.core.business_time import Hours
from trellis.core.windows import DAY_NAMES
from trellis.journeys.engine.owners import choose_owner
from trellis.journeys.engine.state import Customer, World
from trellis.journeys.models import Journey
from trellis.journeys.publish import document_of, playbook_at
from trellis.journeys.world import people_at
from trellis.team.models import User

# Who is chosen does not depend on any hours but those of the people.
_ANY = Hours.read("any", "UTC", dict.fromkeys(DAY_NAMES, ()))


def heirs_of(user: User, at: datetime) -> Counter[str]:
    """How many of their journeys would pass to whom, by name. Their own name stands for those that nobody can take."""
    heirs: Counter[str] = Counter()
    people, turn = people_at(at), at
    for playbook_id, stage, count in stages_owned(user):
        rule = document_of(playbook_at(playbook_id)).stages[stage].owner
        for _ in range(count):
            world = World(people=people, hours=_ANY, customer=Customer())
            heir, _ = choose_owner(rule, world, current=str(user.pk), without=str(user.pk))
            heirs[heir.name] += 1
            turn += timedelta(microseconds=1)
            people = tuple(replace(one, last_assigned_at=turn) if one.id == heir.id else one for one in people)
    return heirs


def stages_owned(user: User) -> list[tuple[UUID, str, int]]:
    """The playbook versions and stages in which they own journeys, with how many."""
    rows = Journey.objects.exclude(status="closed").filter(owner=user).order_by("playbook", "stage__position")
    return list(rows.values_list("playbook", "stage__key").annotate(count=Count("pk")))
