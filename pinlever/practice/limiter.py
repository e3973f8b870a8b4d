"""Lever's rate limit: a token bucket for each credential, refilled at `rate`, holding at most `capacity`."""

from collections.abc import Callable


class Limiter:
    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def admit(self, credential: str, rate: float, capacity: float) -> bool:
        """Takes one token; False when the bucket is empty. The caller holds the lock."""
        now = self.clock()
        tokens, filled_at = self._buckets.get(credential, (capacity, now))
        tokens = min(capacity, tokens + max(0.0, now - filled_at) * rate)
        admitted = tokens >= 1.0
        self._buckets[credential] = (tokens - 1.0 if admitted else tokens, now)
        return admitted

    def forget(self) -> None:
        self._buckets.clear()
