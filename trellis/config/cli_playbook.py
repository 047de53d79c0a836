"""The verbs of `trellis playbook`: one small function each, with one call to what is below."""

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trellis.config.cli_versions import add_choice, add_version_verbs, mapping_of
from trellis.config.cli_words import FileUnreadable, now, read_file, refuse, use_django

if TYPE_CHECKING:
    from trellis.journeys.lint.finding import Finding


def add_playbook_verbs(verbs: Any, add: Any) -> None:
    publish = add("publish", publish_playbook, "Make a file the active version of its playbook", to=verbs)
    publish.add_argument("file", type=Path)
    add_choice(publish, "finish")
    publish.add_argument("--reason", default="")
    add_version_verbs(verbs, add)
    replay = add("replay", replay_playbook, "Try a file on what really happened to this business", to=verbs)
    replay.add_argument("file", type=Path)
    replay.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="90 days ago when left out")
    replay.add_argument("--json", action="store_true")
    test = add("test", test_playbook, "Run the scenarios of a file on a clock of their own", to=verbs)
    test.add_argument("file", type=Path)
    test.add_argument("--json", action="store_true")
    export = add("export", export_playbook, "Write a version exactly as it was published", to=verbs)
    export.add_argument("key", help="the playbook's key")
    export.add_argument("--version", type=int, help="the number of a version; the active one when left out")
    add("schema", show_schema, "Write the JSON Schema of the format, for editors", to=verbs)
    lint = add("lint", lint_playbook, "Prove a file before it runs: what is wrong, where, and a story of it", to=verbs)
    lint.add_argument("file", type=Path)
    lint.add_argument("--business", action="store_true", help="with the people and hours of this business")
    lint.add_argument("--json", action="store_true")


def publish_playbook(options: argparse.Namespace) -> int:
    use_django()
    from trellis.core.refusal import Refused
    from trellis.journeys import publish
    from trellis.journeys.playbook.load import PlaybookFaulty

    try:
        how = {"in_flight": options.in_flight, "mapping": mapping_of(options), "reason": options.reason}
        playbook = publish.publish_playbook(read_file(options.file), by=None, at=now(), **how)
    except FileUnreadable as error:
        return refuse(str(error))
    except Refused as refusal:
        return refuse(refusal.sentence)
    except PlaybookFaulty as faulty:
        return refuse("\n".join(f"{options.file}: {fault}" for fault in faulty.faults))
    print(f"{playbook.title} is published as version {playbook.version}.")
    return 0


def lint_playbook(options: argparse.Namespace) -> int:
    """Without --business no database is asked: five people keep Monday to Friday. An error is exit status 1."""
    use_django()
    from trellis.journeys.linting import lint_file

    try:
        findings = lint_file(read_file(options.file), with_our_people=options.business, at=now())
    except FileUnreadable as error:
        return refuse(str(error))
    faults = sum(finding.severity == "error" for finding in findings)
    if options.json:
        print(json.dumps({"file": str(options.file), "findings": [finding.as_json() for finding in findings]}))
    else:
        for finding in findings:
            print("\n".join(lines_of(options.file, finding)))
        print(f"{counted(faults, 'error')}, {counted(len(findings) - faults, 'warning')}.")
    return 1 if faults else 0


def lines_of(file: Path, finding: "Finding") -> list[str]:
    """For an editor to jump to, then what mends it and the story."""
    place = f"{file}:{finding.line}:{finding.column}"
    story = [f"    {finding.path}"] if finding.path else []
    return [f"{place}: {finding.severity} {finding.code}: {finding.sentence}", f"    {finding.fix}", *story]


def counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def replay_playbook(options: argparse.Namespace) -> int:
    use_django()
    from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
    from trellis.journeys.replay.since import replay_since

    try:
        report = replay_since(load_playbook(read_file(options.file)), options.since, at=now(), progress=True)
    except FileUnreadable as error:
        return refuse(str(error))
    except PlaybookFaulty as faulty:
        return refuse("\n".join(f"{options.file}: {fault}" for fault in faulty.faults))
    print(json.dumps(report.as_json()) if options.json else report)
    return 0


def test_playbook(options: argparse.Namespace) -> int:
    from trellis.journeys.playbook.load import PlaybookFaulty, load_playbook
    from trellis.journeys.rehearsal.scenarios import run_scenarios

    try:
        outcomes = run_scenarios(load_playbook(read_file(options.file)))
    except FileUnreadable as error:
        return refuse(str(error))
    except PlaybookFaulty as faulty:
        return refuse("\n".join(f"{options.file}: {fault}" for fault in faulty.faults))
    if options.json:
        print(json.dumps([outcome.as_json() for outcome in outcomes]))
    else:
        print("\n".join(map(str, outcomes)) or f"{options.file} has no scenarios.")
    return int(any(not outcome.passed for outcome in outcomes))


def export_playbook(options: argparse.Namespace) -> None:
    use_django()
    from trellis.journeys.publish import source_of

    write_text(source_of(options.key, options.version))


def show_schema(options: argparse.Namespace) -> None:
    from trellis.journeys.playbook.published import schema_text

    write_text(schema_text())


def write_text(text: str) -> None:
    """As it is: no line end is changed and none is added."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
