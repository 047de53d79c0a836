"""The playbooks that ship with Trellis as pictures: the path, and what happens to a new lead, in words."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from math import ceil

from trellis.core.business_time import NeverOpen
from trellis.core.durations import Duration, elapse
from trellis.journeys.messages import Unresolved, render_message
from trellis.journeys.models import Playbook
from trellis.journeys.playbook.load import load_playbook
from trellis.journeys.playbook.schema import Limit, Rule, Stage
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.sentences import owned, what_it_does, working
from trellis.journeys.playbook.steps import FIRST_STEPS, switched_on, with_steps
from trellis.journeys.publish import document_of, pack, pack_keys
from trellis.setup.actions.welcome import in_words, teams_of
from trellis.steps.capture.models import Form
from trellis.team.models import Business, User
from trellis.team.queries import UnknownCalendar, hours_of
from trellis.web.times import Viewer, short_moment

SOON = Duration(5, "m")
MOST_COLUMNS = 6


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stage on the picture."""

    title: str
    means: str
    limit: str
    team: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that the playbook does with a new lead. `quote` is what is sent."""

    icon: str
    head: str
    text: str
    quote: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """`whom` says for whom it is; `about` is the rest of what the head of its file says."""

    key: str
    title: str
    whom: str
    about: str
    places: list[Place]
    lines: list[Line]
    teams: str

    @property
    def columns(self) -> int:
        """A long path stands in two rows of about the same length."""
        return len(self.places) if len(self.places) <= MOST_COLUMNS else ceil(len(self.places) / 2)


def pictures(
    people: Sequence[User], business: Business, viewer: Viewer, *, without: Collection[str] = ()
) -> list[Picture]:
    """Those of customers to be first, then those of customers that are there."""
    keys = [key for key in pack_keys() if key not in without]
    keys.sort(key=lambda key: (shipped(key).kind != "sales", shipped(key).title))
    return [picture(key, people, business, viewer) for key in keys]


def picture(key: str, people: Sequence[User], business: Business, viewer: Viewer) -> Picture:
    document, said = shipped(key), head_of(pack(key))
    first = switched_on(with_steps(document, FIRST_STEPS))
    return Picture(
        key=key,
        title=document.title,
        whom=next((line for line in said if line.startswith("For ")), ""),
        about=capital(
            " ".join(line for line in said if not line.startswith("For ")).removeprefix(f"{document.title}: ")
        ),
        places=[place(stage) for stage in document.stages.values()],
        lines=lines(first, people, business, viewer),
        teams=listed([in_words(team).lower() for team in teams_of(document)]),
    )


@cache
def shipped(key: str) -> Document:
    """Packs never change while we run."""
    return load_playbook(pack(key))


def head_of(source: str) -> list[str]:
    """What the head of the file says about it, line by line."""
    return [line.lstrip("# ") for line in takewhile(lambda line: line.startswith("#"), source.splitlines())]


def place(stage: Stage) -> Place:
    longest = next((limit.within for limit in stage.limits if limit.clock == "stage"), None)
    return Place(
        title=stage.title,
        means=stage.means,
        limit=f"At most {working(longest)}" if longest else "",
        team=in_words(stage.owner.team),
    )


def lines(document: Document, people: Sequence[User], business: Business, viewer: Viewer) -> list[Line]:
    """From the first signal to after the work; what a playbook has no rule for is left out."""
    first = document.stages[document.first_stage]
    limit = next((limit for limit in first.limits if limit.clock == "first_response"), None)
    told = [
        Line(icon="timer", head="First reply", text=f"Within {limit.within.in_words}, while you are open.")
        if limit
        else None,
        Line(icon="user-round-check", head="Who gets it", text=in_turn(first, people)),
        at_once(document, first, people, business, viewer),
        Line(icon="rotate-ccw", head="If nobody acts", text=late(document, limit)) if limit else None,
        Line(icon="moon", head="If they go quiet", text=in_order(document, first.quiet)) if first.quiet else None,
        Line(icon="sprout", head="After the work", text=in_order(document, document.after_delivery))
        if document.after_delivery
        else None,
    ]
    return [line for line in told if line]


def in_turn(stage: Stage, people: Sequence[User]) -> str:
    names, rule = listed([person.first_name for person in people]), stage.owner
    turns = f"{names}, by turns" if len(people) > 1 and rule.by == "round_robin" else names
    if rule.by != "round_robin":
        return f"{in_words(rule.team)}, {names}. {owned(rule)}."
    return f"{in_words(stage.owner.team)}: {turns}. Whoever is away is passed over."


def at_once(
    document: Document, stage: Stage, people: Sequence[User], business: Business, viewer: Viewer
) -> Line | None:
    """The answer that goes out by itself to whoever fills in a form, as the first of us would get it."""
    rules = [rule for when in stage.when if "form" in when.on for rule in when.do]
    key = next((rule.send for rule in [*stage.enter, *rules] if rule.send), None)
    if key is None:
        return None
    me = {"name": people[0].name, "first_name": people[0].first_name}
    us = {"name": business.name, "phone": business.phone or "our number", "place": business.place or "town"}
    names = {"contact": me, "owner": me, "business": us, "step": {"due": in_working_time(document.calendar, viewer)}}
    message = document.messages[key]
    try:
        _, text = render_message(message, "email", names)
    except Unresolved:
        text = message.text
    return Line(icon="zap", head="Sent at once", text=f"“{message.title}”", quote=text)


def in_working_time(calendar: str, viewer: Viewer) -> str:
    """When a step would be due that is set now."""
    try:
        due = hours_of(calendar).add(viewer.now, SOON)
    except (UnknownCalendar, NeverOpen):
        due = elapse(viewer.now, SOON, str(viewer.zone))
    return short_moment(due, viewer)


def late(document: Document, limit: Limit) -> str:
    """After 5 minutes it moves on. 15 minutes later the manager is told."""
    return " ".join(
        f"{f'{rule.after.in_words} later' if rule.after else f'After {limit.within.in_words}'} "
        f"{what_it_does(document, rule)}."
        for rule in limit.late
    )


def in_order(document: Document, rules: Iterable[Rule]) -> str:
    return " ".join(
        f"After {rule.after.in_words} {what_it_does(document, rule)}." for rule in rules if rule.after is not None
    )


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def first_words(form: Form | None, playbook: Playbook) -> dict[str, str]:
    """What stands on the first form before anybody changes it: the promise is the playbook's."""
    if form:
        return {"title": form.title, "intro": form.intro, "button": form.button}
    document = document_of(playbook)
    limits = document.stages[document.first_stage].limits
    within = next((limit.within.in_words for limit in limits if limit.clock == "first_response"), "")
    promise = f"A person answers you within {within} while we are open." if within else "A person answers you."
    return {"title": "Tell us what you need", "intro": promise, "button": "Send"}
