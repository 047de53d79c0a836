"""The customers: they reach out, pick up or do not, answer, ask us to stop, or go elsewhere. Pure."""

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from trellis.core.quick import changed
from trellis.events import catalogue as facts
from trellis.journeys.playbook.schema import Question
from trellis.journeys.simulate.clockwork import Clockwork
from trellis.journeys.simulate.lead import Lead, make_lead

CHANNELS = {"form": "web", "referral": "web", "message": "sms", "call": "phone", "missed_call": "phone"}


class Crowd:
    """Everybody who reaches out during a run."""

    def __init__(self, run: Clockwork) -> None:
        self.run = run
        self.customers = run.scenario.customers
        self.zone = ZoneInfo(run.scenario.zone)
        signals = run.scenario.arrivals.signals
        weights = {kind: signals.get(kind, 0) for kind in run.playbook.starts_on if kind != "handed_on"} or {"form": 1}
        self.kinds = list(weights)
        self.until = list(accumulate(weights.values() if any(weights.values()) else [1.0] * len(weights)))

    def arrives(self, number: int) -> None:
        """A call that nobody is free to take is a missed one."""
        place = self.run.luck.of(number).draw("signal") * self.until[-1]
        kind: str = self.kinds[bisect_right(self.until, place)]
        team = self.run.playbook.stages[self.run.playbook.first_stage].owner.team
        seats = self.run.desk.seats.values()
        free = (seat for seat in seats if team in seat.member.teams and self.run.desk.is_idle(seat))
        seat = next(free, None) if kind == "call" else None
        kind = "missed_call" if kind == "call" and seat is None else kind
        lead = make_lead(self.run.scenario, number, self.run.luck, kind, self.run.at)
        self.run.leads.append(lead)
        answers = self.in_form(lead) if kind == "form" else None
        signal = facts.SignalCaptured(signal_id=str(number), kind=kind, channel=CHANNELS[kind], answers=answers)
        if seat:
            seat.is_busy, lead.in_hand, lead.talks = True, seat.id, 1
            acts = self.run.desk.acts
            seconds = acts.seconds(seat, lead, acts.work.call, "call")
            self.run.plan(self.run.desk.until(seat, seconds), acts.talked, seat, lead, None, False)
        self.run.tell(lead, signal)

    def in_form(self, lead: Lead) -> dict[str, str]:
        share = self.customers.answers_in_form
        return {one.key: self.answer(lead, one) for one in self.run.playbook.questions if self.knows(lead, one, share)}

    def knows(self, lead: Lead, question: Question, share: float) -> bool:
        return lead.luck.happens(share, f"knows {question.key}", lead.word)

    def answer(self, lead: Lead, question: Question) -> str:
        """The first option is the likeliest one; the others share the rest."""
        if not question.options:
            return "As it is"
        chance, first = lead.luck.draw(f"answer {question.key}"), self.customers.first_option
        others = question.options[1:]
        if chance < first or not others:
            return question.options[0]
        return others[min(int((chance - first) / (1 - first) * len(others)), len(others) - 1)]

    def answers(self, lead: Lead, share: float, most: int = 100) -> None:
        """They answer questions that are still open."""
        open_questions = [one for one in self.run.playbook.questions if not lead.state.answers.get(one.key)]
        for question in [one for one in open_questions if self.knows(lead, one, share)][:most]:
            if lead.state.status == "open":
                given = facts.AnswerGiven(question=question.key, answer=self.answer(lead, question))
                self.run.tell(lead, given)

    def reached(self, lead: Lead, channel: str, *, automatic: bool) -> None:
        """A message of ours arrived: they may answer it after a while, or ask us to stop."""
        lead.word += 1
        if automatic and lead.luck.happens(self.customers.opts_out, "opts out", lead.word):
            self.run.plan(self.later(lead, channel), self.opts_out, lead, channel)
        elif lead.luck.happens(self.share(channel), "answers", lead.word):
            self.run.plan(self.later(lead, channel), self.writes, lead, channel, lead.word)

    def missed_us(self, lead: Lead) -> None:
        """They see that we called, and may call back."""
        lead.word += 1
        if lead.luck.happens(self.customers.calls_back, "calls back", lead.tries):
            self.run.plan(self.later(lead, "sms"), self.calls, lead, lead.word)

    def share(self, channel: str) -> float:
        return self.customers.answers.get("sms" if channel == "sms" else "email", 0.0)

    def later(self, lead: Lead, channel: str) -> datetime:
        """Some time from now, while they are awake."""
        delay = self.customers.answer_delay.get("sms" if channel == "sms" else "email")
        seconds = delay.seconds(lead.luck.draw("answers after", lead.word)) if delay else 0
        at = self.run.at + timedelta(seconds=seconds)
        local, (first, last) = at.astimezone(self.zone), self.customers.awake
        if first <= local.hour < last:
            return at
        morning = local.replace(hour=first, minute=0) + timedelta(days=local.hour >= last)
        return morning.astimezone(at.tzinfo) + timedelta(hours=lead.luck.draw("wakes", lead.word))

    def is_silent(self, lead: Lead, word: int) -> bool:
        """Something else was said since, it is over, or they have gone elsewhere."""
        return word != lead.word or lead.state.status == "closed" or lead.is_gone(self.run.at)

    def writes(self, lead: Lead, channel: str, word: int) -> None:
        if self.is_silent(lead, word):
            return
        lead.word += 1
        lead.customer = changed(lead.customer, last_channel=channel)
        self.run.tell(lead, facts.MessageReceived(message_id=self.run.name(lead), channel=channel))
        self.answers(lead, self.customers.answers_in_writing, most=1)

    def calls(self, lead: Lead, word: int) -> None:
        """They reach their owner, if that person is free."""
        if self.is_silent(lead, word):
            return
        lead.customer = changed(lead.customer, last_channel="phone")
        seat = self.run.desk.seats.get(lead.state.owner)
        if seat and self.run.desk.is_idle(seat) and not lead.in_hand:
            seat.is_busy, lead.in_hand = True, seat.id
            self.run.desk.acts.talk(seat, lead, None, "in")
        else:
            lead.word += 1
            self.run.tell(lead, facts.CallMissed(call_id=self.run.name(lead)))

    def opts_out(self, lead: Lead, channel: str) -> None:
        lead.customer = changed(lead.customer, opted_out=lead.customer.opted_out | {channel})
        self.run.tell(lead, facts.ConsentWithdrawn(channel=channel))
