"""Every example in docs/api.md does what the page says: it is run as it stands there, one after the other, by curl."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.cast import Business
from trellis.team.actions.tokens import create_token
from trellis.team.runs import work_runs

PAGE = Path(__file__).parents[2] / "docs/api.md"
EXAMPLE = re.compile(r"```sh\n(.*?)```\n```http\n(\d+)\n(.*?)```", re.DOTALL)
# What curl adds by itself: no progress, and the status on a line of its own.
CURLRC = 'silent\nshow-error\nwrite-out = "\\n%{http_code}"\n'

pytestmark = pytest.mark.skipif(
    not shutil.which("curl") and not os.environ.get("CI"), reason="curl is not installed, with which the page is run"
)


def examples() -> Iterator[tuple[str, int, Any]]:
    text = PAGE.read_text()
    found = EXAMPLE.findall(text)
    assert len(found) == text.count("```sh\n"), "an example without its answer"
    for command, status, answer in found:
        yield command, int(status), json.loads(answer)


def faults(shown: Any, said: Any, named: dict[str, str], path: str = "") -> list[str]:
    """Where what was answered is not what the page shows: … is anything, $NAME the same as where it stood before."""
    match shown:
        case "…":
            return []
        case str() if shown.startswith("$"):
            return [] if named.setdefault(shown[1:], said) == said else [f"{path} is {said}, not {shown}"]
        case dict() if isinstance(said, dict):
            return [
                fault for name, one in shown.items() for fault in faults(one, said.get(name), named, f"{path}/{name}")
            ]
        case list() if isinstance(said, list) and len(shown) == len(said):
            return [fault for n, one in enumerate(shown) for fault in faults(one, said[n], named, f"{path}/{n}")]
    return [] if shown == said else [f"{path} is {said!r}, not {shown!r}"]


def test_every_example_does_what_the_page_says(
    ridgeline: Business, real_commits: None, live_server: LiveServer, tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    (tmp_path / ".curlrc").write_text(CURLRC)
    for name in ("Lin Zhao", "Renee Castillo"):
        ridgeline.contact(name, f"{name.split()[0].lower()}@example.com")
    _, token = create_token(name="Website", role="admin", by=ridgeline.maya, at=timezone.now())
    named = {"TRELLIS": f"{live_server.url}/api/v1", "TOKEN": token}
    for command, status, shown in examples():
        told = subprocess.run(
            ["bash", "-euc", command],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "CURL_HOME": str(tmp_path), **named},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert told.returncode == 0, (command, told.stderr)
        said, _, code = told.stdout.rpartition("\n")
        assert int(code) == status, (command, said)
        assert faults(shown, json.loads(said), named) == [], command
        while work_runs(at=timezone.now()):
            pass
