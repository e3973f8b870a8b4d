"""What the account has set up, read only: postings, stages, archive reasons, users, sources, tags."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .calls import Calls, object_in, parsed, path_to, text_of
from .filters import Confidentiality
from .types import ArchiveReason, LeverUser, Posting, Source, Stage, Tag

# Lever's documentation: a list of published postings holds those of the public channel alone, unless asked.
CHANNELS = ["public", "internal"]


class Catalogue(Calls):
    def postings(
        self, states: Sequence[str] = (), *, confidentiality: Confidentiality | None = None
    ) -> Iterator[Posting]:
        """Without states, postings in every state."""
        params = {
            "state": list(states) or None,
            "distributionChannel": CHANNELS if states else None,
            "confidentiality": confidentiality,
        }
        return self._all("/postings", Posting.parse, params)

    def posting(self, posting_id: str) -> Posting:
        return self._one(path_to("postings", posting_id), Posting.parse)

    def stages(self) -> Iterator[Stage]:
        """In the order of the pipeline."""
        return self._all("/stages", Stage.parse)

    def disposition_stages(self) -> tuple[Stage, ...]:
        """The stages with their pipelines. Not documented by Lever, seen in recorded answers: it may be refused."""
        answer = self.http.request("GET", "/disposition_stages")
        document = object_in(answer)
        rows = document.get("stages") if isinstance(document, dict) else None
        if not isinstance(rows, list):
            raise answer.unreadable("no stages")
        return tuple(parsed(answer, row, Stage.parse) for row in rows)

    def archive_reasons(self, type: str | None = None) -> Iterator[ArchiveReason]:
        return self._all("/archive_reasons", ArchiveReason.parse, {"type": type})

    def users(self, *, include_deactivated: bool = False, email: str | None = None) -> Iterator[LeverUser]:
        if email is not None and not email.strip():
            raise ValueError("An empty email would ask Lever for every user.")
        params = {"includeDeactivated": include_deactivated or None, "email": email}
        return self._all("/users", LeverUser.parse, params)

    def user(self, user_id: str) -> LeverUser:
        return self._one(path_to("users", user_id), LeverUser.parse)

    def sources(self) -> Iterator[Source]:
        return self._all("/sources", Source.parse, key=text_of)

    def tags(self) -> Iterator[Tag]:
        return self._all("/tags", Tag.parse, key=text_of)
