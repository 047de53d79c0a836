"""Stories told act by act, for those whom one looks at first: each act at its own moment."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trellis.config.demo import ours, theirs
from trellis.config.demo.neighbors import Act
from trellis.journeys.actions import close_journey, move_journey, park_journey

if TYPE_CHECKING:
    from trellis.config.demo.courses import Story

Deed = Callable[[datetime], object]


def tell_act_by_act(story: "Story") -> None:
    """Put each act on the agenda."""
    for act in story.neighbor.acts:
        story.ago(act.ago, DEEDS[act.kind](story, act))


def they(story: "Story", act: Act) -> Deed:
    return story.they_write(act.said)


def we(story: "Story", act: Act) -> Deed:
    return story.we_write(act.said)


def call(story: "Story", act: Act) -> Deed:
    return lambda at: ours.speak(story.journey, note=act.said, seconds=act.more.get("seconds", 280), at=at)


def tried(story: "Story", act: Act) -> Deed:
    return lambda at: ours.try_call(story.journey, at=at)


def missed(story: "Story", act: Act) -> Deed:
    return lambda at: story.came_in(theirs.ring(story.neighbor, story.scene.company, at=at))


def know(story: "Story", act: Act) -> Deed:
    known = {key: story.neighbor.known[key] for key in act.said}

    def learn(at: datetime) -> None:
        ours.note_answers(story.journey, known, at=at)
        ours.note_worth(story.journey, story.neighbor.worth, at=at)

    return learn


def do(story: "Story", act: Act) -> Deed:
    return lambda at: ours.do(story.journey, act.said, note=act.more.get("note", ""), at=at)


def no_show(story: "Story", act: Act) -> Deed:
    return lambda at: ours.miss(story.journey, at=at)


def move(story: "Story", act: Act) -> Deed:
    return lambda at: move_journey(story.journey, stage=act.said, by=ours.owner_of(story.journey), at=at)


def park(story: "Story", act: Act) -> Deed:
    """`park: [60, reason]`: for so many days from now."""
    days, reason = act.said
    until = story.scene.past.hours.next_open(story.scene.past.now + timedelta(days=days))
    return lambda at: park_journey(story.journey, until=until, reason=reason, by=ours.owner_of(story.journey), at=at)


def end(story: "Story", act: Act) -> Deed:
    outcome = {"lose": "lost"}.get(act.kind, act.kind)
    return lambda at: close_journey(
        story.journey, outcome=outcome, reason=act.said, by=ours.owner_of(story.journey), at=at
    )


def give(story: "Story", act: Act) -> Deed:
    return story.give_to(act.said)


DEEDS: dict[str, Callable[["Story", Act], Deed]] = {
    "they": they, "we": we, "call": call, "tried": tried, "missed": missed, "know": know, "do": do, "no_show": no_show,
    "give": give, "move": move, "park": park, "lose": end, "won": end,
}  # fmt: skip
