"""A memory for each process, in which what all processes must know at once is kept by the cache called "shared"."""

from typing import Any

from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

# Wrong tries and codes that were used, of ours and of allauth.
SHARED = ("tries.", "allauth", "jwt:")


class PartlyShared(LocMemCache):
    """What saves time stays here; what keeps somebody out counts everywhere, and is not cleared with the rest."""

    def add(self, key: str, *args: Any, **options: Any) -> bool:
        return caches["shared"].add(key, *args, **options) if is_shared(key) else super().add(key, *args, **options)

    def get(self, key: str, *args: Any, **options: Any) -> Any:
        return caches["shared"].get(key, *args, **options) if is_shared(key) else super().get(key, *args, **options)

    def set(self, key: str, *args: Any, **options: Any) -> None:
        if is_shared(key):
            caches["shared"].set(key, *args, **options)
        else:
            super().set(key, *args, **options)

    def delete(self, key: str, *args: Any, **options: Any) -> bool:
        return (
            caches["shared"].delete(key, *args, **options) if is_shared(key) else super().delete(key, *args, **options)
        )


def is_shared(key: str) -> bool:
    return str(key).startswith(SHARED)
