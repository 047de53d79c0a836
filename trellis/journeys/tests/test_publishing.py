"""A playbook is published as an immutable version, and read back just as it was written."""

import random
from typing import Any

import pytest

from tests.cast import TUESDAY, Business
from trellis.journeys.linting import PlaybookUnsound
from trellis.journeys.models import Playbook, Stage
from trellis.journeys.publish import document_of, pack, pack_keys, publish_playbook, read_back
from trellis.journeys.tests.sandbox import RULES, STORM
from trellis.team.models import Membership

STAGES = ["new", "in-conversation", "qualified", "booked", "delivered", "loyal"]


def test_it_is_read_back_with_its_stages_in_their_order(ridgeline: Business) -> None:
    """PostgreSQL keeps no order of the keys of an object, and the first stage is where journeys start."""
    read = document_of(ridgeline.playbook)
    assert read == STORM
    assert list(read.stages) == STAGES
    assert (read.first_stage, read.delivery_stage) == ("new", "delivered")


def test_no_order_of_keys_in_the_database_matters(ridgeline: Business) -> None:
    kept = Playbook.objects.get().document
    assert list(read_back(shuffled(kept, random.Random(7))).stages) == STAGES


def shuffled(node: Any, luck: random.Random) -> Any:
    if isinstance(node, dict):
        keys = list(node)
        luck.shuffle(keys)
        return {key: shuffled(node[key], luck) for key in keys}
    return [shuffled(part, luck) for part in node] if isinstance(node, list) else node


def test_every_playbook_that_ships_can_be_published(ridgeline: Business) -> None:
    assert "storm-and-repair" in pack_keys()
    assert [publish_playbook(pack(key), by=None, at=TUESDAY).key for key in pack_keys()] == pack_keys()


def test_the_same_text_is_published_once(ridgeline: Business) -> None:
    again = publish_playbook(pack("storm-and-repair"), by=ridgeline.maya, at=TUESDAY)
    assert again == ridgeline.playbook
    assert Playbook.objects.count() == 1


def test_what_would_lose_customers_is_refused_with_the_story_of_one(ridgeline: Business) -> None:
    text = pack("storm-and-repair").replace(
        "{id: rest, after: 6d, park: 90d, reason: No answer}", "{id: rest, after: 6d, tag: a}"
    )
    with pytest.raises(PlaybookUnsound) as refused:
        publish_playbook(text, by=ridgeline.maya, at=TUESDAY)
    line = text[: text.index("  new:\n")].count("\n") + 1
    [finding] = refused.value.findings
    [fault] = refused.value.faults
    assert (finding.code, finding.line, fault.line) == ("J5.quiet-open", line, line)
    assert str(finding.path).startswith("lead arrives by form Tue 10:00 -> ")
    assert Playbook.objects.count() == 1


def test_a_team_that_is_empty_today_keeps_nobody_from_publishing(ridgeline: Business) -> None:
    Membership.objects.all().delete()
    assert publish_playbook(pack("storm-and-repair") + "\n", by=ridgeline.maya, at=TUESDAY).version == 2


def test_a_new_version_starts_journeys_and_leaves_those_on_their_way_alone(ridgeline: Business) -> None:
    before = ridgeline.lead()
    text = pack("storm-and-repair").replace("within: 5m", "within: 10m")
    second = publish_playbook(text, by=ridgeline.maya, at=TUESDAY)
    after = ridgeline.lead(ridgeline.contact("Dale", "dale@example.com"))
    before.refresh_from_db()
    assert (before.playbook.version, after.playbook, second.version) == (1, second, 2)
    assert Playbook.objects.exclude(active_at=None).get() == second


def test_a_stage_that_a_version_drops_is_retired_and_kept(ridgeline: Business) -> None:
    text = RULES
    start, end = text.index("  loyal:\n"), text.index("after_delivery:\n")
    shorter = text[:start] + text[end:]
    shorter = shorter.replace(
        "    next:\n      - {id: two-weeks, to: loyal, after: 14d}\n",
        "    quiet:\n      - {id: care-over, after: 60d, close: won, reason: Looked after}\n",
    )
    publish_playbook(shorter, by=ridgeline.maya, at=TUESDAY)
    assert list(Stage.objects.filter(retired_at=None).values_list("key", flat=True)) == STAGES[:-1]
    publish_playbook(text + "\n", by=ridgeline.maya, at=TUESDAY)
    assert list(Stage.objects.filter(retired_at=None).values_list("key", flat=True)) == STAGES
