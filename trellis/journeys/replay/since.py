"""Trying a playbook on the past of this business."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rich.progress import track

from trellis.journeys.models import Journey, Playbook
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.steps import switched_on
from trellis.journeys.publish import document_of
from trellis.journeys.replay.compare import Report, compare
from trellis.journeys.replay.history import past_journeys
from trellis.journeys.replay.past import Past
from trellis.journeys.roster import roster_of_business
from trellis.team.queries import business

LOOK_BACK = timedelta(days=90)


def replay_since(
    playbook: Document, since: date | None, *, at: datetime, at_most: int | None = None, progress: bool = False
) -> Report:
    """What these rules would have done with every journey that began since that day (90 days ago, when None).

    `at_most` keeps it to the newest so many. `progress` draws a bar where somebody watches. UnknownCalendar when the
    playbook's calendar is not there.
    """
    start = datetime.combine(since, time(), ZoneInfo(business().time_zone)) if since else at - LOOK_BACK
    versions = {version.version: document_of(version) for version in Playbook.objects.filter(key=playbook.key)}
    pasts: Iterable[Past] = past_journeys(playbook.key, since=start, at_most=at_most)
    if progress:
        total = Journey.objects.filter(playbook_key=playbook.key, started_at__gte=start).count()
        pasts = track(pasts, "Telling it over", total=total, transient=True)
    roster = roster_of_business(playbook.calendar, with_gone=True)
    return compare(versions.__getitem__, switched_on(playbook), pasts, lambda: roster, at)
