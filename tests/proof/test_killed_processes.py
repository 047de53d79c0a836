"""Web server and workers are killed with SIGKILL at random moments under load, and nothing is lost or said twice."""

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from tests.running.test_supervising import ROOT, wait_until
from trellis.integrations.smtp.tests.conftest import QUIRKS_OF_AIOSMTPD, Behavior, free_port

ROUNDS = 20
CLIENTS = 4
pytestmark = [pytest.mark.slow, *QUIRKS_OF_AIOSMTPD]


class Storm:
    """One web server and two workers on a database of their own, a mail server, and customers who write."""

    def __init__(self, folder: Path, database: str, mail_port: int) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "trellis.config.settings",
            "TRELLIS_DATA": str(folder),
            "DATABASE_URL": database,
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            "TRELLIS_SMTP_URL": f"smtp://127.0.0.1:{mail_port}",
            "TRELLIS_MAIL_FROM": "Ridgeline Roofing <hello@ridge.example>",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.acknowledged: list[str] = []
        self.is_over = threading.Event()

    def run(self, *words: str) -> str:
        """A command that comes to an end; what it printed last."""
        done = subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "trellis.config.cli", name.split("-")[0]],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        process = self.running[name]
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def is_answering(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def write_leads(self, client: int) -> None:
        """Customers of one kind: each sends the form once and remembers the reference it was given."""
        number = 0
        while not self.is_over.is_set():
            number += 1
            lead = {
                "name": f"Customer {client}-{number}",
                "email": f"c{client}-{number}@example.com",
                "message": "Leak",
            }
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/f/roof-repair",
                json.dumps(lead).encode(),
                {"Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    self.acknowledged.append(json.load(answer)["reference"])
            except (OSError, http.client.HTTPException, ValueError):
                time.sleep(0.05)  # A process that was killed answers nothing, or half: no reference was given then.

    def rage(self, chance: random.Random) -> None:
        """Kill one at a time, at random moments, and start it again."""
        for _ in range(ROUNDS):
            wait_until(self.is_answering)
            time.sleep(chance.uniform(0.2, 1.5))
            victim = chance.choice(list(self.running))
            self.kill(victim)
            self.start(victim)

    def stop(self) -> None:
        self.is_over.set()
        for name in self.running:
            self.kill(name)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """A database of its own, of the kind that the suite runs on."""
    if connection.vendor == "sqlite":
        yield ""
        return
    here = connection.settings_dict
    server = f"postgresql://{here['USER']}:{here['PASSWORD']}@{here['HOST']}:{here['PORT'] or 5432}"
    name = f"trellis_storm_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def mail_server() -> Iterator[tuple[Behavior, int]]:
    """Takes its time over each letter, so that a kill may fall between the letter and the answer."""
    behavior = Behavior(waits_seconds=0.01)
    controller = Controller(behavior, hostname="127.0.0.1", port=free_port(), ready_timeout=20)
    controller.start()
    yield behavior, controller.port
    controller.stop()


@pytest.fixture
def storm(tmp_path: Path, database: str, mail_server: tuple[Behavior, int]) -> Iterator[Storm]:
    storm = Storm(tmp_path, database, mail_server[1])
    storm.run("trellis.config.cli", "migrate")
    storm.run("tests.proof.roofers", "open")
    for name in ("serve", "work-1", "work-2"):
        storm.start(name)
    yield storm
    storm.stop()


def message_ids(letters: Behavior) -> Counter[str]:
    heads = (bytes(letter.original_content or b"").split(b"\r\n\r\n")[0] for letter in letters.letters)
    lines = (line for head in heads for line in head.decode().splitlines())
    return Counter(line.partition(":")[2].strip() for line in lines if line.lower().startswith("message-id:"))


def test_twenty_kills_lose_no_signal_and_send_nothing_twice(storm: Storm, mail_server: tuple[Behavior, int]) -> None:
    customers = [threading.Thread(target=storm.write_leads, args=[client], daemon=True) for client in range(CLIENTS)]
    for customer in customers:
        customer.start()
    storm.rage(random.Random(20260609))
    storm.is_over.set()
    for customer in customers:
        customer.join(30)
    storm.stop()
    ended: dict[str, Any] = json.loads(storm.run("tests.proof.roofers", "settle"))

    assert len(storm.acknowledged) > ROUNDS
    assert {ended["signals"].get(reference) for reference in storm.acknowledged} <= {"attached", "joined"}
    assert ended["counts"]["waiting"] == 0
    assert ended["audit"]["violations"] == 0
    assert ended["audit"]["guards"] == "present"

    letters = message_ids(mail_server[0])
    assert {id: times for id, times in letters.items() if times > 1} == {}
    by_recipient = Counter(letter.rcpt_tos[0] for letter in mail_server[0].letters if is_first_answer(letter))
    assert {who: times for who, times in by_recipient.items() if times > 1} == {}
    assert set(ended["acknowledgements"].values()) <= {"handed_over", "in_doubt"}
    arrived = {id for id, state in ended["states"].items() if state == "handed_over"}
    assert arrived <= set(letters)
    assert {ended["states"][id] for id in letters} <= {"handed_over", "in_doubt"}
    doubtful = sum(state == "in_doubt" for state in ended["states"].values())
    assert ended["doubts_shown"] <= doubtful
    assert bool(ended["doubts_shown"]) == bool(doubtful)


def is_first_answer(letter: Any) -> bool:
    return b"We got your message" in bytes(letter.original_content or b"")
