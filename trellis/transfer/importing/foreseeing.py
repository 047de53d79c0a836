"""What letting leads begin would do, told by doing it with the first rows and taking it back before anybody sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from trellis.conversations.models import Message
from trellis.journeys.models import Journey, Task
from trellis.journeys.publish import document_of, playbook_at
from trellis.transfer.importing.batch import Batch
from trellis.transfer.importing.drafts import Reader, drafts_of
from trellis.transfer.importing.writing import write_batch
from trellis.transfer.models import Import
from trellis.transfer.reading.shapes import Row

# Each is as much work as twenty rows, and the database waits meanwhile.
ACTED_OUT = 20


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A message of the machine: when it leaves, or why it does not. `is_later` it leaves if nobody acts."""

    title: str
    channel: str = ""
    at: datetime | None = None
    reason: str = ""
    is_later: bool = False


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """The lead that one row would begin."""

    name: str
    owner: str
    step: str
    due_at: datetime
    says: Sequence[Saying]


@dataclass(frozen=True, kw_only=True)
class Foresight:
    """Of so many rows: the leads that begin; the others walk that playbook already, or are not brought in."""

    looked_at: int
    beginnings: Sequence[Beginning]

    @property
    def leaving(self) -> int:
        return sum(not said.reason and not said.is_later for one in self.beginnings for said in one.says)

    @property
    def unsent(self) -> int:
        return sum(bool(said.reason) for one in self.beginnings for said in one.says)

    @property
    def later(self) -> int:
        return sum(said.is_later for one in self.beginnings for said in one.says)


def foresee(imported: Import, reader: Reader, rows: Sequence[Row], *, at: datetime) -> Foresight:
    """By the engine itself. Refused where the playbook is not there any more, or nobody could have the leads."""
    some = rows[:ACTED_OUT]
    with transaction.atomic():
        batch = Batch(reader.plan, drafts_of(reader, some), stamp=imported.created_at)
        write_batch(imported, batch, {row.number: row.cells for row in some}, at=at)
        begun = imported.imported_rows.filter(number__in=[row.number for row in some]).exclude(journey_id=None)
        found = beginnings(list(begun.order_by("number").values_list("journey_id", flat=True)))
        transaction.set_rollback(True)
    return Foresight(looked_at=len(some), beginnings=found)


def beginnings(ids: Sequence[UUID | None]) -> list[Beginning]:
    journeys = Journey.objects.select_related("contact", "owner", "next_task").in_bulk([pk for pk in ids if pk])
    says: dict[UUID | None, list[Saying]] = {pk: [] for pk in journeys}
    for message in Message.objects.filter(journey_id__in=journeys, direction="out").order_by("id"):
        says[message.journey_id].append(saying(message, journeys[message.journey_id]))
    for task in Task.objects.filter(journey__in=journeys, kind="send", status="open").order_by("due_at"):
        says[task.journey_id].append(Saying(title=task.title, at=task.due_at, is_later=True))
    return [
        Beginning(
            name=one.contact.name or "somebody without a name",
            owner=one.owner.name,
            step=one.next_task.title,
            due_at=one.due_at,
            says=says[one.pk],
        )
        for pk in dict.fromkeys(ids)
        # Whatever is open has all three; what a rule ended at once has nothing that would come of it.
        if (one := journeys.get(pk)) and one.owner and one.next_task and one.due_at
    ]


def saying(message: Message, journey: Journey) -> Saying:
    known = document_of(playbook_at(journey.playbook_id)).messages.get(message.template)
    return Saying(
        title=known.title if known else message.subject,
        channel="text" if message.channel == "sms" else message.channel,
        at=message.send_at or message.created_at,
        reason=message.reason if message.state == "suppressed" else message.held,
    )
