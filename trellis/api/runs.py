"""Long work as every room shows it at this door."""

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from trellis.team.models import Run

State = Literal["waiting", "running", "paused", "ended", "failed"]


class RunOut(BaseModel):
    """Work in steps that workers do: `done` of `total` records are behind it, `failed` of them could not be done.

    `total` is null where it is not known. `said` tells how it ended. One in the state `failed` stopped before it was
    through and can be resumed: it went wrong for a reason that nobody knew of, or whoever began it may no longer.
    `undone_by` is the run that takes it back.
    """

    id: UUID
    kind: str
    title: str
    state: State
    done: int
    failed: int
    total: int | None
    said: str
    created_at: datetime
    ended_at: datetime | None
    undone_by: UUID | None

    @classmethod
    def of(cls, run: Run) -> Self:
        """`run` comes with `undone_by`, else one query asks for it."""
        back = getattr(run, "undone_by", None)
        plain = ("id", "kind", "title", "done", "failed", "total", "said", "created_at", "ended_at")
        told = {name: getattr(run, name) for name in plain}
        return cls(**told, state=state_of(run), undone_by=back.pk if back else None)


def state_of(run: Run) -> State:
    if run.ended_at:
        return "failed" if run.has_failed else "ended"
    if run.paused_at:
        return "paused"
    return "running" if run.started_at else "waiting"
