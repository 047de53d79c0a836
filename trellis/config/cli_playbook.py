"""The verbs of `trellis playbook`: one small function each, with one call to what is below."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trellis.config.cli_words import now, refuse, use_django

if TYPE_CHECKING:
    from trellis.journeys.lint.finding import Finding


def add_playbook_verbs(verbs: Any, add: Any) -> None:
    publish = add("publish", publish_playbook, "Make a file the active version of its playbook", to=verbs)
    publish.add_argument("file", type=Path)
    lint = add("lint", lint_playbook, "Prove a file before it runs: what is wrong, where, and a story of it", to=verbs)
    lint.add_argument("file", type=Path)
    lint.add_argument("--business", action="store_true", help="with the people and hours of this business")
    lint.add_argument("--json", action="store_true")


def publish_playbook(options: argparse.Namespace) -> int:
    use_django()
    from trellis.journeys import publish
    from trellis.journeys.playbook.load import PlaybookFaulty

    try:
        playbook = publish.publish_playbook(read_file(options.file), by=None, at=now())
    except FileUnreadable as error:
        return refuse(str(error))
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


class FileUnreadable(ValueError):
    """A file that was named on the command line is no text, or is not there."""


def read_file(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}") from None
