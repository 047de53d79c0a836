"""Defects in what messages say, and in who is there: see `mutants`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bench.mutants import Equal, Fields, is_ours_until_it_leaves, seeds
from trellis.core.business_time import Hours
from trellis.journeys.rehearsal.roster import Absence, Member, Roster

Change = Callable[[Roster, datetime], Roster]
ROSTERS: dict[str, Change] = {}
EMPTY = ("…", "{% comment %}later{% endcomment %}", "{{ contact.first_name | default: '' }}")


@seeds("J4.part-empty")
def a_part_is_empty(document: Fields, luck: Random) -> str | None:
    key = some_message(document, luck)
    part = luck.choice(["acknowledge", "next_step"])
    document["messages"][key][part] = luck.choice(EMPTY)
    return f"{part} of {key} is empty"


@seeds("J4.no-question")
def it_asks_nothing(document: Fields, luck: Random) -> str | None:
    key = some_message(document, luck)
    document["messages"][key]["ask"] = luck.choice(["Let us know.", "We look forward to it."])
    return f"{key} asks nothing"


@seeds("J4.two-questions")
def it_asks_two_things(document: Fields, luck: Random) -> str | None:
    key = some_message(document, luck)
    part = luck.choice(["acknowledge", "ask", "next_step"])
    document["messages"][key][part] += " And when would suit you?"
    return f"{key} asks two things"


@seeds("J4.variable")
def nobody_has_it(document: Fields, luck: Random) -> str | None:
    key = some_message(document, luck)
    name = luck.choice(["contact.birthday", "business.fax", "owner.mood", "order.total", "answers.shoe_size"])
    document["messages"][key]["next_step"] += f" {{{{ {name} }}}}"
    return f"{key} names {name}"


@seeds("J4.variable")
def somebody_has_no_name(document: Fields, luck: Random) -> str | None:
    key = luck.choice(sorted(sent_messages(document)))
    name = luck.choice(["contact.first_name", "contact.name"])
    document["messages"][key]["acknowledge"] = f"Hi {{{{ {name} }}}}, we have it on the desk."
    return f"{key} calls everybody by name"


@seeds("J4.variable")
def it_is_not_answered_yet(document: Fields, luck: Random) -> str | None:
    """The first stage writes at once, before anything was asked."""
    if not document.get("questions"):
        return None
    first = next(iter(document["stages"].values()))
    sent = [rule["send"] for when in first["when"] for rule in when["do"] if "send" in rule]
    key = luck.choice(sent)
    document["messages"][key]["acknowledge"] = f"About {{{{ answers.{document['questions'][0]['key']} }}}}."
    return f"{key} names an answer before it is given"


@seeds("J4.variable")
def nobody_has_a_step(document: Fields, luck: Random) -> str | None:
    """Silence is written to after everything on the list was done."""
    found = [
        (stage, rule["send"])
        for stage in document["stages"].values()
        for rule in stage.get("quiet") or []
        if rule.get("send")
    ]
    if not found:
        return None
    stage, key = luck.choice(found)
    document["messages"][key]["next_step"] = "We call you by {{ step.due }}."
    if is_ours_until_it_leaves(stage):
        raise Equal("a step of ours is open as long as it is there, so there is a time to name")
    return f"{key} names the time of a step that may be done"


@seeds("J4.variable-by-hand")
def moved_by_hand_it_is_not_known(document: Fields, luck: Random) -> str | None:
    """A stage that is entered only when all answers are in, and greets with one of them."""
    for stage in document["stages"].values():
        for way in stage.get("next") or []:
            if way.get("on") == ["answers_complete"] and ways_into(document, way["to"]) == 1:
                key = next(iter(document["messages"]))
                document["messages"]["greeting"] = document["messages"][key] | {
                    "title": "Greeting",
                    "next_step": f"We come to {{{{ answers.{document['questions'][1]['key']} }}}}.",
                }
                document["stages"][way["to"]].setdefault("enter", []).insert(0, {"id": "greet", "send": "greeting"})
                return f"{way['to']} greets with an answer"
    return None


@seeds("J4.title")
def a_title_knows_less(document: Fields, luck: Random) -> str:
    first = next(iter(document["stages"].values()))
    rule = luck.choice([rule for when in first["when"] for rule in when["do"] if "task" in rule])
    kind = next(word for word in rule["task"] if word != "due")
    rule["task"][kind] = "Call for {{ owner.first_name }}"
    return f"the title of {rule['id']} names its owner"


@seeds("J4.opt-out")
def a_channel_without_a_way_out(document: Fields, luck: Random) -> str | None:
    """Judged as if emails ended without their link."""
    key = luck.choice(sorted(sent_messages(document)))
    document["messages"][key]["channel"] = "email"
    return f"{key} goes by email"


def some_message(document: Fields, luck: Random) -> str:
    return luck.choice(sorted(document["messages"]))


def sent_messages(document: Fields) -> set[str]:
    """What the first stage sends by itself: it is reached for sure."""
    first = next(iter(document["stages"].values()))
    return {rule["send"] for when in first["when"] for rule in when["do"] if "send" in rule}


def ways_into(document: Fields, key: str) -> int:
    return sum(way["to"] == key for stage in document["stages"].values() for way in stage.get("next") or [])


# Who is there: the playbook stays as it is, its people change.


def people(code: str) -> Callable[[Change], Change]:
    def keep(change: Change) -> Change:
        ROSTERS[code] = change
        seeds(code)(lambda document, luck: (change.__doc__ or "").strip())
        return change

    return keep


@people("J2.team-empty")
def a_team_is_empty(roster: Roster, at: datetime) -> Roster:
    """nobody is in the first team"""
    team = next(iter(roster.members[0].teams))
    return of(roster, [replace(one, teams={key: 0 for key in one.teams if key != team}) for one in roster.members])


@people("J2.nobody")
def everybody_looks_on(roster: Roster, at: datetime) -> Roster:
    """everybody is a viewer"""
    return of(roster, [replace(one, role="viewer") for one in roster.members])


@people("J2.all-away")
def everybody_is_away(roster: Roster, at: datetime) -> Roster:
    """everybody is away for a day"""
    return of(roster, [replace(one, absences=[away(at, 2, 3)]) for one in roster.members])


@people("J3.off-for-days")
def everybody_is_away_for_days(roster: Roster, at: datetime) -> Roster:
    """everybody is away for four days"""
    return of(roster, [replace(one, absences=[away(at, 1, 5)]) for one in roster.members])


@people("J3.nobody-on-duty")
def everybody_works_at_night(roster: Roster, at: datetime) -> Roster:
    """everybody works in the evening, the calendar by day"""
    night = [["19:00", "22:00"]]
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), night)
    hours = Hours.read("night", roster.hours.zone, week)
    return of(roster, [replace(one, hours=hours) for one in roster.members])


@people("J3.never-open")
def the_calendar_is_closed(roster: Roster, at: datetime) -> Roster:
    """the calendar has no hours"""
    return Roster(roster.members, Hours.read(roster.hours.key, roster.hours.zone, {}))


def of(roster: Roster, members: list[Member]) -> Roster:
    return Roster(members, roster.hours)


def away(at: datetime, first: int, last: int) -> Absence:
    return Absence(starts_at=at + timedelta(days=first), ends_at=at + timedelta(days=last))
