"""From a key to the ids that have it, kept as tuples: most keys have one id, and there may be a million keys."""

from collections.abc import Iterator


class Keyed:
    """Ids keep the order in which they came."""

    def __init__(self) -> None:
        self._ids: dict[str, tuple[str, ...]] = {}

    def add(self, key: str, id: str) -> None:
        held = self._ids.get(key, ())
        if id not in held:
            self._ids[key] = (*held, id)

    def discard(self, key: str, id: str) -> None:
        left = tuple(held for held in self._ids.get(key, ()) if held != id)
        if left:
            self._ids[key] = left
        else:
            self._ids.pop(key, None)

    def get(self, key: str) -> tuple[str, ...]:
        return self._ids.get(key, ())

    def all(self, keys: list[str]) -> Iterator[str]:
        """The ids of any of the keys, each once."""
        yield from dict.fromkeys(id for key in keys for id in self.get(key))
