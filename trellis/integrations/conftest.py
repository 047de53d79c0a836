"""What the tests of every integration share."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def shared() -> Path:
    """Messages and strings of the real world, kept beside the checkout."""
    if not SHARED.exists() and not os.environ.get("CI"):
        pytest.skip(f"The samples are not at {SHARED}.")
    return SHARED
