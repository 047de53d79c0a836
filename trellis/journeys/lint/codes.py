"""Every finding by its code: how much it weighs and what it means. `docs/lint.md` says each at length. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from trellis.journeys.lint.finding import Severity


@dataclass(frozen=True)
class Code:
    severity: Severity
    means: str


CODES: Mapping[str, Code] = {
    "J0.unreadable": Code("error", "The text is no playbook."),
    "J0.not-searched": Code("warning", "There is more that could happen than was looked at."),
    "J1.unreachable": Code("error", "No story leads to the stage."),
    "J1.dead-end": Code("error", "Nothing leads out of the stage, and nothing closes it."),
    "J1.memory": Code("error", "Nothing is due and nothing is timed: only somebody's memory brings it back."),
    "J2.nobody": Code("error", "The business has nobody who can own a journey."),
    "J2.team-empty": Code("error", "The team that owns the stage has nobody in it who works with leads."),
    "J2.all-away": Code("warning", "Everybody of the team is away at the same time."),
    "J3.no-deadline": Code("error", "A journey can be open without any time limit."),
    "J3.no-promise": Code("error", "They reached out, and no reply is promised."),
    "J3.nobody-on-duty": Code("error", "A promise runs out before anybody is there to keep it."),
    "J3.off-for-days": Code("warning", "A promise runs out while everybody who could keep it is away."),
    "J3.never-open": Code("error", "The calendar has no open time, so nothing can ever be due."),
    "J3.two-ways": Code("error", "One fact opens two ways to different stages."),
    "J3.twice": Code("error", "Two answers to one fact do the same thing."),
    "J3.two-messages": Code("warning", "One fact sends two messages."),
    "J3.wait": Code("error", "A way waits for something that cannot happen there."),
    "J3.loop": Code("error", "Time alone leads round in a circle."),
    "J3.repeats": Code("error", "A message can go out again and again without a word of theirs."),
    "J4.part-empty": Code("error", "A message lacks one of its three parts."),
    "J4.no-question": Code("error", "A message asks nothing."),
    "J4.two-questions": Code("warning", "A message asks more than one thing."),
    "J4.variable": Code("error", "A message names something that some customer does not have."),
    "J4.variable-by-hand": Code("warning", "… but only one whom somebody moved there by hand."),
    "J4.title": Code("warning", "A step's title names something that titles do not know."),
    "J4.opt-out": Code("error", "An automatic message goes by a channel on which nobody can opt out."),
    "J5.quiet-missing": Code("error", "Nothing happens when they go quiet."),
    "J5.quiet-open": Code("error", "The quiet path stops without an end."),
    "J5.after-exit": Code("error", "A touch is planned for after the journey has left, so it never happens."),
    "J6.no-delivery": Code("warning", "No stage says that the work is delivered."),
    "J6.nothing-after": Code("error", "Nothing ever happens after the delivery."),
    "J6.service-off": Code("warning", "Nothing ever happens after the delivery, because that step is switched off."),
    "J6.never-asked": Code("warning", "After the delivery nobody ever speaks with the customer."),
    "J6.won-ends": Code("error", "It is closed as won without a delivery, so nothing comes after."),
}
