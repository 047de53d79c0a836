"""Bringing a list in: the file, where its columns go, what would happen, and how far it is."""

from datetime import datetime
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.team.permissions import can_import, may, sees_run
from trellis.transfer.actions import (
    IN_DOUBT,
    confirm_shape,
    hold_rules,
    keep_columns,
    set_plan,
    start_import,
    take_file,
)
from trellis.transfer.forms import DECIMALS, ORDERS, ChoiceForm, FileForm, PlanForm, ShapeForm
from trellis.transfer.importing.plan import Plan
from trellis.transfer.importing.unsaid import has_days, has_numbers, unsaid
from trellis.transfer.models import DID, Import
from trellis.transfer.queries import failed_rows, preview_of, rows_to_mend
from trellis.web.asking import only_for
from trellis.web.doors import Request, go_to, posted
from trellis.web.pages import render_page

LATEST, SHOWN_TO_MEND = 20, 20
imports = only_for(can_import)


@imports
def start(request: Request, *, at: datetime) -> HttpResponse:
    """Choose a file; below, what was brought in before."""
    form = FileForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imported = take_file(file.name, file.chunks(), size=file.size, by=request.user, at=at)
        except Refused as refused:
            form.add_error("file", refused.sentence)
        else:
            return go_to(request, reverse("transfer:columns", args=[imported.pk]))
    before = Import.objects.filter(run__isnull=False).select_related("by", "run").order_by("-created_at")[:LATEST]
    context = {"current": "lists", "form": form, "imports": before}
    return render_page(request, "transfer/import.html", context, at=at, status=422 if form.is_bound else 200)


def import_named(import_id: UUID) -> Import:
    return get_object_or_404(Import.objects.select_related("by", "run"), pk=import_id)


@imports
def columns(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """Where each column goes. Once it is said, what would happen is shown."""
    imported = import_named(import_id)
    if imported.run_id:
        return go_to(request, reverse("transfer:imported", args=[imported.pk]))
    form = PlanForm(posted(request), imported=imported)
    if form.is_bound and form.is_valid():
        plan = Plan.of(set_plan(imported, form.plan()).plan)
        questions = [sentence for _, sentence in unsaid(imported, plan)] + ([] if imported.confirmed_at else [IN_DOUBT])
        if questions:
            # Anew, for where the columns go now may ask how their days or numbers are written.
            form = PlanForm(request.POST, imported=imported)
            form.add_error(None, questions[0])
        else:
            return go_to(request, reverse("transfer:preview", args=[imported.pk]))
    context = {
        "current": "lists",
        "imported": imported,
        "form": form,
        "shape_form": ShapeForm(imported=imported),
    }
    return render_page(request, "transfer/columns.html", context, at=at, status=422 if form.is_bound else 200)


@imports
@require_POST
def shape(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """A person says how the file is read."""
    imported = import_named(import_id)
    form = ShapeForm(request.POST, imported=imported)
    if form.is_valid() and not imported.run_id:
        try:
            confirm_shape(imported, form.shape(), at=at)
        except Refused as refused:
            messages.error(request, refused.sentence)
    return go_to(request, reverse("transfer:columns", args=[imported.pk]))


@imports
def preview(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """What the first rows would do. By POST it begins."""
    imported = import_named(import_id)
    if request.method == "POST":
        try:
            start_import(imported, by=request.user, at=at)
        except Refused as refused:
            messages.error(request, refused.sentence)
            return go_to(request, reverse("transfer:columns", args=[imported.pk]))
    if request.method == "POST" or imported.run_id:
        return go_to(request, reverse("transfer:imported", args=[imported.pk]))
    try:
        found = preview_of(imported, at=at)
    except Refused as refused:
        # Of the playbook that was chosen: without it there is a preview in any case.
        messages.error(request, refused.sentence)
        found = preview_of(hold_rules(imported), at=at)
    context = {
        "current": "lists",
        "imported": imported,
        "preview": found,
        "counts": in_words(found.counts),
        "read_as": read_as(Plan.of(imported.plan)),
        "form": ChoiceForm(imported=imported, may_begin=may(request.user, "add", "journey")),
    }
    return render_page(request, "transfer/preview.html", context, at=at)


@imports
@require_POST
def choices(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """Whether rules run, and what becomes of those who are likely here already."""
    imported = import_named(import_id)
    form = ChoiceForm(request.POST, imported=imported, may_begin=may(request.user, "add", "journey"))
    if form.is_valid() and not imported.run_id:
        set_plan(imported, form.plan())
    else:
        messages.error(request, "Choose what is listed.")
    return go_to(request, reverse("transfer:preview", args=[imported.pk]))


@imports
@require_POST
def keep(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """Columns that are left out become fields of the business."""
    imported = import_named(import_id)
    places = [int(told) for told in request.POST.getlist("column") if told.isdecimal()]
    if not imported.run_id:
        keep_columns(imported, places)
    return go_to(request, reverse("transfer:preview", args=[imported.pk]))


@imports
def imported(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """How far it is, and what became of the rows."""
    found = import_named(import_id)
    context = {
        "current": "lists",
        "imported": found,
        "run": found.run,
        "is_theirs": bool(found.run and sees_run(request.user, found.run)),
        "counts": in_words(found.counts),
        "to_mend": list(rows_to_mend(found)[:SHOWN_TO_MEND]),
    }
    return render_page(request, "transfer/imported.html", context, at=at)


@imports
def failed(request: Request, import_id: UUID, *, at: datetime) -> HttpResponse:
    """The rows that were not brought in, or not whole, to mend and bring again."""
    found = import_named(import_id)
    name = f"{found.name.rpartition('.')[0] or found.name}-to-mend.csv".replace('"', "")
    response = StreamingHttpResponse(failed_rows(found), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "ignore").decode()}"'
    return cast(HttpResponse, response)


def read_as(plan: Plan) -> list[str]:
    """How days and numbers are understood to be written, where it matters."""
    days = [f"Days are read as {ORDERS[plan.date_order]}."] if plan.date_order and has_days(plan) else []
    is_said = plan.decimal_comma is not None and has_numbers(plan)
    return days + ([f"Numbers are read as {DECIMALS['yes' if plan.decimal_comma else 'no']}."] if is_said else [])


def in_words(counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """Each outcome with its label and how many."""
    return [(did, label, counts[did]) for did, label in DID.items() if counts.get(did)]
