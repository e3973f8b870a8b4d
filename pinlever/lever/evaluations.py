"""Feedback and interviews of an opportunity; read only."""

from __future__ import annotations

from collections.abc import Iterator

from .calls import Calls, path_to
from .types import Feedback, Interview


class Evaluations(Calls):
    def feedback(self, opportunity_id: str) -> Iterator[Feedback]:
        return self._all(path_to("opportunities", opportunity_id, "feedback"), Feedback.parse)

    def interviews(self, opportunity_id: str) -> Iterator[Interview]:
        return self._all(path_to("opportunities", opportunity_id, "interviews"), Interview.parse)
