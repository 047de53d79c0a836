"""The verbs of `trellis playbook` for versions: plan, roll back, and what becomes of those on their way."""

import argparse
import json
from pathlib import Path
from typing import Any

from trellis.config.cli_words import FileUnreadable, now, read_file, refuse, use_django

CHOICES = ("map", "finish", "hold")


def add_version_verbs(verbs: Any, add: Any) -> None:
    plan = add("plan", plan_playbook, "Say what publishing a file would change, and for whom", to=verbs)
    plan.add_argument("file", type=Path)
    add_choice(plan, "map")
    plan.add_argument("--json", action="store_true")
    back = add("roll-back", roll_back, "Make the text of an earlier version live again", to=verbs)
    back.add_argument("key")
    back.add_argument("version", type=int)
    add_choice(back, "map")
    back.add_argument("--reason", default="")


def add_choice(verb: Any, default: str) -> None:
    verb.add_argument("--in-flight", choices=CHOICES, default=default, help="what becomes of journeys on their way")
    verb.add_argument("--to", action="append", default=[], metavar="GONE=STAGE", help="where a stage that is gone goes")


def mapping_of(options: argparse.Namespace) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for pair in options.to)


def plan_playbook(options: argparse.Namespace) -> int:
    use_django()
    from trellis.journeys.foresight import plan_of
    from trellis.journeys.playbook.load import PlaybookFaulty

    try:
        text = read_file(options.file)
        plan = plan_of(text, at=now(), how=options.in_flight, mapping=mapping_of(options))
    except FileUnreadable as error:
        return refuse(str(error))
    except PlaybookFaulty as faulty:
        return refuse("\n".join(f"{options.file}: {fault}" for fault in faulty.faults))
    print(json.dumps(plan.as_json()) if options.json else "\n".join(lines_of(plan)))
    return 0


def lines_of(plan: Any) -> list[str]:
    """For a person: what changes, then what becomes of those on their way."""
    if plan.before is None:
        return [f"{plan.title} is new: nobody walks it yet."]
    head = f"{plan.title}: what changes from version {plan.before}"
    changes = [f"  {change.sentence}" for change in plan.changes] or ["  Nothing but comments and layout."]
    moved = [f"  {gone.count:,} in {gone.title}, which is gone, go to {gone.to}" for gone in plan.effects.gone]
    return [head, *changes, "Those on their way", *(f"  {said}" for said in plan.effects.sentences), *moved]


def roll_back(options: argparse.Namespace) -> int:
    use_django()
    from trellis.core.refusal import Refused
    from trellis.journeys.publish import roll_back_playbook

    try:
        playbook = roll_back_playbook(
            options.key,
            to=options.version,
            in_flight=options.in_flight,
            mapping=mapping_of(options),
            reason=options.reason,
            by=None,
            at=now(),
        )
    except Refused as refusal:
        return refuse(refusal.sentence)
    print(f"{playbook.title} is as it was in version {options.version}, published as version {playbook.version}.")
    return 0
