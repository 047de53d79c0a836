"""Counting wrong tries, so that nobody can guess on and on: with the same counter as allauth, in the same cache."""

import hashlib
import time

from allauth.core.internal.ratelimit import Rate, apply_rate, cache_lock
from django.core.cache import cache


class Tries:
    """At most so many within so many seconds, for each key. Kept in the cache, the key as a digest."""

    def __init__(self, name: str, *, most: int, seconds: int) -> None:
        self.name, self.rate = name, Rate(most, seconds, "key")

    def count(self, key: str) -> None:
        place = self._place(key)
        with cache_lock(place):
            _, history = apply_rate(cache.get(place, []), time.time(), self.rate)
            cache.set(place, history, self.rate.duration)

    def are_used_up(self, key: str) -> bool:
        is_allowed, _ = apply_rate(cache.get(self._place(key), []), time.time(), self.rate, dry_run=True)
        return not is_allowed

    def forget(self, key: str) -> None:
        cache.delete(self._place(key))

    def _place(self, key: str) -> str:
        return f"tries.{self.name}.{hashlib.sha256(key.encode()).hexdigest()}"
