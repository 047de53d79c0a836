"""Journeys on their way to another version: what each is told, gathered for a whole batch in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from trellis.core.rows import find_rows
from trellis.events.catalogue import PlaybookChanged
from trellis.journeys.apply import state_of, task_state
from trellis.journeys.engine.changing import MOVED
from trellis.journeys.engine.passage import Passage
from trellis.journeys.engine.state import State
from trellis.journeys.models import Clock, Journey, StageVisit, Task
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import document_at


class Crossing:
    """The journeys of one batch, their states, and the facts that bring them to `document` as `version`."""

    def __init__(
        self,
        journeys: Sequence[Journey],
        document: Document,
        version: int,
        mapping: Mapping[str, str],
        playbook: str = "",
    ) -> None:
        self.journeys = journeys
        self.passages = {
            journey.playbook_id: Passage(
                document_at(journey.playbook_id), document, version=version, mapping=mapping, playbook=playbook
            )
            for journey in {journey.playbook_id: journey for journey in journeys}.values()
        }
        ids = [journey.pk for journey in journeys]
        self.clocks = group(find_rows(Clock, journey=ids))
        tasks = group(find_rows(Task, journey=ids, status=["open"], order_by=("due_at", "id")))
        self.states = {
            journey.pk: state_of(journey, [task_state(task) for task in tasks[journey.pk]], self.clocks[journey.pk])
            for journey in journeys
        }
        self.came_from = self.origins(ids)
        self.quiet = self.quiet_starts(ids)
        self.done = self.steps_done(ids)

    def facts(self, *, by: str = "") -> dict[UUID, PlaybookChanged]:
        return {journey.pk: self.fact(journey, self.states[journey.pk], by) for journey in self.journeys}

    def fact(self, journey: Journey, state: State, by: str) -> PlaybookChanged:
        running = [clock for clock in self.clocks[journey.pk] if clock.met_at is None and clock.dropped_at is None]
        return self.passages[journey.playbook_id].fact(
            state,
            entered_at=journey.stage_entered_at,
            quiet_since=self.quiet.get(journey.pk) or last_word(journey),
            delivered_at=journey.delivered_at,
            clocks={clock.kind: clock.started_at for clock in running},
            done=self.done[journey.pk],
            came_from=self.came_from.get(journey.pk, ("", None))[0],
            by=by,
        )

    def origins(self, ids: Collection[UUID]) -> dict[UUID, tuple[str, datetime]]:
        """Where those stood whom a change took out of a stage that is there again, and since when they stood there."""
        if not any(passage.after.stages.keys() - passage.before.stages.keys() for passage in self.passages.values()):
            return {}
        here = StageVisit.objects.filter(journey__in=ids, left_at=None, rule_id=MOVED)
        moved_at = dict(here.values_list("journey", "entered_at"))
        left = StageVisit.objects.filter(journey__in=moved_at, left_at__isnull=False).select_related("stage")
        return {
            visit.journey_id: (visit.stage.key, visit.entered_at)
            for visit in left
            if visit.left_at == moved_at[visit.journey_id]
        }

    def quiet_starts(self, ids: Collection[UUID]) -> dict[UUID, datetime]:
        """Since when their silence is counted: what waits for it was set then. Asked only where it matters."""
        new = [
            passage for passage in self.passages.values() if any(quiet(passage.after, id) for id in all_fresh(passage))
        ]
        rules = {id for passage in new for id in passage.before.places if quiet(passage.before, id)}
        waiting = Task.objects.filter(journey__in=ids, status="open", rule_id__in=rules)
        return dict(waiting.order_by().values_list("journey").annotate(Min("created_at"))) if rules else {}

    def steps_done(self, ids: Collection[UUID]) -> dict[UUID, set[str]]:
        """Steps that a person was asked for since they entered the stage: a rule that comes back does not ask again."""
        found: dict[UUID, set[str]] = defaultdict(set)
        rules = {id for passage in self.passages.values() for id in all_fresh(passage) if enters(passage.after, id)}
        entered = {journey.pk: journey.stage_entered_at for journey in self.journeys}
        entered |= {pk: since for pk, (_, since) in self.came_from.items()}
        asked = Task.objects.filter(journey__in=ids, rule_id__in=rules) if rules else Task.objects.none()
        for journey, rule, created_at in asked.values_list("journey", "rule_id", "created_at"):
            if created_at >= entered[journey]:
                found[journey].add(rule)
        return found


def all_fresh(passage: Passage) -> list[str]:
    return [id for ids in passage.fresh.values() for id in ids]


def quiet(document: Document, id: str) -> bool:
    return document.places[id].part == "quiet"


def enters(document: Document, id: str) -> bool:
    return document.places[id].part == "enter"


def last_word(journey: Journey) -> datetime:
    return max(filter(None, [journey.stage_entered_at, journey.spoke_at, journey.heard_at]))


def group[Row: (Task, Clock)](rows: Sequence[Row]) -> dict[UUID, list[Row]]:
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.journey_id].append(row)
    return found
