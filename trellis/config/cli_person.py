"""`trellis person copy`: everything that is held about one person, as a file to hand over."""

import argparse
from pathlib import Path
from typing import Any

from trellis.config.cli_why import read_id
from trellis.config.cli_words import now, refuse, use_django


def add_person(words: Any, add: Any) -> None:
    verbs = words.add_parser("person", help="One of your customers").add_subparsers(metavar="VERB", required=True)
    copy = add("copy", copy_one, "Write everything that is held about a person into a ZIP", to=verbs)
    copy.add_argument("contact", metavar="CONTACT_ID", help="its id, as in the address of its page")
    copy.add_argument("--to", type=Path, metavar="FILE", help="where to; person-ID.zip when left out")


def copy_one(options: argparse.Namespace) -> int:
    use_django()
    from trellis.people.copying import copy_person
    from trellis.people.queries import contact_now

    id = read_id(options.contact)
    contact = contact_now(id) if id else None
    if contact is None:
        return refuse(f"There is no person {options.contact}. The address of their page has the id.")
    to: Path = options.to or Path(f"person-{contact.pk}.zip")
    to.write_bytes(copy_person(contact, by=None, at=now()))
    print(f"Everything about {contact.name or 'this person'} is in {to}.")
    return 0
