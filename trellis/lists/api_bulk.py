"""Doing something to many records, at the machine door: how many they are is said first, where that is asked."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from ninja import Path, Router

from trellis.api.needs import needs, require
from trellis.api.problems import Problem
from trellis.api.requests import ApiRequest
from trellis.api.runs import RunOut
from trellis.lists.api import here, person
from trellis.lists.api_runs import reaches_as_far
from trellis.lists.asked import Asked
from trellis.lists.asking import asked_for, listing_for, view_for, wrong_at
from trellis.lists.bulk import ACTS, BulkAct, act_named, left_of
from trellis.lists.forms import ask_for, told_in
from trellis.lists.listing import Listing
from trellis.lists.queries.counting import Count, count
from trellis.lists.queries.matching import matching
from trellis.lists.schemas import BulkIn, BulkOut, CountOut, Key, SearchIn
from trellis.team.models import Run
from trellis.team.queries import business
from trellis.team.runs import begin_run
from trellis.web.pages import viewer_for

router = Router(tags=["Lists"])
# So few are done before the answer; more of them go on by themselves.
AT_ONCE = 50
MOST_PICKED = 500
# What the form of the page calls otherwise.
NAMES = {"other": "until"}


@router.post("/lists/{key}/bulk", response=BulkOut, summary="Change many")
@needs("see", "contact")
def change_many(request: ApiRequest, key: Path[Key], told: BulkIn) -> BulkOut:
    """Everything that the token may change of what is meant. Take it back as a whole under `/runs`."""
    listing = listing_for(request, key)
    act = _act(request, listing, told)
    asked = _asked(request, listing, told)
    answer = _answer(request, listing, act, told)
    rows = _meant(request, asked, act, told)
    found = count(rows, is_narrowed=bool(told.ids) or asked.condition is not None)
    if told.dry_run or not found.number:
        return BulkOut(count=CountOut.of(found), left=left_of(act, rows, found, person(request)), run=None)
    given = {"listing": key, "act": act.key, "asks": asked.asks, "told": answer}
    run = _begun(request, listing, act, found, given | {"picked": _picked(request, listing, rows, told)})
    return BulkOut(count=CountOut.of(found), left=run.failed if run.ended_at else None, run=RunOut.of(run))


def _act(request: ApiRequest, listing: Listing, told: BulkIn) -> BulkAct:
    """What changes more than the record itself is done as its person: the token must reach as far."""
    act = act_named(listing.key, told.act)
    noun = act.noun_in(listing) if act else listing.noun
    require(request, "change", noun)
    if act and act.noun and not reaches_as_far(request.auth, person(request), noun):
        raise Problem(403, "not_allowed", "This token reaches less far than its person: this would change more.")
    if act is None:
        fitting = ", ".join(one.key for one in ACTS.get(listing.key, ())) or "nothing"
        raise wrong_at("act", f"To many {listing.label.lower()} can be done: {fitting}.")
    return act


def _asked(request: ApiRequest, listing: Listing, told: BulkIn) -> Asked:
    """All that there is would be a mistake sooner than a wish: it is said by a condition of null."""
    if told.ids is None and not {"condition", "view"} & told.model_fields_set:
        raise wrong_at("ids", "Say which are meant: by ids, by a view or by a condition (null for all).")
    view = view_for(request, told.view, listing.key)
    said = SearchIn.model_validate(told.model_dump(include={"condition"}, exclude_unset=True, by_alias=True))
    return asked_for(listing, request.auth, view.asks if view else {}, said)


def _answer(request: ApiRequest, listing: Listing, act: BulkAct, told: BulkIn) -> Mapping[str, Any]:
    """What the act needs to know, by the same form as on the page."""
    viewer = viewer_for(request.auth.created_by, request.at, business())
    form = ask_for(act, told.posted, listing=listing, user=request.auth, viewer=viewer)
    if not form.is_valid():
        errors = [{"pointer": f"#/{NAMES.get(name, name)}", "detail": said[0]} for name, said in form.errors.items()]
        raise Problem(422, "bad_fields", str(errors[0]["detail"]), errors=errors)
    return told_in(form)


def _meant(request: ApiRequest, asked: Asked, act: BulkAct, told: BulkIn) -> QuerySet[Any]:
    if told.ids:
        return asked.listing.rows(request.auth, act.verb).filter(pk__in=told.ids)
    return matching(asked, request.auth, here(request), verb=act.verb)


def _picked(request: ApiRequest, listing: Listing, rows: QuerySet[Any], told: BulkIn) -> list[str]:
    """Workers act as the person: where the token's rights are not theirs, its records are named one by one."""
    if told.ids is None and request.auth.role == person(request).role:
        return []
    found = [str(pk) for pk in rows.order_by("pk").values_list("pk", flat=True)[: MOST_PICKED + 1]]
    if len(found) > MOST_PICKED:
        raise wrong_at("condition", f"This token's rights are not its person's: {MOST_PICKED} at once at most.")
    return found


def _begun(request: ApiRequest, listing: Listing, act: BulkAct, found: Count, given: dict[str, Any]) -> Run:
    """Carried out as whoever made the token."""
    return begin_run(
        kind="bulk",
        title=f"{act.label}: {listing.count(found.number)}",
        given=given,
        total=found.number if found.is_exact else None,
        by=person(request),
        at=request.at,
        at_once=found.is_exact and found.number <= AT_ONCE,
    )
