"""What people do with a step: call, reply, meet, do; how long it takes, and what comes of it. Pure."""

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trellis.core.durations import Duration
from trellis.events import catalogue as facts
from trellis.journeys.engine.state import TaskState
from trellis.journeys.simulate.clockwork import Clockwork
from trellis.journeys.simulate.lead import Lead
from trellis.journeys.simulate.scenario import Time

if TYPE_CHECKING:
    from trellis.journeys.simulate.desk import Desk, Seat

TOMORROW = Duration(1, "d")
WENT_ELSEWHERE, NOT_FOR_US, NO_AGREEMENT = "Went elsewhere while they waited", "Not for us", "Could not agree"


class Acts:
    """Each act begins now and plans its end. What was found out then is told to the engine."""

    def __init__(self, run: Clockwork, desk: "Desk") -> None:
        self.run = run
        self.desk = desk
        self.work = run.scenario.work
        self.customers = run.scenario.customers
        self.zone = ZoneInfo(run.scenario.zone)

    def begin(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        lead.acts += 1
        match task.kind:
            case "call" if lead.has_phone:
                self.dial(seat, lead, task)
            case "call" | "reply":
                self.write(seat, lead, task)
            case "meet":
                seconds = self.seconds(seat, lead, self.work.meet, "meet")
                self.run.plan(self.desk.until(seat, seconds, pauses=True), self.met, seat, lead, task)
            case _:
                seconds = self.seconds(seat, lead, self.work.do, "do")
                self.run.plan(self.desk.until(seat, seconds, pauses=True), self.did, seat, lead, task)

    def seconds(self, seat: "Seat", lead: Lead, time: Time, what: str) -> float:
        return max(time.seconds(lead.luck.draw(what, lead.acts)) / seat.pace, 1e-6)

    def dial(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        share = self.customers.picks_up[self.run.at.astimezone(self.zone).hour]
        if lead.luck.happens(share, "picks up", lead.tries + lead.talks):
            self.talk(seat, lead, task, "out")
        else:
            seconds = self.seconds(seat, lead, self.work.ring, "ring")
            self.run.plan(self.desk.until(seat, seconds), self.tried, seat, lead, task)

    def talk(self, seat: "Seat", lead: Lead, task: TaskState | None, direction: str) -> None:
        """They are on the phone: that is the evidence, at once."""
        was_gone = lead.is_gone(self.run.at)
        lead.talks += 1
        lead.word += 1
        seconds = self.seconds(seat, lead, self.work.call, "call")
        self.run.plan(self.desk.until(seat, seconds), self.talked, seat, lead, task, was_gone)
        self.run.tell(lead, facts.CallAnswered(call_id=self.run.name(lead), direction=direction, by=seat.id))

    def talked(self, seat: "Seat", lead: Lead, task: TaskState | None, was_gone: bool) -> None:
        if was_gone:
            self.close(seat, lead, WENT_ELSEWHERE)
        elif not lead.fits:
            self.close(seat, lead, NOT_FOR_US)
        else:
            self.run.crowd.answers(lead, self.customers.answers_in_call)
        self.finish(seat, lead, task)

    def tried(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        lead.tries += 1
        self.run.tell(lead, facts.CallTried(call_id=self.run.name(lead), outcome="no_answer", by=seat.id))
        self.run.crowd.missed_us(lead)
        if lead.channel() and lead.luck.happens(self.work.writes_after_no_answer, "writes after", lead.tries):
            self.write(seat, lead, task)
        else:
            self.finish(seat, lead, task)

    def write(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        seconds = self.seconds(seat, lead, self.work.reply, "reply")
        self.run.plan(self.desk.until(seat, seconds), self.wrote, seat, lead, task)

    def wrote(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        if channel := lead.channel():
            lead.written += 1
            message = facts.MessageHandedOver(message_id=self.run.name(lead), channel=channel, by=seat.id)
            self.run.tell(lead, message)
            self.run.crowd.reached(lead, channel, automatic=False)
        self.finish(seat, lead, task)

    def met(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        """They agree, want more time, or decide against it."""
        if lead.luck.happens(self.customers.agrees, "agrees", lead.refusals):
            return self.finish(seat, lead, task)
        lead.refusals += 1
        if lead.refusals >= self.customers.gives_up_after:
            self.close(seat, lead, NO_AGREEMENT)
        elif current := self.current(lead, task):
            until = self.run.roster.hours.add(self.run.at, TOMORROW)
            snoozed = facts.TaskSnoozed(task_id=current.id, title=current.title, until=until, by=seat.id)
            self.run.tell(lead, snoozed)
        return self.desk.release(seat, lead)

    def did(self, seat: "Seat", lead: Lead, task: TaskState) -> None:
        self.finish(seat, lead, task)

    def finish(self, seat: "Seat", lead: Lead, task: TaskState | None) -> None:
        """Tick the step off, unless what came of it has done so."""
        current = self.current(lead, task) if task else None
        if current:
            self.run.tell(lead, facts.TaskDone(task_id=current.id, title=current.title, by=seat.id))
        self.desk.release(seat, lead)

    def current(self, lead: Lead, task: TaskState) -> TaskState | None:
        """The step that was begun, which may have been handed to somebody else in the meantime."""
        if lead.state.status != "open":
            return None
        found = lead.state.task(task.id)
        same = (one for one in lead.state.person_tasks if (one.rule_id, one.kind) == (task.rule_id, task.kind))
        return found or next((one for one in same if one.episode == task.episode and one.title == task.title), None)

    def close(self, seat: "Seat", lead: Lead, reason: str) -> None:
        if lead.state.status != "closed":
            self.run.tell(lead, facts.CloseChosen(outcome="lost", reason=reason, by=seat.id))
