"""Asking what `trellis audit` says of another database than ours: in a process of its own, by the usual door."""

import json
import os
import subprocess
import sys
from typing import Any


def audit_of(url: str) -> dict[str, Any]:
    """Nothing where it cannot be asked: the copy may be of an earlier version than this program."""
    asked = subprocess.run(
        [sys.executable, "-m", "trellis.config.cli", "audit", "--json"],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        found: dict[str, Any] = json.loads(asked.stdout)
    except ValueError:
        return {}
    return found
