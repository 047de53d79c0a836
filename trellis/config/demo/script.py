"""Stories told act by act, for those whom one looks at first: each act at its own moment."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from trellis.config.demo import ours, theirs
from trellis.config.demo.neighbors import Act

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
    return lambda at: ours.speak(story.journey, note=act.said, seconds=act.more["seconds"], at=at)


def missed(story: "Story", act: Act) -> Deed:
    return lambda at: story.came_in(theirs.ring(story.neighbor, at=at))


def know(story: "Story", act: Act) -> Deed:
    known = {key: story.neighbor.known[key] for key in act.said}
    return lambda at: ours.note_answers(story.journey, known, at=at)


def do(story: "Story", act: Act) -> Deed:
    return lambda at: ours.do(story.journey, act.said, note=act.more.get("note", ""), at=at)


def give(story: "Story", act: Act) -> Deed:
    return story.give_to(act.said)


DEEDS: dict[str, Callable[["Story", Act], Deed]] = {
    "they": they, "we": we, "call": call, "missed": missed, "know": know, "do": do, "give": give,
}  # fmt: skip
