"""A certificate for 127.0.0.1, as the Lever client's tests have it."""

from tests.lever.conftest import tls

__all__ = ["tls"]
