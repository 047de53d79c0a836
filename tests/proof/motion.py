"""A business in motion: every action and fact, through the product's own actions, and what must hold after each."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tests.cast import TUESDAY, Business
from tests.proof.postman import Killed, Postman
from trellis.conversations.actions import log_call, receive_message, write_message
from trellis.conversations.ledger import deliver_due, resolve_doubt
from trellis.conversations.models import Message
from trellis.conversations.outcomes import mark_delivered, mark_failed
from trellis.core.refusal import Refused
from trellis.journeys import actions
from trellis.journeys.audit import audit
from trellis.journeys.models import ON_OFFER, Act, Handover, Journey, Playbook, Task
from trellis.journeys.publish import document_of, pack, publish_playbook
from trellis.journeys.queries import forecasts
from trellis.journeys.replay.history import read_pasts
from trellis.journeys.replay.reproduce import reproduce
from trellis.journeys.roster import roster_of_business
from trellis.journeys.undoing import undo_act, undo_release
from trellis.journeys.wake import work_once
from trellis.people.actions import record_consent, withdraw_consent
from trellis.people.models import Contact
from trellis.team.actions.absences import put_on_leave
from trellis.team.actions.people import create_user, reactivate_user
from trellis.team.actions.teams import join_team
from trellis.team.models import Change, Team, User
from trellis.team.undoing import undo_change


class Motion:
    """One business and its clock. All that happens is chosen by numbers, so that any sequence can be replayed."""

    def __init__(self, business: Business, postmen: dict[str, Postman]) -> None:
        self.business = business
        self.postmen = postmen
        self.at = TUESDAY
        self.joined = 0
        self.published = False
        self.started: set[object] = set()
        self.people = [
            business.contact("Renee Castillo", "renee@example.com", "+15015550142"),
            business.contact("Dale", "", "+15015550143"),
            business.contact("", "only@example.com"),
        ]

    # Choosing: the number picks among what there is now.

    def journey(self, number: int) -> Journey | None:
        return pick(Journey.objects.order_by("id"), number)

    def user(self, number: int) -> User:
        found = pick(User.objects.active().order_by("created_at", "id"), number)
        assert found is not None
        return found

    def later(self, days: int) -> datetime:
        return self.at + timedelta(days=days, hours=1)

    # What customers do.

    def reach_out(self, who: int, kind: str, by: User | None = None) -> None:
        """By themselves, or as somebody of us writes it down by hand."""
        started = self.business.lead(self.people[who], at=self.at, kind=kind, by=by, answers={"urgency": "yes"})
        self.started.add(started.pk)

    def write_to_us(self, number: int, channel: str) -> None:
        if journey := self.journey(number):
            receive_message(
                contact=journey.contact, channel=channel, sender="x", text="Yes", at=self.at, journey_id=journey.pk
            )

    def call(self, number: int, direction: str, outcome: str, by: int) -> None:
        if journey := self.journey(number):
            log_call(
                contact=journey.contact,
                direction=direction,
                outcome=outcome,
                started_at=self.at,
                by=self.user(by) if direction == "out" else None,
                journey_id=journey.pk,
                at=self.at,
            )

    def opt(self, who: int, channel: str, out: bool) -> None:
        if out:
            withdraw_consent(self.people[who], channel=channel, source="text STOP", at=self.at)
        else:
            record_consent(self.people[who], channel=channel, source="text START", at=self.at)

    # What we do.

    def write_to_them(self, number: int, channel: str, by: int) -> None:
        if journey := self.journey(number):
            with suppress(Refused):
                write_message(
                    contact=journey.contact,
                    channel=channel,
                    text="We are on our way",
                    journey_id=journey.pk,
                    by=self.user(by),
                    at=self.at,
                )

    def act(self, name: str, number: int, by: int, days: int, word: str) -> None:
        """An action on a journey; whatever is refused is refused with a sentence, never by an error of the database."""
        if journey := self.journey(number):
            how: dict[str, dict[str, Any]] = {
                "assign_journey": {"owner": self.user(days)},
                "move_journey": {"stage": word},
                "plan_step": {"title": "Bring {{ cake }}", "due_at": self.later(days), "kind": "call"},
                "park_journey": {"until": self.later(days), "reason": "They asked us to wait"},
                "close_journey": {"outcome": ("won", "lost", "done")[days % 3], "reason": "It is over"},
                "reopen_journey": {},
                "record_answer": {"question": ("urgency", "owner", "address", "insurance")[days % 4], "answer": "yes"},
            }
            refusable(lambda: getattr(actions, name)(journey, by=self.user(by), at=self.at, **how[name]))

    def answer_offer(self, number: int, by: int, accepts: bool) -> None:
        """Whoever it is; anybody but the one it is offered to is refused."""
        handover = pick(Handover.objects.filter(ON_OFFER).order_by("id"), number)
        if handover and accepts:
            by_whom = handover.taker if by % 3 else self.user(by)
            refusable(lambda: actions.accept_handover(handover.journey, by=by_whom, at=self.at))
        elif handover:
            refusable(lambda: actions.decline_handover(handover.journey, reason="No", by=handover.taker, at=self.at))

    def do_step(self, number: int, by: int, then: bool, snooze: bool) -> None:
        """On any task at all: one of the machine and one that is closed are refused."""
        task = pick(Task.objects.order_by("-status", "id"), number)
        if task and snooze:
            refusable(lambda: actions.snooze_task(task, until=self.later(2), by=self.user(by), at=self.at))
        elif task:
            more: dict[str, Any] = {"then": "Send {% photos %}", "then_due_at": self.later(3)} if then else {}
            refusable(lambda: actions.complete_task(task, by=self.user(by), at=self.at, **more))

    def undo(self, number: int) -> None:
        """Whatever was done last to one of the journeys, unless something happened since."""
        if act := pick(Act.objects.filter(undone_at=None).order_by("at", "id"), number):
            self.at += timedelta(seconds=1)
            refusable(lambda: undo_act(act, by=act.by, at=self.at))

    def undo_change(self, number: int) -> None:
        """Whatever was changed last about us, unless it was changed again."""
        if change := pick(Change.objects.filter(undone_at=None).order_by("at", "id"), number):
            self.at += timedelta(seconds=1)
            refusable(lambda: undo_change(change, by=change.by, at=self.at))

    # What becomes of us.

    def go_on_leave(self, who: int, days: int) -> None:
        put_on_leave(self.user(who), starts_at=self.at, ends_at=self.later(days), by=None, at=self.at)

    def leave(self, who: int) -> None:
        user = self.user(who)
        refusable(lambda: actions.release_user(user, by=self.business.maya, at=self.at))

    def come_back(self, who: int, as_a_mistake: bool) -> None:
        """Somebody who left: as if they never had, or on another day."""
        user = pick(User.objects.exclude(deactivated_at=None).order_by("created_at", "id"), who)
        self.at += timedelta(seconds=1)
        if user and as_a_mistake:
            refusable(lambda: undo_release(user, by=self.business.maya, at=self.at))
        elif user:
            reactivate_user(user, by=self.business.maya, at=self.at)

    def join(self) -> None:
        self.joined += 1
        email = f"new{self.joined}@ridgeline.example"
        user = create_user(name=f"New{self.joined} Doe", email=email, role="sales", by=None, at=self.at)
        join_team(user, Team.objects.get(key="front-desk"), by=None, at=self.at)

    def publish(self) -> None:
        """Another version; those who are on their way keep theirs."""
        text = pack("storm-and-repair").replace("after: 1d", "after: 2d")
        publish_playbook(text, by=None, at=self.at)
        self.published = True

    def hand_over(self, way: str) -> None:
        """From now on every stage hands over, and finds its owner in this way."""
        text = re.sub(r"by: (round_robin|keep), ", f"by: {way}, accept: 2h, ", pack("storm-and-repair"))
        publish_playbook(text, by=None, at=self.at)
        self.published = True

    # What the machine does.

    def work_on_a_wrong_clock(self, minutes: int) -> None:
        """One worker's clock goes ahead of everybody else's, or behind."""
        work_once(at=self.at + timedelta(minutes=minutes), limit=10)

    def be_killed_at_work(self, statements: int) -> None:
        """A worker dies after so many statements; what it did not commit never was."""
        self.at += timedelta(minutes=30)
        left = iter(range(statements))

        def run(execute: Any, *how: Any) -> Any:
            if next(left, None) is None:
                raise Killed
            return execute(*how)

        with suppress(Killed), transaction.atomic(), connection.execute_wrapper(run):
            work_once(at=self.at, limit=10)

    def pass_time(self, minutes: int, works: bool) -> None:
        self.at += timedelta(minutes=minutes)
        for _ in range(20 if works else 0):
            if not work_once(at=self.at, limit=10):
                break

    def deliver(self, mood: str, can_be_asked: bool) -> None:
        """A round of the worker that sends; it may be killed on the way."""
        for postman in self.postmen.values():
            postman.mood, postman.can_be_asked = mood, can_be_asked
        with suppress(Killed):
            resolve_doubt(at=self.at)
            deliver_due(at=self.at)

    def report(self, number: int, arrived: bool) -> None:
        """The outside tells later what became of a message."""
        message = pick(Message.objects.filter(direction="out").order_by("id"), number)
        if message and arrived:
            mark_delivered(message, at=self.at)
        elif message:
            mark_failed(message, reason="It bounced", at=self.at)

    # What holds.

    def check(self) -> None:
        report = audit()
        assert report["violations"] == 0, report["by_rule"]
        assert report["guards"] == "present"
        walking = list(Journey.objects.exclude(status="closed").select_related("next_task", "playbook"))
        coming = forecasts(walking)
        for journey in walking:
            assert journey.next_task
            assert journey.next_task.assignee_id or journey.pk in coming, f"nothing is shown for {journey.pk}"
            assert journey.owner_id, "owned by nobody"
        for postman in self.postmen.values():
            twice = [key for key, times in [*postman.carried.items(), *postman.said.items()] if times > 1]
            assert not twice, f"sent twice: {twice}"
        assert set(Journey.objects.values_list("pk", flat=True)) == self.started

    def check_people(self) -> None:
        assert {contact.pk for contact in self.people} == set(Contact.objects.values_list("pk", flat=True))

    def check_replay(self) -> None:
        """The rules that decided, told what was decided on, decide the same."""
        documents = {version.version: document_of(version) for version in Playbook.objects.all()}
        roster = roster_of_business("office", with_gone=True)
        for past in read_pasts(Journey.objects.select_related("contact", "playbook")):
            assert reproduce(documents.__getitem__, past, roster) == []


def pick(rows: Any, number: int) -> Any:
    found = list(rows)
    return found[number % len(found)] if found else None


def refusable(act: Callable[[], object]) -> None:
    """It is done, or refused with a code for machines and a sentence for the person who asked."""
    refused = None
    try:
        act()
    except Refused as refusal:
        refused = refusal
    assert refused is None or refused.sentence.endswith((".", "?", "!"))
    assert refused is None or refused.code != "changed_meanwhile", "nobody else was there"
