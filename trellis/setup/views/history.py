"""What was changed, and by whom."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from trellis.core.cells import csv_line
from trellis.events.taking import Taking
from trellis.people.models import Contact
from trellis.setup.forms.history import HistoryForm
from trellis.setup.queries.history import Asked, Line, history_page, in_time_of, rows_for_file
from trellis.team.models import Run
from trellis.team.permissions import can_see_history, sees_everything
from trellis.team.queries import business
from trellis.web.asking import only_for
from trellis.web.doors import Request
from trellis.web.pages import render_page, viewer_for

HEADS = ("When", "Who", "What", "About", "Before and after", "Why")


@only_for(can_see_history)
def history(request: Request, *, at: datetime) -> HttpResponse:
    form = HistoryForm(request.GET)
    asked = asked_in(form, request, at, request.GET.get("after", ""))
    lines, after = history_page(asked)
    kept = request.GET.copy()
    kept.pop("after", None)
    context = {
        "current": "settings",
        "form": form,
        "lines": in_time_of(viewer_for(request.user, at, business()), lines),
        "about": Contact.objects.visible_to(request.user).filter(pk=asked.contact).first() if asked.contact else None,
        "run": Run.objects.filter(pk=asked.run).first() if asked.run and asked.is_whole else None,
        "query": kept.urlencode(),
        "after": after,
    }
    return render_page(request, "setup/history.html", context, at=at)


@only_for(can_see_history)
def history_file(request: Request, *, at: datetime) -> Any:
    form = HistoryForm(request.GET)
    asked = asked_in(form, request, at)
    taking = Taking(
        listing="changes", form="CSV", asked=form.in_words, called=entries_in_words, by=request.user.pk, at=at
    )
    answer = StreamingHttpResponse(as_csv(taking.told(rows_for_file(asked))), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="changes-{at:%Y-%m-%d}.csv"'
    return answer


def asked_in(form: HistoryForm, request: Request, at: datetime, after: str = "") -> Asked:
    viewer = viewer_for(request.user, at, business())
    return form.asked(viewer, after, is_whole=sees_everything(request.user))


def entries_in_words(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'} of what was changed"


def as_csv(pages: Iterable[Sequence[Line]]) -> Iterator[str]:
    """Instants in UTC, as programs read them."""
    head = "\ufeff" + csv_line(HEADS)
    for page in pages:
        yield head + "".join(map(csv_line, map(cells_of, page)))
        head = ""


def cells_of(line: Line) -> Sequence[str]:
    changes = "; ".join(f"{name}: {before} → {after}" for name, before, after in line.changes)
    return (line.at.isoformat(timespec="seconds"), line.who, line.what, line.about, changes, line.why)
