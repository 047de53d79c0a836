"""`trellis why`: why a journey is as it is, why not otherwise, and what comes next."""

import argparse
import json
from typing import Any
from uuid import UUID

from trellis.config.cli_words import now, refuse, use_django

NEWEST = 50


def add_why(add: Any) -> None:
    word = add("why", say_why, "Say why a journey is as it is, why not otherwise, and what comes next")
    word.add_argument("journey", metavar="JOURNEY_ID", help="its id")
    word.add_argument("--rule", default="", help="ask about one rule of the playbook, by its id")
    word.add_argument("--json", action="store_true")


def say_why(options: argparse.Namespace) -> int:
    use_django()
    from django.contrib.auth.models import AnonymousUser

    from trellis.journeys.models import Journey
    from trellis.journeys.publish import document_at
    from trellis.journeys.queries import with_next_step
    from trellis.journeys.why.answers import why_not
    from trellis.journeys.why.coming import what_next
    from trellis.journeys.why.reasons import why
    from trellis.team.queries import business
    from trellis.web.pages import viewer_for

    id = read_id(options.journey)
    journey = with_next_step(Journey.objects.filter(pk=id)).first() if id else None
    if journey is None:
        return refuse(f"There is no journey {options.journey}. Its page’s address has the id, and so has the API.")
    viewer = viewer_for(AnonymousUser(), now(), business())
    answer = why_not(journey, options.rule, viewer) if options.rule else None
    if options.rule and answer is None:
        return refuse(f"No version of “{journey.playbook_key}” has a rule “{options.rule}”. Its text lists them.")
    reasons, more = why(
        journey, document_at(journey.playbook_id), rules=[options.rule] if options.rule else None, limit=NEWEST
    )
    coming = what_next(journey, viewer)
    if options.json:
        print(json.dumps(as_json(journey, answer, coming, reasons)))
    else:
        print("\n".join(lines_of(answer, coming, reasons, viewer)))
        print("… and what was before that." if more else "", end="\n" if more else "")
    return 0


def read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def as_json(journey: Any, answer: Any, coming: Any, reasons: Any) -> dict[str, Any]:
    return {
        "journey": str(journey.pk),
        "answer": {"state": answer.state, "sentence": answer.sentence, "rule": answer.rule.words} if answer else None,
        "coming": [
            {"title": one.title, "due_at": one.at.isoformat(), "who": one.who, "because": one.because} for one in coming
        ],
        "reasons": [
            {"at": one.at.isoformat(), "did": one.did, "sentence": one.sentence, "rule": one.rule_id} for one in reasons
        ],
    }


def lines_of(answer: Any, coming: Any, reasons: Any, viewer: Any) -> list[str]:
    """For a person: the answer, then what comes, then what was, each with its local time."""
    from trellis.journeys.why.reasons import moments
    from trellis.web.times import full_moment

    lines = [answer.rule.words, f"  {answer.sentence}"] if answer else []
    lines += ["What comes next", *(f"  {one.when}: {one.title} ({one.who}). {one.because}" for one in coming)]
    lines += ["  nothing"] if not coming else []
    lines.append("What was decided")
    for moment in moments(reasons):
        happened = moment.happened.said if moment.happened else "Meanwhile"
        lines.append(f"  {full_moment(moment.at, viewer)}: {happened}")
        lines += [f"    {'did' if one.did else 'did not'}: {one.sentence}" for one in moment.reasons]
    return lines
