"""`trellis up` in an empty folder brings everything there is to bring, and says where the first account is opened."""

import stat
import urllib.request
from pathlib import Path

import pytest

from tests.running.test_supervising import wait_until
from tests.running.test_up import Trellis, trellis_command

pytestmark = pytest.mark.slow


def test_an_empty_folder_is_enough(tmp_path: Path) -> None:
    running = Trellis(tmp_path)
    try:
        wait_until(lambda: "Stop it with Ctrl-C" in running.said(), patience=60)
        [address] = [line for line in running.said().splitlines() if "/welcome?key=" in line]
        assert address.startswith(f"http://127.0.0.1:{running.port}/welcome?key=")
        assert stat.S_IMODE((tmp_path / "set_up_key").stat().st_mode) == 0o600
        with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/", timeout=10) as answer:
            assert answer.url == f"http://127.0.0.1:{running.port}/welcome"
            assert "set-up key" in answer.read().decode()
        assert address.partition("key=")[2] in trellis_command("doctor", tmp_path, running.port).stdout
    finally:
        running.process.kill()
        running.process.wait()
        running.log.close()
