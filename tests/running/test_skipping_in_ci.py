"""Under CI a skip is a failure; at home it is a skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SKIPS = {
    "test": "import pytest\ndef test_it(): pytest.skip('no browser')",
    "mark": "import pytest\n@pytest.mark.skip(reason='no browser')\ndef test_it(): ...",
    "module": "import pytest\npytest.skip('no browser', allow_module_level=True)",
}


def run(folder: Path, code: str, *, ci: str, processes: int = 0) -> str:
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.no_skips"]')
    (folder / "test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-n", str(processes)]
    done = subprocess.run(
        [*command, "--rootdir", str(folder), "-c", os.devnull, str(folder)],
        env=os.environ | {"CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stdout


@pytest.mark.parametrize(("how", "processes"), [("test", 0), ("mark", 1), ("module", 0)])
def test_a_skip_fails_in_ci_and_gives_its_reason(tmp_path: Path, how: str, processes: int) -> None:
    said = run(tmp_path, SKIPS[how], ci="true", processes=processes)
    assert "CI skips nothing" in said
    assert "no browser" in said
    assert "1 failed" in said or "1 error" in said


@pytest.mark.parametrize("ci", ["", "false"])
def test_a_skip_at_home_is_a_skip(tmp_path: Path, ci: str) -> None:
    assert "1 skipped" in run(tmp_path, SKIPS["test"], ci=ci)


def test_a_test_that_is_known_to_fail_is_not_a_skip(tmp_path: Path) -> None:
    code = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_it(): assert False"
    assert "1 xfailed" in run(tmp_path, code, ci="true")
