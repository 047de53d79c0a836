"""Every way that we know to break the promise with plain SQL, and which constraint or guard must refuse it.

`{…}` are ids of rows that `Ground` lays out; `{…:id}` is the same id as the database writes it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Breach:
    """`audit` is the rule under which the auditor counts it once it went through, empty where it breaks no promise yet.

    `also` is a second defender, which refuses it when the first is gone.
    """

    defender: str
    attempt: str
    statements: tuple[str, ...]
    audit: str = ""
    also: str = ""

    def __str__(self) -> str:
        return f"{self.defender}: {self.attempt}"


def breach(defender: str, attempt: str, *statements: str, audit: str = "", also: str = "") -> Breach:
    return Breach(defender, attempt, statements, audit, also)


OPEN = "an_open_journey_has_owner_next_step_and_deadline"
PARKED = "a_parked_journey_has_owner_wake_date_and_reason"
CLOSED = "a_closed_journey_has_outcome_and_no_next_step"
NOW = "'2026-06-09 16:00:00'"
JOURNEY, TASK = "UPDATE journeys_journey SET", "UPDATE journeys_task SET"

CHECKS = (
    breach(OPEN, "take the owner away", f"{JOURNEY} owner_id = NULL WHERE id = {{open}}", audit="no owner"),
    breach(OPEN, "close it halfway", f"{JOURNEY} closed_at = {NOW} WHERE id = {{open}}"),
    breach(OPEN, "give it an end of a rest", f"{JOURNEY} parked_until = {NOW} WHERE id = {{open}}"),
    breach(PARKED, "take the owner away", f"{JOURNEY} owner_id = NULL WHERE id = {{parked}}", audit="no owner"),
    breach(
        PARKED,
        "take the date away",
        f"{JOURNEY} parked_until = NULL WHERE id = {{parked}}",
        audit="parked without a date or a reason",
    ),
    breach(
        PARKED,
        "take the reason away",
        f"{JOURNEY} parked_reason = '' WHERE id = {{parked}}",
        audit="parked without a date or a reason",
    ),
    breach(
        CLOSED,
        "take the outcome away",
        f"{JOURNEY} outcome = '' WHERE id = {{closed}}",
        audit="closed without an outcome",
    ),
    breach(
        CLOSED,
        "take the time away",
        f"{JOURNEY} closed_at = NULL WHERE id = {{closed}}",
        audit="closed without an outcome",
    ),
    breach(CLOSED, "leave it something to do", f"{JOURNEY} next_task_id = {{other_task}} WHERE id = {{closed}}"),
    breach(CLOSED, "end it with its next step", f"{JOURNEY} status = 'closed' WHERE id = {{open}}"),
    breach("a_journey_has_a_known_status", "invent a status", f"{JOURNEY} status = 'asleep' WHERE id = {{open}}"),
    breach(
        "a_value_is_not_negative_and_has_a_currency",
        "owe for it",
        f"{JOURNEY} value_minor = -1, currency = 'USD' WHERE id = {{open}}",
    ),
    breach(
        "a_value_is_not_negative_and_has_a_currency",
        "value it in nothing",
        f"{JOURNEY} value_minor = 1, currency = '' WHERE id = {{open}}",
    ),
    breach(
        "a_task_is_open_or_closed_at_a_time", "do it at no time", f"{TASK} status = 'done' WHERE id = {{later_task}}"
    ),
    breach("a_task_is_open_or_closed_at_a_time", "end it open", f"{TASK} closed_at = {NOW} WHERE id = {{later_task}}"),
    breach(
        "a_task_for_a_person_has_that_person",
        "give a call to nobody",
        f"{TASK} assignee_id = NULL WHERE id = {{lead_task}}",
    ),
    breach(
        "a_task_for_a_person_has_that_person",
        "give the machine's work to Maya",
        f"{TASK} assignee_id = {{maya}} WHERE id = {{later_task}}",
    ),
)

HANDOVER = "UPDATE journeys_handover SET"
CHECKS += (
    breach(
        "nobody_hands_over_to_themselves",
        "be offered one's own",
        f"{HANDOVER} taker_id = giver_id WHERE id = {{offer}}",
        audit="offer that nobody is asked to accept",
    ),
    breach(
        "a_handover_ends_in_one_way",
        "accept it and let it lapse",
        f"{HANDOVER} accepted_at = {NOW}, lapsed_at = {NOW} WHERE id = {{offer}}",
        audit="step to accept what is not on offer",
    ),
    breach(
        "a_declined_handover_has_a_reason",
        "decline it without a word",
        f"{HANDOVER} declined_at = {NOW} WHERE id = {{offer}}",
    ),
)

UNIQUE = (
    breach("a_journey_is_offered_to_one_at_a_time", "offer it to two", "{second_offer}"),
    breach(
        "a_journey_is_in_one_stage",
        "be in two stages",
        "UPDATE journeys_stagevisit SET left_at = NULL WHERE journey_id = {moved}",
    ),
    breach(
        "a_promise_is_timed_once_in_an_episode",
        "time a promise twice",
        "UPDATE journeys_clock SET kind = 'reply', episode = 1 WHERE journey_id = {open}",
    ),
    breach(
        "a_rule_sends_once_in_an_episode",
        "send the same twice",
        "UPDATE conversations_message SET rule_id = 'ack', episode = 1, journey_id = {open}, recipient = 'a@b.example'",
    ),
    breach(
        "a_playbook_version_is_published_once", "publish a version twice", "UPDATE journeys_playbook SET version = 1"
    ),
    breach(
        "a_playbook_has_one_active_version",
        "have two active versions",
        f"UPDATE journeys_playbook SET active_at = {NOW}",
    ),
    breach("a_stage_is_once_in_a_playbook", "have a stage twice", "UPDATE journeys_stage SET key = 'new'"),
    breach(
        "a_tag_is_one_in_large_and_small_letters",
        "have Storm beside storm",
        "UPDATE people_tag SET name = 'Storm', small = 'storm' WHERE name = 'Hail'",
    ),
)

KEEPS, STARTS = "guard_journey_keeps_its_own_open_task", "guard_journey_starts_with_its_own_open_task"
GUARDS = (
    breach(KEEPS, "have no next step", f"{JOURNEY} next_task_id = NULL WHERE id = {{open}}", also=OPEN),
    breach(KEEPS, "have no deadline", f"{JOURNEY} due_at = NULL WHERE id = {{open}}", also=OPEN),
    breach(
        KEEPS,
        "have another deadline",
        f"{JOURNEY} due_at = {NOW} WHERE id = {{open}}",
        audit="deadline differs from the next step's",
    ),
    breach(
        KEEPS,
        "point at another journey's task",
        f"{JOURNEY} next_task_id = {{other_task}}, due_at = {{other_due}} WHERE id = {{open}}",
        audit="next step of another journey",
    ),
    breach(
        KEEPS,
        "point at a task that is done",
        f"{JOURNEY} next_task_id = {{done_task}}, due_at = {{done_due}} WHERE id = {{moved}}",
        audit="next step is not open",
    ),
    breach(
        KEEPS,
        "rest with a call to make",
        f"{JOURNEY} status = 'parked', parked_reason = 'Later', parked_until = due_at WHERE id = {{open}}",
        audit="parked without a date or a reason",
    ),
    breach(
        KEEPS,
        "open what is closed without a step",
        f"{JOURNEY} status = 'open', closed_at = NULL, outcome = '' WHERE id = {{closed}}",
        also=OPEN,
    ),
    breach(STARTS, "start without a step of its own", "{copy_of_open}", audit="next step of another journey"),
    breach(
        "guard_journey_starts_with_an_active_owner",
        "start with an owner who left",
        "{task_of_a_new}",
        "{new_of_gone}",
        audit="owner is not active",
    ),
    breach(
        "guard_journey_keeps_an_active_owner",
        "give it to somebody who left",
        f"{JOURNEY} owner_id = {{gone}} WHERE id = {{open}}",
        audit="owner is not active",
    ),
    breach(
        "guard_next_step_is_not_closed",
        "do the next step and plan none",
        f"{TASK} status = 'done', closed_at = {NOW} WHERE id = {{lead_task}}",
        audit="next step is not open",
    ),
    breach(
        "guard_next_step_is_not_closed",
        "withdraw the end of a rest",
        f"{TASK} status = 'cancelled', closed_at = {NOW} WHERE id = {{wake_task}}",
        audit="next step is not open",
    ),
    breach(
        "guard_next_step_is_not_deleted", "delete the next step", "DELETE FROM journeys_task WHERE id = {lead_task}"
    ),
    breach(
        "guard_task_stays_as_promised",
        "move a deadline",
        f"{TASK} due_at = {NOW} WHERE id = {{lead_task}}",
        audit="deadline differs from the next step's",
    ),
    breach(
        "guard_task_stays_as_promised",
        "give a task to another journey",
        f"{TASK} journey_id = {{parked}} WHERE id = {{lead_task}}",
        audit="next step of another journey",
    ),
    breach(
        "guard_task_stays_as_promised",
        "make a call of the end of a rest",
        f"{TASK} kind = 'call', assignee_id = {{maya}} WHERE id = {{wake_task}}",
        audit="parked without a date or a reason",
    ),
    breach(
        "guard_handover_is_to_somebody_active",
        "offer it to somebody who left",
        f"{HANDOVER} lapsed_at = {NOW} WHERE id = {{offer}}",
        "{offer_to_gone}",
        audit="offered to somebody who left",
    ),
    breach(
        "guard_taker_is_not_deactivated",
        "let somebody go who is asked",
        f"UPDATE team_user SET deactivated_at = {NOW} WHERE id = {{taker}}",
        audit="offered to somebody who left",
    ),
    breach(
        "guard_owner_is_not_deactivated",
        "let an owner go",
        f"UPDATE team_user SET deactivated_at = {NOW} WHERE id = {{maya}}",
        audit="owner is not active",
    ),
)

KEYS = (
    breach("foreign key", "point at no task at all", f"{JOURNEY} next_task_id = {{nothing}} WHERE id = {{open}}"),
    breach("foreign key", "delete somebody who owns it", "DELETE FROM team_user WHERE id = {maya}"),
    breach("foreign key", "delete a journey that has tasks", "DELETE FROM journeys_journey WHERE id = {open}"),
    breach("foreign key", "delete a stage that it is in", "DELETE FROM journeys_stage WHERE id = {stage}"),
)
