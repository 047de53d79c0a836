"""Planting the demo: some weeks of a sample business, lived through the same actions as real life, up to now."""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction

from trellis.config.demo.business import color_tags, open_business
from trellis.config.demo.company import USUAL, Company, company
from trellis.config.demo.courses import Scene, Story
from trellis.config.demo.dues import due_times
from trellis.config.demo.neighbors import neighbors
from trellis.config.demo.past import Past
from trellis.config.demo.remove import clear_away
from trellis.config.demo.sample_transport import nothing_leaves
from trellis.config.demo.virtual_time import VirtualTime, without_waiting_for_the_disk
from trellis.core.memory import forget
from trellis.journeys.models import Playbook
from trellis.team.actions.business import set_business
from trellis.team.actions.notices import read_notices
from trellis.team.models import Business, User
from trellis.team.queries import hours_of

SEED = 20260609
# What people were told before that, they have read; in minutes of working time.
READ_UNTIL = 90


def plant(at: datetime, playbook: str = USUAL) -> str:
    """Put the demo business of a playbook in, unless a business is here already; what to tell whoever looks at it.

    Raises UnknownPack.
    """
    sample = company(playbook)
    if was_cut_off():
        with transaction.atomic():
            clear_away(at)
        forget()
    here = Business.objects.first()
    if here is None:
        live(sample, at.replace(microsecond=0))
    return welcome(company_here()) if here is None or here.sampled_at else ""


def was_cut_off() -> bool:
    """Sample people in a business that is not marked as sample: an earlier planting did not reach its end."""
    return User.objects.exclude(sampled_at=None).exists() and not Business.objects.exclude(sampled_at=None).exists()


def company_here() -> Company:
    """The one that was planted: by the playbook that it opened with."""
    keys = Playbook.objects.order_by("published_at", "pk").values_list("key", flat=True)
    return company(keys.first() or USUAL)


def live(sample: Company, now: datetime) -> None:
    """All its weeks, as fast as they go. The business is marked last, when all is there."""
    opened_at = now - timedelta(weeks=sample.weeks)
    forms, staff = open_business(sample, at=opened_at, marked_at=now)
    past = Past(hours_of("office"), now)
    scene = Scene(sample, past, VirtualTime(), Random(SEED), forms, staff, marked_at=now)
    told = neighbors(sample)
    dues = due_times(told, scene.past, scene.random)
    for neighbor in told:
        Story(neighbor, scene, dues.get(neighbor.name)).tell()
    scene.time.at(scene.past.ago(READ_UNTIL), lambda at: [read_notices(user, at=at) for user in staff.values()])
    with nothing_leaves(), without_waiting_for_the_disk():
        scene.time.run(now, on_act=progress(opened_at, now))
    color_tags(sample)
    set_business(sampled_at=now, by=None, at=now)


def progress(begin: datetime, end: datetime) -> Callable[[datetime], None]:
    """One line that grows, where somebody watches."""
    line = "Planting the demo business"

    def show(at: datetime) -> None:
        print(
            f"\r{line}: {(at - begin) / (end - begin):.0%}", end="\n" if at == end else "", file=sys.stderr, flush=True
        )

    if sys.stderr.isatty():
        return show
    print(f"{line} …", file=sys.stderr)
    return lambda at: None


def welcome(sample: Company) -> str:
    admin, *others = sample.people
    names = ", ".join(person.email.partition("@")[0] for person in others)
    return (
        f"Log in as {admin.email} (or {names}), password {sample.password}\n"
        f"The sample web form: {settings.PUBLIC_URL}/f/{sample.doors[0].key}"
    )
