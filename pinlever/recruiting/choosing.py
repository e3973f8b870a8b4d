"""Who a newly arrived person is: a pure decision from their keys and from who holds them.

Emails and LinkedIn profiles decide; phones never do. Keys of two different candidates never merge anybody.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from pinlever.recruiting.keys import Key, Told


@dataclass(frozen=True)
class Choice:
    """The candidate it is (None: somebody new) and the keys that other candidates hold."""

    candidate: int | None
    contested: dict[Key, int] = field(default_factory=dict)
    shared_phones: dict[Key, int] = field(default_factory=dict)


def rivals(told: Told, held: Mapping[Key, int]) -> set[int]:
    """The candidates among whom the strong keys are in doubt; empty when there is no doubt."""
    holders = {held[key] for key in told.strong if key in held}
    return set() if _surely(told, held) is not None or len(holders) < 2 else holders


def choose(
    told: Told, held: Mapping[Key, int], *, asked: Mapping[int, Set[Key]], together: int | None = None
) -> Choice:
    """`asked`: keys in the questions about each rival. `together`: who was made for exactly these keys.

    In order: the source's own id; the only holder; the rival about whom all other keys were asked before;
    the one made for the same doubt before; somebody new.
    """
    candidate = _surely(told, held)
    holders = {held[key] for key in told.strong if key in held}
    if candidate is None and len(holders) == 1:
        (candidate,) = holders
    if candidate is None and holders:
        candidate = _asked_before(told, held, asked) or together
    return against(candidate, told, held)


def against(candidate: int | None, told: Told, held: Mapping[Key, int]) -> Choice:
    """What others hold of the keys, once it is known who it is."""
    return Choice(
        candidate,
        {key: held[key] for key in sorted(told.strong) if held.get(key, candidate) != candidate},
        {key: held[key] for key in sorted(told.phones) if held.get(key, candidate) != candidate},
    )


def _surely(told: Told, held: Mapping[Key, int]) -> int | None:
    return next((held[key] for key in (told.external, told.alike) if key and key in held), None)


def _asked_before(told: Told, held: Mapping[Key, int], asked: Mapping[int, Set[Key]]) -> int | None:
    for candidate, keys in sorted(asked.items()):
        others = {key for key in told.strong if held.get(key, candidate) != candidate}
        if others and others <= keys:
            return candidate
    return None
