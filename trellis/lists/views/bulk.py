"""Doing something to many records: who they are is said first, with how many, then it is done step by step."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from trellis.core.refusal import Refused
from trellis.lists.asked import Asked
from trellis.lists.bulk import BulkAct, act_named, left_of
from trellis.lists.forms import ask_for, told_in
from trellis.lists.listing import Listing
from trellis.lists.queries.counting import Count, count, count_at_once
from trellis.lists.queries.matching import few_of, matching
from trellis.lists.queries.page import read_id
from trellis.lists.views.saved import FAULTY, asked_by
from trellis.lists.views.sayings import and_undo_run
from trellis.lists.views.table import listing_named
from trellis.team.models import Run
from trellis.team.permissions import may
from trellis.team.queries import business
from trellis.team.runs import begin_run
from trellis.web.asking import Question, ask
from trellis.web.doors import Request, go_to, page_to_return_to, signed_in
from trellis.web.pages import viewer_for

# So few are done while the person waits; more of them go on by themselves.
AT_ONCE = 50
MOST_PICKED = 500


@signed_in
def bulk(request: Request, key: str, act_key: str, *, at: datetime) -> HttpResponse:
    """`pick` are those that were picked; `whole` is set where all that the list finds are meant."""
    listing, act = listing_named(key), act_named(key, act_key)
    if act is None:
        raise Http404
    if not may(request.user, "change", act.noun_in(listing)):
        raise PermissionDenied
    told = request.POST if request.method == "POST" else request.GET
    asked = asked_by(told.get("query", ""), listing, request.user, at)
    if told.get("whole") and asked.rows.is_faulty:
        messages.error(request, FAULTY)
        return go_to(request, page_to_return_to(request, reverse("lists:table", args=[key])))
    picked = [] if told.get("whole") else [pk for pk in told.getlist("pick")[:MOST_PICKED] if read_id(pk)]
    rows, is_quick = chosen(act, asked, picked, bool(told.get("whole")), request, at)
    found = count(rows, is_narrowed=asked.condition is not None) if is_quick else count_at_once(rows, shown=1)
    is_answered = bool(told.get("said") and found.number)
    viewer = viewer_for(request.user, at, business())
    form = ask_for(act, request.POST if is_answered else None, listing=listing, user=request.user, viewer=viewer)
    question = Question(
        title=f"{act.label}: {said(listing, found)}",
        text=f"{act.text} {said_of_left(act, rows, found, request)}".strip(),
        button=act.button,
        back=page_to_return_to(request, reverse("lists:table", args=[key])),
        body="lists/_bulk_fields.html",
        context={
            "picked": picked,
            "whole": told.get("whole", ""),
            "query": told.get("query", ""),
            "act": act,
            "counted": str(found.number) if found.is_exact else "",
            "counted_at": f"{reverse('lists:count', args=[key])}?{told.get('query', '')}" if found.is_open else "",
        },
    )

    def carry_out(answer: dict[str, Any]) -> str:
        hold_to_count(told.get("counted", ""), found)
        given = {"listing": key, "act": act.key, "asks": asked.asks, "picked": picked, "told": told_in(form)}
        run = begin(question.title, given, found, request, at)
        return and_undo_run(said_of(run, listing), run)

    if not found.number:
        question = replace(question, title="Nothing is selected", text="Select at least one first.")
    return ask(request, question, form, carry_out, at=at)


def chosen(
    act: BulkAct, asked: Asked, picked: list[str], is_whole: bool, request: Request, at: datetime
) -> tuple[Any, bool]:
    """The records that are meant, of what the person may see; and whether they are quickly counted."""
    if not is_whole:
        return asked.listing.rows(request.user, act.verb).filter(pk__in=picked), True
    here = at.astimezone(viewer_for(request.user, at, business()).zone)
    rows, are_few = few_of(asked, matching(asked, request.user, here, verb=act.verb), here)
    return rows, are_few or asked.condition is None


def hold_to_count(counted: str, found: Count) -> None:
    """As many are changed as were said to be meant: where they are others in number by now, it is asked anew."""
    if counted and found.is_exact and counted != str(found.number):
        raise Refused("counted_otherwise", "Others are meant by now than a moment ago: look at the number again.")


def said_of_left(act: BulkAct, rows: QuerySet[Any], found: Count, request: Request) -> str:
    """Which of them stay as they are, and how many of a few that is."""
    left = left_of(act, rows, found, request.user)
    if left is None:
        return f"Those stay as they are of which one of these is true: {act.leaves}." if act.leaves else ""
    return f"{left:,} of them {'stays as it is' if left == 1 else 'stay as they are'}: {act.leaves}." if left else ""


def begin(title: str, given: dict[str, Any], found: Count, request: Request, at: datetime) -> Run:
    """A few are done at once."""
    total = found.number if found.is_exact else None
    at_once = found.is_exact and found.number <= AT_ONCE
    return begin_run(kind="bulk", title=title, given=given, total=total, by=request.user, at=at, at_once=at_once)


def said_of(run: Run, listing: Listing) -> str:
    if run.ended_at:
        return run.said
    words = '{}. It goes on by itself: see how far it is under <a href="{}">Work</a>.'
    return format_html(words, run.title, reverse("lists:runs"))


def said(listing: Listing, found: Count) -> str:
    if found.is_open:
        return f"all {listing.label.lower()} that match"
    return listing.count(found.number) if found.is_exact else f"more than {listing.count(found.number)}"
