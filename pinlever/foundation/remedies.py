"""How whatever can go wrong is told: a code, a title, what it means, what to do, and the button that does it.

Each package keeps the table of its own; `ops.catalogue` puts them together, and docs/causes.md is written from that.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """What can be done about it. `code` names the button; `needs_super_admin` hides it from others."""

    code: str
    label: str
    needs_super_admin: bool = False


NOTHING = Action("", "")


@dataclass(frozen=True)
class Cause:
    """`means` and `cure` are for people; `action` is the cure's button."""

    code: str
    title: str
    means: str
    cure: str
    action: Action = NOTHING


@dataclass(frozen=True)
class Chapter:
    """Causes that are told together."""

    title: str
    about: str
    causes: Sequence[Cause]
