"""The `trellis` command: one small function a word, each with one call to what is below."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from trellis.config.cli_backup import add_backup
from trellis.config.cli_everything import add_everything
from trellis.config.cli_person import add_person
from trellis.config.cli_playbook import add_playbook_verbs
from trellis.config.cli_simulate import add_simulate
from trellis.config.cli_why import add_why
from trellis.config.cli_words import now, refuse, show, use_django

DESCRIPTION = "A CRM that ships the structure of the whole customer journey, runs it, and proves it."
# The playbooks that ship, each with a demo business.
PACKS = ("b2b-saas", "care-plan", "clinic", "consulting", "retail", "storm-and-repair", "support-desk")
OWN_BUSINESS = "A business of your own is here already: the demo was left out."


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command; its exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.config.settings")
    options = commands().parse_args(words)
    from django.db import DatabaseError

    from trellis.core.refusal import Refused

    try:
        return options.run(options) or 0
    except Refused as refused:
        return refuse(refused.sentence)
    except DatabaseError as error:
        return refuse(f"The database cannot do that: {str(error).strip()}\nIs it running and migrated? trellis doctor")
    except BrokenPipeError:
        return 1
    except KeyboardInterrupt:
        return 130


def commands() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="trellis", description=DESCRIPTION)
    words = parser.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, run: Any, says: str, *, to: Any = words) -> argparse.ArgumentParser:
        word: argparse.ArgumentParser = to.add_parser(name, help=says, description=says)
        word.set_defaults(run=run)
        return word

    _add_running(add)
    _add_asking(add)
    add_backup(add)
    add_everything(add)
    _add_people(words, add)
    add_person(words, add)
    token = words.add_parser("token", help="Keys for machines").add_subparsers(metavar="VERB", required=True)
    create = add("create", create_token, "Make a key for a machine; it is shown once", to=token)
    create.add_argument("name", help="what it is for")
    create.add_argument("--role", default="viewer", help="admin, manager, marketing, sales, support or viewer")
    create.add_argument("--json", action="store_true")
    verbs = words.add_parser("playbook", help="Playbooks").add_subparsers(metavar="VERB", required=True)
    add_playbook_verbs(verbs, add)
    add_simulate(verbs, add)
    return parser


def _add_people(words: Any, add: Any) -> None:
    user = words.add_parser("user", help="People of the business").add_subparsers(metavar="VERB", required=True)
    create = add("create", create_user, "Add a person; their password is shown once", to=user)
    create.add_argument("name", help="first and last name")
    create.add_argument("--email", required=True, help="what they log in with")
    create.add_argument("--role", default="admin", help="admin, manager, marketing, sales, support or viewer")
    link = add("link", link_user, "Make a link to a new password, for whoever is locked out", to=user)
    link.add_argument("email", help="what they log in with")
    link.add_argument("--without-second-step", action="store_true", help="switch their codes and passkeys off too")


def _add_running(add: Any) -> None:
    up = add("up", run_all, "Bring everything to this version, and run the web server and one worker until Ctrl-C")
    up.add_argument("--demo", action="store_true", help="put the demo business in first")
    serve = add("serve", run_server, "Run the web server alone")
    for word in (up, serve):
        word.add_argument("--host", default="127.0.0.1", help="address to listen on")
        word.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000", help="also PORT")
    add("work", run_worker, "Run a worker; any number may run")
    add("migrate", run_migrations, "Bring the database and the web assets to this version")
    demo = add("demo", plant_demo, "Put the demo business in, once")
    demo.add_argument("--remove", action="store_true", help="take everything out that is marked as sample")
    for word in (up, demo):
        word.add_argument(
            "--pack", default="storm-and-repair", metavar="KEY", help="whose demo: " + ", ".join(PACKS), choices=PACKS
        )


def _add_asking(add: Any) -> None:
    for name, run, says in (
        ("audit", show_audit, "Count open journeys and every way in which the promise could be broken"),
        ("signals", show_signals, "Count what came in and where it ended"),
        ("doctor", show_health, "Say what is connected, what is not, and how to connect it"),
    ):
        add(name, run, says).add_argument("--json", action="store_true")
    add_why(add)


def run_all(options: argparse.Namespace) -> int:
    from trellis.config.port import PortTaken, require_free_port

    try:
        require_free_port(options.host, options.port)
    except PortTaken as taken:
        return refuse(str(taken))
    os.environ["PORT"] = str(options.port)  # Our own address in messages and forms follows from it.
    use_django()
    from trellis.config import prepare
    from trellis.config.up import up

    prepare.migrate()
    prepare.collect_assets()
    up(host=options.host, port=options.port, welcome=_plant(options) if options.demo else set_up_words())
    return 0


def run_server(options: argparse.Namespace) -> int:
    from trellis.config.port import PortTaken, require_free_port

    try:
        require_free_port(options.host, options.port)
    except PortTaken as taken:
        return refuse(str(taken))
    os.environ["PORT"] = str(options.port)  # Our own address in messages and forms follows from it.
    use_django()
    from trellis.config.serve import serve

    if words := set_up_words():
        print(words, flush=True)
    serve(host=options.host, port=options.port)
    return 0


def run_worker(options: argparse.Namespace) -> None:
    use_django()
    from trellis.config.prepare import wait_for_database
    from trellis.config.worker import Worker

    wait_for_database()
    Worker().run()


def run_migrations(options: argparse.Namespace) -> None:
    use_django()
    from trellis.config import prepare

    print("Database migrated." if prepare.migrate() else "Database is up to date.")
    print("Web assets collected." if prepare.collect_assets() else "Web assets are up to date.")


def _plant(options: argparse.Namespace) -> str:
    """Put the demo business in; the words that welcome a visitor."""
    from trellis.config.demo.plant import plant

    return plant(at=now(), playbook=options.pack)


def set_up_words() -> str:
    """Where the first account is opened; nothing once there is one, or while the database cannot be asked."""
    from django.db import DatabaseError, connections

    from trellis.setup.actions.welcome_key import set_up_address

    try:
        address = set_up_address()
    except DatabaseError:
        address = ""
    finally:
        connections.close_all()  # Whoever is forked from here must not share one.
    return f"Nobody has an account yet. Set up your business at\n{address}" if address else ""


def plant_demo(options: argparse.Namespace) -> None:
    use_django()
    from trellis.config.demo.plant import plant
    from trellis.config.demo.remove import remove

    print(remove(at=now()) if options.remove else plant(at=now(), playbook=options.pack) or OWN_BUSINESS)


def show_audit(options: argparse.Namespace) -> int:
    use_django()
    from trellis.journeys.queries import audit

    found = audit()
    show(found, as_json=options.json)
    return int(found["violations"] > 0 or found["guards"] != "present")


def show_signals(options: argparse.Namespace) -> None:
    use_django()
    from trellis.intake.queries import counts

    show(counts(), as_json=options.json)


def show_health(options: argparse.Namespace) -> int:
    use_django()
    from trellis.config.doctor import examine

    findings = examine(now())
    if options.json:
        show({finding.what: finding.as_json() for finding in findings}, as_json=True)
    else:
        print("\n".join(map(str, findings)))
    return int(any(finding.is_serious for finding in findings))


def create_user(options: argparse.Namespace) -> int:
    use_django()
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from trellis.team.actions.people import create_user

    password = get_random_string(14)
    user = create_user(
        name=options.name, email=options.email, role=options.role, password=password, by=None, at=timezone.now()
    )
    print(f"{user.name} can log in as {user.email}, password {password}")
    return 0


def link_user(options: argparse.Namespace) -> int:
    use_django()
    from django.conf import settings
    from django.urls import reverse

    from trellis.team.actions.invitations import invitation_for
    from trellis.team.actions.two_steps import switch_off_two_steps
    from trellis.team.models import User

    user = User.objects.active().filter(email=options.email.strip().lower()).first()
    if user is None:
        return refuse(f"Nobody works here with the email {options.email}.")
    if options.without_second_step:
        switch_off_two_steps(user, by=None, at=now())
    link = settings.PUBLIC_URL + reverse("invitation", args=[invitation_for(user)])
    print(f"{user.name} chooses a new password at\n{link}")
    return 0


def create_token(options: argparse.Namespace) -> None:
    use_django()
    from trellis.team.actions.tokens import create_token

    _, token = create_token(name=options.name, role=options.role, by=None, at=now())
    print(json.dumps({"token": token}) if options.json else token)


if __name__ == "__main__":
    sys.exit(main())
