"""The scripts in bin/ say plainly what is missing, in one line, before they do anything slow."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.running.test_supervising import ROOT

ORDINARY = ("bash", "cat", "cmp", "cp", "dirname", "env")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What the scripts read of a checkout that was never set up, and a PATH with next to nothing on it."""
    for name in ("bin", "requirements"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in (".python-version", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "path").mkdir()
    for name in ORDINARY:
        (tmp_path / "path" / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def run(clone: Path, script: str, **environment: str) -> tuple[int, str]:
    done = subprocess.run(
        [clone / "bin" / script],
        env={"PATH": str(clone / "path"), "HOME": str(clone)} | environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stderr


def put(clone: Path, name: str, script: str) -> None:
    file = clone / "path" / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def has_python(clone: Path) -> None:
    """As if the Python packages were installed already."""
    (clone / ".venv").mkdir()
    (clone / ".venv/bin").symlink_to(ROOT / ".venv/bin")
    shutil.copy(clone / "requirements/app.txt", clone / ".venv/app.lock")


def test_no_python_is_said_with_how_to_get_one(clone: Path) -> None:
    status, said = run(clone, "setup")
    assert status == 1
    assert said == (
        "Missing: Python 3.12 or newer. Install python3.13 from your system's packages, or run: pyenv install 3.13\n"
    )


def test_an_old_python_is_none(clone: Path) -> None:
    put(clone, "python3", "exit 1")
    assert run(clone, "setup")[1].startswith("Missing: Python 3.12 or newer.")


def test_no_node_is_said_with_how_to_get_it(clone: Path) -> None:
    has_python(clone)
    status, said = run(clone, "setup")
    assert status == 1
    assert said.startswith("Missing: Node.js 20 or newer.")
    assert said.count("\n") == 1


def test_no_npm_is_said_with_how_to_get_it(clone: Path) -> None:
    has_python(clone)
    put(clone, "node", "exit 0")
    assert run(clone, "setup")[1].startswith("Missing: npm, which comes with Node.js.")


def test_nothing_is_installed_twice(clone: Path) -> None:
    has_python(clone)
    (clone / "node_modules").mkdir()
    shutil.copy(clone / "package-lock.json", clone / "node_modules/.app.lock")
    assert run(clone, "setup") == (0, "")


def test_a_changed_lock_is_installed_anew(clone: Path) -> None:
    has_python(clone)
    (clone / "node_modules").mkdir()
    (clone / "node_modules/.app.lock").write_text("{}")
    put(clone, "node", "exit 0")
    put(clone, "npm", 'case "$*" in --version) ;; *) echo "npm $*" >&2 ;; esac')
    status, said = run(clone, "setup")
    assert status == 0
    assert said.startswith("npm ci")
    assert "--omit=dev" in said
    assert run(clone, "setup") == (0, "")


def test_run_refuses_a_port_in_use_before_it_sets_anything_up(clone: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        status, said = run(clone, "run", PORT=str(port))
    assert status == 1
    assert said == f"Port {port} is in use by another program. Choose another one: PORT={port + 1} bin/run\n"
    assert not (clone / ".venv").exists()


def test_the_command_needs_a_checkout_that_is_set_up(clone: Path) -> None:
    assert run(clone, "trellis") == (1, "This checkout is not set up yet. Run: bin/setup\n")


def test_every_script_may_be_run() -> None:
    assert [one.name for one in (ROOT / "bin").iterdir() if not os.access(one, os.X_OK)] == []
