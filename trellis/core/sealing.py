"""Secrets at rest: what is stored encrypted, under a key that follows from SECRET_KEY and is stored nowhere."""

import base64
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(ValueError):
    """It was sealed under another SECRET_KEY, or was changed since."""


def seal(value: Any) -> str:
    """A value of JSON as text that only this installation reads."""
    return _keys().encrypt(json.dumps(value).encode()).decode()


def unseal(sealed: str) -> Any:
    """What was sealed. Raises Unreadable."""
    try:
        return json.loads(_keys().decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as error:
        raise Unreadable("This was encrypted under another secret key.") from error


def _keys() -> MultiFernet:
    """The key in use, and those of SECRET_KEY_FALLBACKS: what they sealed is still read."""
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@lru_cache(maxsize=8)
def _key(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"trellis.core.sealing").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
