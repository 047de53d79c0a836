import os
from collections.abc import Callable
from pathlib import Path

import pytest

from trellis.transfer.reading.files import Look, Row, look_at, read_rows

SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"


def shared(*parts: str) -> list[Path]:
    """Files of others to test against; none where they are absent, except in CI, where they must be there."""
    found = sorted(SHARED.joinpath(*parts[:-1]).glob(parts[-1]))
    assert found or "CI" not in os.environ, f"{SHARED.joinpath(*parts)} is missing"
    return found


def name_of(path: Path) -> str:
    return "/".join(path.parts[-2:])


@pytest.fixture
def brought(tmp_path: Path) -> Callable[..., Path]:
    """A file as somebody brings it: text in some encoding, or bytes."""

    def bring(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / "brought"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return bring


@pytest.fixture
def read() -> Callable[[Path], tuple[Look, list[Row]]]:
    """Look at a file and read it as it was detected."""

    def look_and_read(path: Path) -> tuple[Look, list[Row]]:
        look = look_at(path)
        return look, list(read_rows(path, look.shape))

    return look_and_read
