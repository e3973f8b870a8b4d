"""Named places where tests stop, kill or interleave processes. Inert unless a hook is installed.

A hook is a callable that receives the name; `install` puts one in place for this process.
"""

from collections.abc import Callable

_hook: Callable[[str], None] | None = None


def failpoint(name: str) -> None:
    """Names a moment between two effects."""
    if _hook is not None:
        _hook(name)


def install(hook: Callable[[str], None] | None) -> None:
    """Sets the process's hook; None removes it."""
    global _hook
    _hook = hook
