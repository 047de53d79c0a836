"""What every command needs: Django, the time, and how to answer a person or a machine."""

import json
import sys
from pathlib import Path
from typing import Any


def use_django() -> None:
    import django

    django.setup()


def now() -> Any:
    from django.utils import timezone

    return timezone.now()


def show(found: dict[str, Any], *, as_json: bool) -> None:
    """Print figures for a machine, or one a line for a person."""
    if as_json:
        print(json.dumps(found))
        return
    for name, figure in found.items():
        print(f"{name.replace('_', ' ')}: {figure}")


def refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


class FileUnreadable(ValueError):
    """A file that was named on the command line is no text, or is not there."""


def read_file(path: Path) -> str:
    """Its text with the line ends that it has."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(f"{path} cannot be read: {error}") from None
