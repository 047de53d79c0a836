"""The set-up key: whoever can read the data folder may open the first account, and no stranger who finds us first."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.crypto import constant_time_compare

from trellis.team.models import User

FILE = "set_up_key"


def nobody_is_here() -> bool:
    """Whether the first account is still to be opened."""
    return not User.objects.active().exists()


def set_up_address() -> str:
    """Where the first account is opened, its key included; empty once there is one."""
    return f"{settings.PUBLIC_URL}/welcome?key={set_up_key()}" if nobody_is_here() else ""


def set_up_key() -> str:
    """Made when it is first asked for, and kept in the data folder for its owner's eyes only."""
    file = _file()
    with suppress(FileExistsError), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as fresh:
        fresh.write(secrets.token_urlsafe(24))
    return file.read_text()


def is_set_up_key(text: str) -> bool:
    """Takes as long for a wrong key as for the right one. A key that was only half made opens nothing."""
    key = set_up_key()
    return bool(key) and constant_time_compare(text.strip().encode(errors="replace"), key)


def forget_set_up_key() -> None:
    """The first account is open: should everybody leave one day, there is a new key."""
    _file().unlink(missing_ok=True)


def _file() -> Path:
    return Path(settings.DATA) / FILE
