"""The judge is tried on a small company, in process."""

from tests.sync.conftest import company

__all__ = ["company"]
