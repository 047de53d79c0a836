"""`trellis up` in a data folder of its own: it answers, survives kills, and takes everything along when it stops."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running.test_supervising import ROOT, is_running, wait_until

pytestmark = pytest.mark.slow


def trellis_command(word: str, folder: Path, port: int = 8000) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "trellis.config.cli", word],
        cwd=ROOT,
        env=environment(folder, port),
        capture_output=True,
        text=True,
        timeout=60,
    )


def environment(folder: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "trellis.config.settings",
        "TRELLIS_DATA": str(folder),
        "DATABASE_URL": "",
        "PORT": str(port),
        "PYTHONPATH": str(ROOT),
    }


class Trellis:
    """A running installation on a port of its own: the web server, its worker process, and our worker."""

    def __init__(self, folder: Path, word: str = "up") -> None:
        self.folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "trellis.config.cli", word],
            cwd=ROOT,
            env=environment(folder, self.port),
            stdout=self.log,
            stderr=self.log,
        )

    def readiness(self) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {"ok": False}

    def wait_until_ready(self) -> dict[str, Any]:
        wait_until(lambda: self.readiness()["ok"])
        return self.readiness()

    def web_server(self) -> int:
        return self._pids("serve")[0]

    def web_worker(self) -> int:
        return self._pids("serve")[-1]

    def worker(self) -> int:
        return self._pids("work")[0]

    def everyone(self) -> list[int]:
        return self._pids("serve") + self._pids("work")

    def _pids(self, word: str) -> list[int]:
        """Everything of ours that goes by this name, the oldest first."""
        found = subprocess.run(["ps", "-eo", "pid,pgid,ppid,comm"], capture_output=True, text=True).stdout.splitlines()
        rows = [line.split() for line in found if f"trellis-{word}" in line]
        leaders = {pid for pid, _, parent, _ in rows if int(parent) == self.process.pid}
        return [int(pid) for pid, group, _, _ in rows if group in leaders]

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its database and assets."""
    folder = tmp_path_factory.mktemp("prepared")
    done = trellis_command("migrate", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def trellis(tmp_path: Path, prepared: Path) -> Iterator[Trellis]:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    running = Trellis(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()
    running.log.close()


def test_it_answers_says_where_and_stops_as_a_whole(trellis: Trellis) -> None:
    said = trellis.wait_until_ready()
    assert (said["database"], said["guards"], said["violations"]) == ("sqlite", "present", 0)
    wait_until(lambda: f"Trellis is running at http://127.0.0.1:{trellis.port}" in trellis.said())
    wait_until(lambda: len(trellis.everyone()) == 3)
    everyone = trellis.everyone()
    assert "is in use by another program" in trellis_command("up", trellis.folder, trellis.port).stderr
    trellis.process.send_signal(signal.SIGINT)
    assert trellis.process.wait(15) == 0
    assert not any(map(is_running, everyone))


def test_whoever_is_killed_comes_back(trellis: Trellis) -> None:
    trellis.wait_until_ready()
    for times, victim in enumerate([trellis.worker, trellis.web_server, trellis.web_worker], start=1):
        killed = victim()
        os.kill(killed, signal.SIGKILL)
        wait_until(lambda times=times: trellis.said().count("starting it again") == times)
        wait_until(lambda: len(trellis.everyone()) == 3)
        trellis.wait_until_ready()
        assert killed not in trellis.everyone()


def test_nothing_runs_on_when_the_supervisor_is_killed(trellis: Trellis) -> None:
    trellis.wait_until_ready()
    everyone = trellis.everyone()
    trellis.process.kill()
    wait_until(lambda: not any(map(is_running, everyone)))
    time.sleep(0.1)
    assert trellis.readiness() == {"ok": False}


def test_a_web_server_that_is_killed_leaves_its_port_free(tmp_path: Path, prepared: Path) -> None:
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    alone = Trellis(tmp_path, "serve")
    try:
        wait_until(lambda: "database" in alone.readiness())
    finally:
        alone.process.kill()
        alone.process.wait()
        alone.log.close()
    wait_until(lambda: alone.readiness() == {"ok": False})
