"""The verbs of `trellis playbook`: one small function each, with one call to what is below."""

import argparse
from pathlib import Path
from typing import Any

from trellis.config.cli_versions import add_choice, add_version_verbs, mapping_of
from trellis.config.cli_words import FileUnreadable, now, read_file, refuse, use_django


def add_playbook_verbs(verbs: Any, add: Any) -> None:
    publish = add("publish", publish_playbook, "Make a file the active version of its playbook", to=verbs)
    publish.add_argument("file", type=Path)
    add_choice(publish, "finish")
    publish.add_argument("--reason", default="")
    add_version_verbs(verbs, add)


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
