"""Run as a program against a database of its own: sets the business up, or settles and reads it after the storm."""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Models can be imported only now.

from tests.cast import open_ridgeline  # noqa: E402
from trellis.config.worker import deliver_due_messages, do_due_work  # noqa: E402
from trellis.conversations.models import Message  # noqa: E402
from trellis.intake.models import Signal  # noqa: E402
from trellis.intake.queries import counts  # noqa: E402
from trellis.journeys.audit import audit  # noqa: E402
from trellis.journeys.models import Task  # noqa: E402
from trellis.steps.capture.actions.open_form import open_form  # noqa: E402

# Longer than any lease: what a dead worker left behind is free by then.
LATER = timedelta(minutes=12)


def open_business() -> dict[str, Any]:
    playbook = open_ridgeline().playbook
    open_form(key="roof-repair", title="Get your roof looked at", playbook=playbook.key, at=timezone.now())
    return {"form": "roof-repair"}


def settle() -> dict[str, Any]:
    """Do what a worker would do once every lease has run out, and tell how all of it ended."""
    at = timezone.now() + LATER
    while do_due_work(at) + deliver_due_messages(at):
        pass
    acknowledgements = Message.objects.filter(rule_id="ack")
    return {
        "counts": counts(),
        "signals": dict(Signal.objects.values_list("reference", "state")),
        "acknowledgements": {message.recipient: message.state for message in acknowledgements},
        "states": {message.message_id: message.state for message in Message.objects.filter(direction="out")},
        "doubts_shown": Task.objects.filter(rule_id="trellis/in-doubt", status="open").count(),
        "audit": audit(),
    }


if __name__ == "__main__":
    print(json.dumps({"open": open_business, "settle": settle}[sys.argv[1]]()))
