"""A business that keeps changing its playbook while people walk it."""

from datetime import timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

from ruamel.yaml import YAML

from tests.proof.motion import Motion, pick, refusable
from trellis.conversations.models import Message
from trellis.journeys.changes import change_under_way, pause_change, release_held, resume_change
from trellis.journeys.jobs import SETTLING, change_journeys
from trellis.journeys.models import Journey, Playbook, Stage, Task, VersionChange
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.publish import active_playbook, document_of, publish_playbook, roll_back_playbook
from trellis.journeys.tests.edits import as_document, edited


class Editions(Motion):
    """Another version every so often, each a random edit of the one before; and back again."""

    def publish_edit(self, number: int, times: int, how: str) -> None:
        live = active_playbook(self.business.playbook.key)
        assert live
        text = as_text(edited(document_of(live), number, times))
        mapping = {stage.key: self.first_stage(text) for stage in Stage.objects.all()} if number % 2 else {}
        with patch("trellis.journeys.publish.prove"):  # Nobody would write most of them.
            refusable(
                lambda: publish_playbook(
                    text, in_flight=how, mapping=mapping, reason="Better", by=self.business.maya, at=self.at
                )
            )

    def first_stage(self, text: str) -> str:
        return next(iter(YAML(typ="safe", pure=True).load(text)["stages"]))

    def roll_back(self, number: int, how: str) -> None:
        version = pick(Playbook.objects.order_by("version"), number)
        refusable(
            lambda: roll_back_playbook(
                version.key, to=version.version, in_flight=how, reason="Worse", by=self.business.maya, at=self.at
            )
        )

    def work_at_it(self, batches: int) -> None:
        """So many batches of a few journeys each: the change may be left half done."""
        for _ in range(batches):
            VersionChange.objects.filter(ended_at=None).update(batch=1)
            change_journeys(at=self.at)

    def finish_change(self) -> None:
        """A worker stays with it until it has come to its end."""
        VersionChange.objects.filter(ended_at=None).update(paused_at=None)
        self.at += SETTLING + timedelta(seconds=1)
        while change_under_way(self.business.playbook.key):
            change_journeys(at=self.at)

    def release(self, how: str) -> None:
        live = active_playbook(self.business.playbook.key)
        assert live
        refusable(lambda: release_held(live, document_of(live), how=how, mapping={}, by=self.business.maya, at=self.at))

    def pause_or_resume(self) -> None:
        if change := change_under_way(self.business.playbook.key):
            if change.paused_at:
                resume_change(change, by=self.business.maya, at=self.at)
            else:
                pause_change(change, by=self.business.maya, at=self.at)

    def check(self) -> None:
        super().check()
        assert not [change.missed for change in VersionChange.objects.all() if change.missed]
        for journey in Journey.objects.select_related("playbook", "stage"):
            assert journey.stage.key in document_of(journey.playbook).stages
        for journey in Journey.objects.filter(status="open", held_at__isnull=False):
            tasks = Task.objects.filter(journey=journey, status="open")
            assert tasks.filter(rule_id="trellis/held", assignee=journey.owner).count() == 1
            assert not tasks.filter(kind="send").exists()
        self.check_nothing_ran_twice()

    def check_nothing_ran_twice(self) -> None:
        """No message repeats: the same rule, in the same episode, to the same person, whatever the version."""
        seen = set[Any]()
        for message in Message.objects.filter(direction="out").exclude(rule_id=""):
            key = (message.journey_id, message.rule_id, message.episode, message.recipient)
            assert key not in seen
            seen.add(key)


def as_text(document: Document) -> str:
    stream = StringIO()
    YAML(typ="safe", pure=True).dump(as_document(document), stream)
    return stream.getvalue()
