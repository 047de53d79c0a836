"""Where the browser of the browser tests is. `python -m tests.chromium` fails where there is none."""

import os
import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of Chromium: TRELLIS_CHROMIUM, else the first one that the shell would find."""
    return os.environ.get("TRELLIS_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


if __name__ == "__main__":
    sys.exit(find() is None)
