"""Names and titles are words: nothing that a customer or a colleague typed is ever read as a template."""

from dataclasses import replace
from datetime import timedelta

import pytest

from trellis.events import catalogue as facts
from trellis.journeys.tests.sandbox import RENEE, TUESDAY, Walk, done, signal, started

TRAPS = ["{% if %}", "{{ contact.name }}", "{% raw %}", "{{ 7 | times: 7 }}", "}}{{"]


@pytest.mark.parametrize("name", TRAPS)
def test_a_name_that_looks_like_a_template_is_passed_on_as_it_is(name: str) -> None:
    walk = Walk(customer=replace(RENEE, name=name, first_name=name))
    walk.tell(signal())
    assert walk.mine("first-call").title == f"Call {name}"
    walk.until("2026-06-09 10:05")
    assert walk.mine("first-call").assignee == "ben"
    assert walk.mine("first-call").title == f"Call {name}"


@pytest.mark.parametrize("words", TRAPS)
def test_a_step_planned_by_hand_is_titled_as_it_was_typed(words: str) -> None:
    walk, later = started(), TUESDAY + timedelta(days=2)
    walk.tell(facts.StepPlanned(title=words, due_at=later, by="maya"))
    walk.tell(done(walk.mine("first-call"), "maya", then=words, then_due_at=later))
    assert [task.title for task in walk.state.person_tasks] == [words, words]


def test_a_decision_calls_the_customer_by_name() -> None:
    walk = started()
    step = walk.tell(signal())
    assert "“Call Renee” already happened" in " ".join(effect.why for effect in step.effects)
    assert "{{" not in " ".join(effect.why for effect in step.effects)
