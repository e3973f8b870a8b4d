"""Questions that hang together, since they are about the same people, as one: A or B, and B or C."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

Asked = TypeVar("Asked", bound=Hashable)


def chains(asked: Sequence[Asked], about: Mapping[Asked, Collection[str]]) -> list[tuple[Asked, ...]]:
    """Those that share anybody, directly or through others, together; all in the order given."""
    leader: dict[str, str] = {}

    def first(node: str) -> str:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for each in asked:
        nodes = list(about[each])
        for node in nodes[1:]:
            leader[first(node)] = first(nodes[0])
    found: dict[str, list[Asked]] = {}
    for number, each in enumerate(asked):
        nodes = list(about[each])
        found.setdefault(first(nodes[0]) if nodes else f" {number}", []).append(each)
    return [tuple(each) for each in found.values()]
