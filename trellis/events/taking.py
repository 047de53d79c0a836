"""What somebody takes away in a file: written down before it leaves, and kept up while more of it does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from trellis.events.actions import Announcement, announce
from trellis.events.catalogue import ListExported
from trellis.events.models import Event


@dataclass(kw_only=True)
class Taking:
    """`called` says how many there are: 3 contacts. `asked` is the filter in words."""

    listing: str
    form: str
    asked: str
    called: Callable[[int], str]
    by: UUID
    at: datetime
    rows: int = field(default=0, init=False)
    _event: Event | None = field(default=None, init=False)

    def told[Batch: Sequence[Any]](self, batches: Iterable[Batch]) -> Iterator[Batch]:
        """The same batches, each handed on once it is written down."""
        for batch in batches:
            self.more(len(batch))
            yield batch

    def more(self, rows: int) -> None:
        """So many are about to leave."""
        self.rows += rows
        fact = ListExported(
            listing=self.listing, form=self.form, rows=self.rows, what=self.called(self.rows), asked=self.asked
        )
        if self._event is None:
            (self._event,) = announce([Announcement(fact=fact, at=self.at, by=self.by)])
        else:
            Event.objects.filter(pk=self._event.pk).update(payload=fact.payload())
