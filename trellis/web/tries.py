"""Counting wrong tries, so that nobody can guess on and on."""

import hashlib

from django.core.cache import cache


class Tries:
    """At most so many within so many seconds, for each key. Kept in the cache, the key as a digest."""

    def __init__(self, name: str, *, most: int, seconds: int) -> None:
        self.name, self.most, self.seconds = name, most, seconds

    def count(self, key: str) -> None:
        place = self._place(key)
        if not cache.add(place, 1, self.seconds):
            try:
                cache.incr(place)
            except ValueError:
                # It ran out between the two calls: this is the first of a new span.
                cache.set(place, 1, self.seconds)

    def are_used_up(self, key: str) -> bool:
        return int(cache.get(self._place(key), 0)) >= self.most

    def forget(self, key: str) -> None:
        cache.delete(self._place(key))

    def _place(self, key: str) -> str:
        return f"tries.{self.name}.{hashlib.sha256(key.encode()).hexdigest()}"
